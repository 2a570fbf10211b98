"""What is expected of parcels under way, the ledger of what was shown, and alerts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.makers import NOW, a_scan, a_shop, an_order
from tests.promise.parcels import TEN_DAYS, a_quoter, at, sent, told
from wismo.orders.actions import keep_orders
from wismo.promise.actions import outlooks
from wismo.promise.actions.outlooks import look
from wismo.promise.jobs.looking import alert, look_again, take_up
from wismo.promise.models import Outlook, Promise
from wismo.promise.queries.outlooks import outlooks_of
from wismo.promise.queries.trust import _of_shop, trusts
from wismo.vocabulary.status import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROMISED = date(2026, 12, 2)


def pages() -> list[tuple[date, str]]:
    """Days that the page has shown since, with their rung."""
    return list(Promise.objects.filter(place="page").order_by("pk").values_list("latest", "rung"))


def test_the_first_promise_is_in_the_ledger_once_and_stays(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A"], promised_on=PROMISED)
    keep_orders(shop, [an_order("o-A", promised_on=PROMISED + 5 * DAY)], NOW)
    assert list(Promise.objects.values_list("place", "latest", "first", "kept")) == [
        ("order", PROMISED, True, None)
    ]
    assert Outlook.objects.get().promised_on == PROMISED


def test_an_order_promised_later_gets_its_first_promise_then(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A"])
    assert not Promise.objects.filter(first=True).exists()
    keep_orders(shop, [an_order("o-A", promised_on=PROMISED)], NOW)
    assert Promise.objects.filter(first=True).values_list("place", "latest").get() == ("order", PROMISED)


def test_silence_moves_the_day_that_is_shown_and_each_change_is_a_row(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=PROMISED)
    at(clock, NOW, shop, a_scan(Status.PICKED_UP, NOW, number="A"))
    assert (Outlook.objects.get().shown_on, pages()) == (PROMISED, [])
    for day in range(1, 6):
        at(clock, NOW + day * DAY, shop)
        assert look_again(NOW + day * DAY) == 1
    # On the 29th 30 of 100 have come and by the 2nd 70: still rather kept; on the 30th it is 40 of 60.
    found = outlooks_of(shop, [parcel])[parcel]
    assert (found.promised_on, found.shown_on, found.slips, found.told_on) == (
        PROMISED,
        PROMISED,
        False,
        None,
    )
    at(clock, NOW + 7 * DAY, shop)
    look_again(NOW + 7 * DAY)
    found = outlooks_of(shop, [parcel])[parcel]
    assert found.risk == pytest.approx(0.6)
    assert pages() == [(date(2026, 12, 5), "wider_lane")]
    look([parcel], NOW + 7 * DAY)
    assert len(pages()) == 1


def test_the_same_scans_in_any_order_end_in_the_same_outlook(clock: time_machine.Traveller) -> None:
    scans = [
        (Status.PICKED_UP, NOW - 3 * DAY, None),
        (Status.IN_TRANSIT, NOW - 2 * DAY, date(2026, 11, 30)),
        (Status.IN_TRANSIT, NOW - DAY, date(2026, 12, 4)),
        (Status.IN_TRANSIT, NOW - HOUR, date(2026, 12, 3)),
        (Status.ARRIVED_LOCAL, NOW, None),
    ]
    ends = []
    for place, name in enumerate(["A", "B", "C"]):
        shop = a_shop(f"shop-{name.lower()}")
        sent(shop, [name], promised_on=PROMISED)
        order = list(scans)
        order = order[place:] + order[:place]
        for status, moment, eta in order + order[:2]:
            told(shop, [a_scan(status, moment, number=name, eta=eta)], NOW)
        ends.append(
            Outlook.objects.filter(shop_id=shop).values_list("shown_on", "likely_on", "risk", "open").get()
        )
    assert ends[0] == ends[1] == ends[2]


def test_a_batch_of_any_size_takes_as_many_statements(clock: time_machine.Traveller) -> None:
    counted = []
    for shop, numbers in ((a_shop("one"), ["A"]), (a_shop("many"), [f"N{n}" for n in range(40)])):
        ids = sent(shop, numbers, promised_on=PROMISED)
        told(shop, [a_scan(Status.PICKED_UP, NOW, number=n, eta=date(2026, 12, 3)) for n in numbers], NOW)
        _of_shop.cache_clear()
        with CaptureQueriesContext(connection) as caught:
            look(ids, NOW + 12 * DAY)
        counted.append(len(caught) - (len(numbers) > 1) * 0)
    assert counted[0] == counted[1]


def test_parcels_from_before_there_were_outlooks_are_taken_up(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A", "B"], promised_on=PROMISED)
    Outlook.objects.all().delete()
    assert (take_up(NOW), take_up(NOW), Outlook.objects.count()) == (2, 0, 2)


def test_the_riskiest_few_are_alerted_once_and_the_lead_over_the_carrier_is_kept(
    clock: time_machine.Traveller,
) -> None:
    shop = a_shop()
    ids = sent(shop, [f"N{n}" for n in range(40)], promised_on=PROMISED)
    for place, pk in enumerate(ids):
        Outlook.objects.filter(shipment_id=pk).update(risk=place / 50)
    assert (alert(NOW), alert(NOW + HOUR)) == (2, 0)  # five in a hundred of 40
    assert set(Outlook.objects.filter(alerted_at=NOW).values_list("shipment_id", flat=True)) == set(ids[-2:])
    scan = a_scan(Status.HELD, NOW + 6 * HOUR, number="N39")
    at(clock, NOW + 6 * HOUR, shop, scan)
    row = Outlook.objects.get(shipment_id=ids[-1])
    assert row.excepted_at is not None
    assert row.alerted_at is not None
    assert (row.excepted_at - row.alerted_at, row.shown_on) == (6 * HOUR, None)


def test_a_carriers_days_are_trusted_by_how_they_held(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A", "B", "C"], promised_on=PROMISED)
    for number, eta, came in (("A", 26, 26), ("B", 26, 27), ("C", 27, 26)):
        told(shop, [a_scan(Status.IN_TRANSIT, NOW, number=number, eta=date(2026, 11, eta))], NOW)
        door = datetime(2026, 11, came, 12, 0, tzinfo=UTC)
        at(clock, door, shop, a_scan(Status.DELIVERED, door, number=number))
    _of_shop.cache_clear()
    assert trusts([shop], NOW + 5 * DAY) == {(shop, "ups"): (2, 3)}


def test_tables_are_those_of_the_parcels_own_shop(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, strange = a_shop("known"), a_shop("strange")
    quoters: dict[int, Any] = {known: a_quoter(TEN_DAYS), strange: a_quoter(None)}
    monkeypatch.setattr(outlooks, "quoter_of", lambda shop, _now: quoters[shop])
    ids = sent(known, ["A"], promised_on=PROMISED) + sent(strange, ["B"], promised_on=PROMISED)
    look(ids, NOW)
    risks = dict(Outlook.objects.values_list("shop_id", "risk"))
    assert (risks[known] is not None, risks[strange]) == (True, None)
