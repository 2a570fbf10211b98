"""Facts of the house become queued messages, once each."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.notify.rows import HOUR, MINUTE, NOON, codes, make_order, make_parcel, make_shop, reached
from wismo.notify.models import Decision, Message
from wismo.notify.reactions import start_order_journeys, start_shipment_journeys
from wismo.orders.events import OrderPlaced
from wismo.tracking.events import MilestoneReached

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


@pytest.fixture
def _clock() -> object:
    with time_machine.travel(NOON + MINUTE, tick=False):
        yield


def keys() -> list[str]:
    return list(Message.objects.order_by("dedupe_key").values_list("dedupe_key", flat=True))


def test_a_milestone_queues_its_message_with_keys_only() -> None:
    parcel = make_parcel(make_order(make_shop()))
    start_shipment_journeys([reached(parcel, "out_for_delivery", NOON, "2026-11-24")])
    message = Message.objects.get()
    assert message.dedupe_key == f"out_for_delivery|shipment:{parcel.pk}|2026-11-24"
    assert (message.shop_id, message.order_id, message.shipment_id) == (
        parcel.shop_id,
        parcel.order_id,
        parcel.pk,
    )
    assert (message.journey, message.version, message.channel) == ("out_for_delivery", 2, "whatsapp")
    due_at = NOON + 10 * MINUTE  # so long it waits for the order's other parcels
    assert (message.happened_at, message.due_at, message.expires_at) == (NOON, due_at, due_at + 4 * HOUR)
    assert (message.state, message.code, message.language, message.subject) == ("queued", "", "", "")
    assert message.created_at == NOON + MINUTE


def test_an_order_is_confirmed_once() -> None:
    order = make_order(make_shop())
    placed = OrderPlaced(order.shop_id, NOON, order.pk)
    start_order_journeys([placed, placed])
    start_order_journeys([placed])
    assert keys() == [f"order_confirmed|order:{order.pk}"]
    assert codes(Message.objects.get()) == [("dedupe", "stop", "duplicate")]


def test_a_milestone_without_a_journey_queues_nothing_and_asks_only_for_the_shops_own_journeys() -> None:
    parcel = make_parcel(make_order(make_shop()))
    with CaptureQueriesContext(connection) as queries:
        start_shipment_journeys([reached(parcel, "shipment_created")])
    assert (len(queries), keys()) == (1, [])


def test_a_second_day_of_delivery_is_told_and_a_repeated_one_is_not() -> None:
    parcel = make_parcel(make_order(make_shop()))
    first = reached(parcel, "out_for_delivery", NOON, "2026-11-24")
    second = reached(parcel, "out_for_delivery", NOON + 24 * HOUR, "2026-11-25")
    start_shipment_journeys([first])
    start_shipment_journeys([first, second])
    start_shipment_journeys([first, second])
    base = f"out_for_delivery|shipment:{parcel.pk}"
    assert keys() == [f"{base}|2026-11-24", f"{base}|2026-11-25"]
    assert [len(codes(message)) for message in Message.objects.order_by("dedupe_key")] == [2, 1]
    assert set(Decision.objects.values_list("code", flat=True)) == {"duplicate"}


def test_two_shops_with_the_same_news_are_told_apart() -> None:
    parcels = [make_parcel(make_order(make_shop(slug))) for slug in ("halden", "meridian")]
    start_shipment_journeys([reached(parcel, "delivered") for parcel in parcels])
    assert list(Message.objects.order_by("shop_id").values_list("shop_id", "shipment_id")) == [
        (parcel.shop_id, parcel.pk) for parcel in parcels
    ]


def test_a_carriers_clock_that_runs_ahead_neither_delays_a_message_nor_keeps_it_fresh() -> None:
    parcel = make_parcel(make_order(make_shop()))
    start_shipment_journeys([reached(parcel, "out_for_delivery", NOON + 3 * HOUR, "2026-11-24")])
    message = Message.objects.get()
    assert message.happened_at == NOON + 3 * HOUR
    due_at = NOON + MINUTE + timedelta(minutes=10)
    assert (message.due_at, message.expires_at) == (due_at, due_at + timedelta(hours=4))


@pytest.mark.parametrize("n", [1, 50])
def test_a_batch_of_any_size_takes_three_statements_and_its_repeat_three(n: int) -> None:
    order = make_order(make_shop())
    batch: list[MilestoneReached] = [
        reached(make_parcel(order, f"p{i}"), "picked_up", NOON + i * MINUTE) for i in range(n)
    ]
    for _told in ("first", "again"):
        with CaptureQueriesContext(connection) as queries:
            start_shipment_journeys(batch)
        assert len(queries) == 3
    assert (Message.objects.count(), Decision.objects.count()) == (n, n)
