"""How well a carrier tells of its parcels: counted from its scans by day, and graded by stated limits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.makers import NOW, a_parcel, a_scan, a_shop
from wismo.plumbing import limits
from wismo.tracking.actions.quality import count_days
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.models import CarrierDay
from wismo.tracking.queries import quality
from wismo.tracking.rules.quality import (
    BOUNDS,
    HEAD,
    SLOTS,
    Counts,
    Grade,
    Kind,
    figures,
    line,
    quantile,
    slot_of,
    total,
    worst,
)
from wismo.vocabulary.status import Leg, Scan, Status, TzSource

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
database = pytest.mark.django_db


def hear(shop_id: int, *scans: Scan, at: datetime = NOW) -> None:
    """Record scans received at that time."""
    record_scans([Received(shop_id, "receipt", at, scan) for scan in scans], at)


def told(shop_id: int, carrier: str = "ups", now: datetime = NOW) -> Counts:
    """What is counted of the carrier."""
    count_days(now)
    return quality.carriers(shop_id, now)[carrier]


@database
def test_a_parcel_without_its_pick_up_or_its_van_is_counted_when_it_is_delivered() -> None:
    shop = a_shop()
    for number in ("1", "2", "3"):
        a_parcel(shop, number)
        hear(shop, a_scan(Status.DELIVERED, NOW - HOUR, number=number))
    hear(shop, a_scan(Status.PICKED_UP, NOW - DAY, number="1"))
    hear(shop, a_scan(Status.OUT_FOR_DELIVERY, NOW - 3 * HOUR, number="1"))
    hear(shop, a_scan(Status.AVAILABLE_FOR_PICKUP, NOW - 3 * HOUR, number="2"))
    found = told(shop)
    assert (found.delivered, found.without_pickup, found.without_out) == (3, 2, 1)


@database
def test_a_parcel_that_went_back_is_no_delivery() -> None:
    shop = a_shop()
    a_parcel(shop)
    hear(shop, a_scan(Status.RETURNED, NOW - HOUR, leg=Leg.RTO))
    assert told(shop).delivered == 0


@database
def test_a_carrier_that_speaks_up_while_the_day_is_counted_is_counted_next_time() -> None:
    shop = a_shop()
    a_parcel(shop)
    hear(shop, a_scan(Status.IN_TRANSIT, NOW - HOUR, carrier="dhl"))
    late = iter([a_scan(Status.DELIVERED, NOW - HOUR)])

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        """As if it came in before the deliveries are looked for."""
        if "EXISTS" in sql:
            hear(shop, *late)
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        assert count_days(NOW) == 1
    assert told(shop).delivered == 1


@database
def test_a_clock_that_went_ahead_once_does_not_end_the_counting() -> None:
    shop = a_shop()
    hear(shop, a_scan(Status.IN_TRANSIT, NOW), at=NOW + 400 * DAY)
    count_days(NOW)
    hear(shop, a_scan(Status.IN_TRANSIT, NOW + DAY), at=NOW + DAY)
    count_days(NOW + DAY)
    counted = CarrierDay.objects.filter(day=(NOW + DAY).date()).values_list("scans", flat=True)
    assert list(counted) == [1]


@database
def test_a_delivery_before_its_pick_up_is_time_travel() -> None:
    shop = a_shop()
    a_parcel(shop)
    hear(shop, a_scan(Status.DELIVERED, NOW - 5 * HOUR), a_scan(Status.PICKED_UP, NOW - HOUR))
    assert (told(shop).before_pickup, told(shop).without_pickup) == (1, 0)


@database
def test_a_scan_dated_more_than_an_hour_ahead_is_time_travel_and_less_is_a_clock() -> None:
    shop = a_shop()
    hear(shop, a_scan(Status.IN_TRANSIT, NOW + 50 * HOUR / 60), a_scan(Status.IN_TRANSIT, NOW + 2 * HOUR))
    found = told(shop)
    assert (found.scans, found.ahead, found.lags[0]) == (2, 1, 1)


@database
def test_lateness_is_counted_from_the_scan_to_its_receipt_and_only_where_the_zone_is_known() -> None:
    shop = a_shop()
    hear(shop, *(a_scan(Status.IN_TRANSIT, NOW - timedelta(seconds=s)) for s in (30, 61, 3600, 90_000)))
    naive = replace(a_scan(Status.IN_TRANSIT, NOW - HOUR, key="n"), occurred_at=None, sort_at=NOW - HOUR)
    hear(shop, replace(naive, tz_source=TzSource.UNKNOWN))
    found = told(shop)
    late = {slot: n for slot, n in enumerate(found.lags) if n}
    assert late == {0: 1, 1: 1, BOUNDS.index(3600): 1, BOUNDS.index(172_800): 1}
    assert (found.scans, found.unzoned) == (5, 1)


@database
def test_an_attempt_without_a_van_that_day_is_counted() -> None:
    shop = a_shop()
    a_parcel(shop)
    hear(shop, a_scan(Status.OUT_FOR_DELIVERY, NOW - 3 * HOUR), a_scan(Status.FAILED_ATTEMPT, NOW - HOUR))
    hear(shop, a_scan(Status.FAILED_ATTEMPT, NOW - HOUR - 3 * DAY))
    assert (told(shop).attempts, told(shop).attempts_without_out) == (2, 1)


@database
def test_what_is_unmapped_and_told_again_is_counted_of_each_carrier() -> None:
    shop = a_shop()
    hear(shop, a_scan(None, NOW - HOUR), a_scan(Status.IN_TRANSIT, NOW - HOUR, carrier="dhl"))
    limits.count(shop, "duplicates", "ups", now=NOW, by=7)
    assert (told(shop).unmapped, told(shop).repeats) == (1, 7)
    assert (told(shop, "dhl").unmapped, told(shop, "dhl").repeats) == (0, 0)


@database
def test_days_are_counted_on_and_what_was_counted_before_is_not_lost() -> None:
    shop = a_shop()
    for back in (5, 4, 1, 0):
        at = NOW - back * DAY
        hear(shop, a_scan(Status.IN_TRANSIT, at - HOUR), at=at)
        assert count_days(at) > 0
    assert [row.day for row in quality.by_day(shop, "ups", NOW)] == [
        date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 20), date(2026, 11, 19),
    ]  # fmt: skip
    hear(shop, a_scan(Status.PICKED_UP, NOW - 2 * HOUR))
    assert told(shop).scans == 5
    assert count_days(NOW) == count_days(NOW) == 2, "the last day and the one before"
    assert told(shop).scans == 5


@database
def test_a_payload_replayed_long_after_it_came_does_not_hide_the_day_it_is_replayed_on() -> None:
    shop = a_shop()
    hear(shop, a_scan(Status.IN_TRANSIT, NOW - HOUR), at=NOW - DAY)
    count_days(NOW - DAY)
    hear(shop, a_scan(Status.PICKED_UP, NOW - 9 * DAY), at=NOW - 9 * DAY)
    hear(shop, a_scan(Status.CUSTOMS, NOW - HOUR))
    assert told(shop).scans == 2


@database
def test_what_came_in_before_the_window_is_left_out() -> None:
    shop = a_shop()
    hear(shop, a_scan(Status.IN_TRANSIT, NOW - 40 * DAY), at=NOW - 40 * DAY)
    assert count_days(NOW) == 0
    assert quality.carriers(shop, NOW) == {}


@database
def test_each_shop_has_its_own_counts() -> None:
    mine, theirs = a_shop("mine"), a_shop("theirs")
    hear(mine, a_scan(Status.IN_TRANSIT, NOW - HOUR))
    hear(theirs, *(a_scan(Status.IN_TRANSIT, NOW - n * HOUR, carrier="dhl") for n in range(3)))
    assert told(mine).scans == 1
    assert quality.carriers(theirs, NOW).keys() == {"dhl"}
    assert CarrierDay.objects.count() == 2


@database
@pytest.mark.parametrize("carriers", [1, 12])
def test_counting_and_reading_cost_the_same_however_many_carriers_there_are(
    carriers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shop = a_shop()
    hear(shop, *(a_scan(Status.IN_TRANSIT, NOW - HOUR, carrier=f"c{n}") for n in range(carriers)))
    with django_assert_num_queries(7):
        count_days(NOW)
    with django_assert_num_queries(2):
        assert len(quality.carriers(shop, NOW)) == carriers


def counts(**told: int) -> Counts:
    return Counts(scans=1000, delivered=100, attempts=40, lags=(1000,) + (0,) * (SLOTS - 1), **told)


@pytest.mark.parametrize(
    ("found", "kind", "value", "grade"),
    [
        (counts(without_pickup=5), Kind.WITHOUT_PICKUP, 0.05, Grade.GOOD),
        (counts(without_pickup=6), Kind.WITHOUT_PICKUP, 0.06, Grade.AMBER),
        (counts(without_out=16), Kind.WITHOUT_OUT, 0.16, Grade.RED),
        (counts(unmapped=51), Kind.UNMAPPED, 0.051, Grade.RED),
        (counts(attempts_without_out=6), Kind.UNHERALDED, 0.15, Grade.AMBER),
        (counts(repeats=9000), Kind.REPEATS, 0.9, Grade.PLAIN),
        (Counts(delivered=29, without_pickup=29), Kind.WITHOUT_PICKUP, 1.0, Grade.FEW),
        (Counts(), Kind.UNZONED, None, Grade.FEW),
    ],
)
def test_a_figure_is_graded_by_its_limits(
    found: Counts, kind: Kind, value: float | None, grade: Grade
) -> None:
    (figure,) = (f for f in figures(found) if f.kind is kind)
    assert (figure.value, figure.grade) == (value, grade)


def test_a_carrier_is_listed_under_its_worst_grade() -> None:
    assert worst(figures(counts())) is Grade.GOOD
    assert worst(figures(counts(unzoned=100))) is Grade.AMBER
    assert worst(figures(counts(unzoned=100, ahead=50))) is Grade.RED
    assert worst(figures(Counts())) is Grade.FEW


def test_a_line_of_the_export_has_every_column() -> None:
    told = dict(zip(HEAD, line("ups", counts(without_pickup=6)), strict=True))
    assert (told["carrier"], told["scans"], told["without_pickup"]) == ("ups", "1000", "0.0600")
    assert (told["reported_late_median_s"], told["dated_ahead"]) == ("30", "0.0000")
    assert dict(zip(HEAD, line("dhl", Counts()), strict=True))["reported_late_p90_s"] == ""


@given(st.lists(st.floats(0, 40 * 86400), min_size=1, max_size=60), st.sampled_from([0.5, 0.9]))
def test_a_quantile_read_from_slots_lies_in_the_slot_of_the_true_one(late: list[float], q: float) -> None:
    lags = [0] * SLOTS
    for seconds in late:
        lags[slot_of(seconds)] += 1
    found = quantile(lags, q)
    ordered = sorted(late)
    true = next(s for n, s in enumerate(ordered, 1) if n >= q * len(ordered))
    slot = slot_of(true)
    low, high = (BOUNDS[slot - 1] if slot else 0), BOUNDS[min(slot, len(BOUNDS) - 1)]
    assert found is not None
    assert min(low, high) <= found <= high


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3))
def test_counts_add_up_whatever_the_days_are_split_into(scans: list[int]) -> None:
    days = [counts(unzoned=n) for n in scans]
    whole = total(days)
    assert whole == total([total(days[:1]), total(days[1:])])
    assert (whole.scans, whole.unzoned, whole.lags[0]) == (3000, sum(scans), 3000)
    assert total([]) == Counts()


def test_the_window_is_of_whole_days_in_utc() -> None:
    assert quality._first_day(datetime(2026, 11, 24, 1, tzinfo=UTC), 30) == date(2026, 10, 26)
