"""The overview: figures that are true, and tiles that lead to exactly what they count."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import busy, rows
from wismo.console.chart import chart_of
from wismo.tracking.queries.figures import DayOfDeliveries
from wismo.tracking.rules.summary import micros, pack_reached

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
OVERVIEW = "/console/halden/"


@pytest.fixture
def noon() -> object:
    with time_machine.travel(rows.NOW, tick=False):
        yield


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def delivered(team: rows.Team, n: int, days: float, **fields: object) -> None:
    """A parcel delivered an hour ago that took `days` from pick-up."""
    at = rows.NOW - rows.HOUR
    order = rows.an_order(team.shop, f"D{n}", promised_on=fields.pop("promised_on", date(2026, 11, 24)))
    started = pack_reached({"picked_up": micros(at - timedelta(days=days))})
    ended = {"status": "delivered", "ended": True, "delivered_at": at, "milestones": started}
    rows.a_shipment(order, f"N{n}", **(ended | fields))


def test_a_tile_leads_to_as_many_rows_as_it_counts(team: rows.Team) -> None:
    busy.a_busy_shop(team.shop)
    tiles = team.client.get(OVERVIEW).context["tiles"]
    listed = [len(team.client.get(tile.href).context["rows"]) for tile in tiles]
    assert [int(tile.count) for tile in tiles] == listed == [5, 1, 1, 2, 2, 1]


def test_a_quiet_shop_has_no_tiles(team: rows.Team) -> None:
    rows.a_shipment(rows.an_order(team.shop))
    page = team.client.get(OVERVIEW)
    assert page.context["tiles"] == []
    assert "Nothing needs you now." in page.content.decode()


def test_the_share_by_the_promised_day_leaves_out_what_was_not_promised(team: rows.Team) -> None:
    for n in range(3):
        delivered(team, n, 2)
    delivered(team, 3, 2, late=True)
    delivered(team, 4, 2, promised_on=None)
    page = team.client.get(OVERVIEW)
    kept = page.context["kept"]
    assert (kept.delivered, kept.promised, kept.on_time, kept.share) == (5, 4, 3, 75)
    assert "75% of 4 by the promised day" in page.content.decode()


def test_the_median_needs_five_deliveries(team: rows.Team) -> None:
    for n, days in enumerate((1, 1, 2, 9)):
        delivered(team, n, days)
    assert team.client.get(OVERVIEW).context["median"] is None
    delivered(team, 4, 3)
    assert team.client.get(OVERVIEW).context["median"] == (2.0, 5)


def test_a_day_begins_at_the_shops_midnight(team: rows.Team) -> None:
    late_evening = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight on the 23rd in Berlin
    delivered(team, 1, 1, delivered_at=late_evening)
    bars = team.client.get(OVERVIEW).context["chart"].bars
    assert {bar.day: bar.on_time for bar in bars if bar.on_time} == {date(2026, 11, 23): 1}


def test_parcels_wait_by_the_time_since_their_last_scan(team: rows.Team) -> None:
    for number, hours, late in (("A", 2, False), ("B", 80, False), ("C", 5, True), ("D", 200, False)):
        order = rows.an_order(team.shop, number)
        rows.a_shipment(order, number, last_scan_at=rows.NOW - hours * rows.HOUR, late=late)
    back = rows.an_order(team.shop, "E")
    rows.a_shipment(back, "E", leg="return", last_scan_at=rows.NOW - 300 * rows.HOUR)
    waiting = team.client.get(OVERVIEW).context["waiting"]
    assert [row.order_number for row in waiting] == ["D", "B", "C"]


def test_feeds_tell_the_current_the_quiet_and_the_silent(team: rows.Team) -> None:
    busy.a_busy_shop(team.shop)
    page = team.client.get(OVERVIEW)
    feeds = {feed.source: (feed.count, feed.word) for feed in page.context["feeds"]}
    assert feeds == {"dhl": (15, "Current"), "fedex": (0, "Nothing for 7 days"), "ups": (27, "Current")}
    assert "3 payloads turned away since yesterday" in page.content.decode()


def test_messages_are_told_by_their_end_and_reason(team: rows.Team) -> None:
    busy.a_busy_shop(team.shop)
    ends = team.client.get(OVERVIEW).context["ends"]
    assert [(end.count, end.text, end.why) for end in ends] == [
        (2, "Sent", ""),
        (1, "Outcome unknown", "not sent again"),
        (1, "Not sent", "later news had overtaken it (Failed attempt)"),
    ]
    for end in ends:
        found = team.client.get("/console/halden/messages/?" + end.query).context["rows"]
        assert len(found) == end.count


def test_a_made_up_shop_says_so(team: rows.Team) -> None:
    team.shop.synthetic = True
    team.shop.save()
    assert "orders and parcels were made up" in team.client.get(OVERVIEW).content.decode()


def test_the_overview_costs_the_same_for_a_busy_shop_as_for_an_empty_one(
    team: rows.Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(16):
        team.client.get(OVERVIEW)
    busy.a_busy_shop(team.shop)
    with django_assert_num_queries(16):
        team.client.get(OVERVIEW)


def test_the_chart_keeps_empty_days_and_fills_its_height() -> None:
    first = date(2026, 11, 22)
    chart = chart_of([DayOfDeliveries(date(2026, 11, 23), 5, 2, 1)], first=first, days=3)
    assert [(bar.day.day, len(bar.blocks)) for bar in chart.bars] == [(22, 0), (23, 3), (24, 0)]
    assert [line.value for line in chart.lines] == [0, 2, 4, 6, 8]
    assert [(b.kind, b.y, b.height) for b in chart.bars[1].blocks] == [
        ("b1", 67.5, 112.5),
        ("b4", 45.0, 22.5),
        ("b3", 0.0, 45.0),
    ]
