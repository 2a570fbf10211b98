"""Campaigns: who is told, at which pace, and that nobody is told twice or left out."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.notify.promotions import (
    a_campaign,
    agree,
    buyers,
    queued_for,
)
from tests.notify.rows import HOUR, MINUTE, NOON, make_order, make_shop
from wismo.notify.actions import campaigning
from wismo.notify.jobs.campaigns import run_campaigns
from wismo.notify.models import Campaign, Message
from wismo.notify.queries.campaigns import campaign_journeys, running
from wismo.notify.queries.cases import cases
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def our_host(settings: Settings) -> None:
    settings.BASE_URL = "https://track.halden.example"


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def test_only_who_is_meant_and_agreed_is_queued_and_at_the_pace(shop: Shop) -> None:
    buyers(shop, 2, tags=["vip"])
    buyers(shop, 1, start=2)  # not meant
    buyers(shop, 1, start=3, agreed=False, tags=["vip"])  # never agreed
    refused = buyers(shop, 1, start=4, agreed=False, tags=["vip"])
    agree(shop, refused, granted=False)
    buyers(make_shop("other"), 2, start=10, tags=["vip"])
    vips = [{"fact": "customer.tags", "is": "contains", "value": "vip"}]
    made = a_campaign(shop, audience=vips, per_minute=30)
    assert run_campaigns(NOON) == 2
    assert queued_for(made) == ["b0", "b1"]
    rows = Message.objects.order_by("due_at")
    assert [row.due_at for row in rows] == [NOON, NOON + timedelta(seconds=2)]
    assert [row.expires_at for row in rows] == [row.due_at + timedelta(days=3) for row in rows]
    assert {(row.lane, row.journey, row.order_id) for row in rows} == {(4, "new_product", None)}
    assert run_campaigns(NOON) == 0


def test_how_often_and_where_somebody_bought_can_be_asked(shop: Shop) -> None:
    one = make_order(shop, "o-1", email="b0@buyer.example", country="AT").buyer
    agree(shop, [one, *buyers(shop, 1, start=1, agreed=False)])
    bought = [
        {"fact": "customer.orders", "is": ">=", "value": 1},
        {"fact": "customer.country", "is": "==", "value": "AT"},
    ]
    never = [{"fact": "customer.orders", "is": "==", "value": 0}]
    first, second = a_campaign(shop, audience=bought), a_campaign(shop, audience=never)
    run_campaigns(NOON)
    assert (queued_for(first), queued_for(second)) == (["b0"], ["b1"])


def test_it_is_queued_two_minutes_ahead_and_goes_on_from_there(shop: Shop) -> None:
    buyers(shop, 100)
    made = a_campaign(shop, per_minute=20)
    assert run_campaigns(NOON) == 41
    assert run_campaigns(NOON + MINUTE - timedelta(seconds=1)) == 0
    assert run_campaigns(NOON + MINUTE + timedelta(seconds=5)) == 21
    last = Message.objects.order_by("-due_at")[0]
    assert last.due_at == NOON + 3 * MINUTE + timedelta(seconds=3)
    assert queued_for(made) == [f"b{n}" for n in range(62)]


def test_what_was_missed_while_nobody_worked_is_not_made_up_for_at_once(shop: Shop) -> None:
    buyers(shop, 100)
    a_campaign(shop, per_minute=10)
    run_campaigns(NOON)
    assert run_campaigns(NOON + 5 * HOUR) == 21
    late = Message.objects.filter(due_at__gte=NOON + 5 * HOUR).order_by("due_at")
    assert (late[0].due_at, late[1].due_at) == (NOON + 5 * HOUR, NOON + 5 * HOUR + timedelta(seconds=6))


def test_it_begins_when_it_is_to_begin(shop: Shop) -> None:
    buyers(shop, 1)
    a_campaign(shop, starts_at=NOON + HOUR)
    assert run_campaigns(NOON + HOUR - MINUTE) == 0
    assert run_campaigns(NOON + HOUR) == 1
    assert Message.objects.get().due_at == NOON + HOUR


def test_a_walk_in_chunks_tells_everybody_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wismo.notify.queries.audience.buyers_after.__defaults__", (7,))
    buyers(shop, 30)
    buyers(shop, 30, start=30, agreed=False)
    made = a_campaign(shop, per_minute=60_000)
    assert run_campaigns(NOON) == 30
    assert sorted(queued_for(made)) == sorted(f"b{n}" for n in range(30))


def test_where_two_workers_walk_at_once_the_second_stands_back(shop: Shop) -> None:
    buyers(shop, 5)
    made = a_campaign(shop)
    (standing,) = running(NOON)
    assert run_campaigns(NOON) == 5
    found = campaigning.Next(
        next(j for j in campaign_journeys(shop.pk) if j.key == "new_product"),
        [row.pk for row in shop.buyer_set.all()],
        standing.place,
        99,
    )
    assert campaigning.queue_next(made.pk, found, NOON) is None
    assert Message.objects.count() == 5


def test_after_a_crash_between_any_two_steps_nobody_is_left_out_or_told_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyers(shop, 9)
    made = a_campaign(shop, per_minute=60_000)
    monkeypatch.setattr("wismo.notify.queries.audience.buyers_after.__defaults__", (4,))
    Campaign.objects.filter(pk=made.pk).update(place=0)
    run_campaigns(NOON)
    # As after a restore of the campaign's row alone: the dedupe key knows who was told.
    Campaign.objects.filter(pk=made.pk).update(place=0)
    run_campaigns(NOON + 2 * MINUTE)
    assert sorted(queued_for(made)) == [f"b{n}" for n in range(9)]


def test_two_campaigns_of_one_journey_reach_the_same_buyer_each_once(shop: Shop) -> None:
    buyers(shop, 1)
    first, second = a_campaign(shop), a_campaign(shop)
    run_campaigns(NOON)
    assert (queued_for(first), queued_for(second)) == (["b0"], ["b0"])


def test_a_readers_night_is_where_their_last_order_went_and_not_where_the_shop_is(shop: Shop) -> None:
    far = make_order(shop, "o-1", email="b0@buyer.example", country="JP", timezone="Asia/Tokyo").buyer
    agree(shop, [far, *buyers(shop, 1, start=1, agreed=False)])
    a_campaign(shop)
    run_campaigns(NOON)  # 13:00 in Berlin, 21:00 in Tokyo
    found = cases(list(Message.objects.values_list("pk", flat=True)), NOON)
    clocks = {case.buyer_id: str(case.reader.zone) for case in found.values()}
    assert clocks == {far.pk: "Asia/Tokyo", far.pk + 1: "Europe/Berlin"}
