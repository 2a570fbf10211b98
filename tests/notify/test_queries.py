"""What the console reads of messages, and the words it shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.notify.post import post_office
from tests.notify.rows import (
    HOUR,
    MINUTE,
    NOON,
    make_order,
    make_parcel,
    make_shop,
    reached,
    tell,
    tell_order,
)
from wismo.notify.jobs import dispatch, reconcile
from wismo.notify.models import MessageState
from wismo.notify.queries.messages import counts, messages_of
from wismo.notify.reactions import start_shipment_journeys

LATER = NOON + 11 * MINUTE  # an order's parcels are waited for until then


@pytest.mark.django_db(transaction=True)
def test_an_orders_messages_are_read_with_their_reasons_in_three_queries(settings: Settings) -> None:
    order = make_order(make_shop())
    parcel = make_parcel(order)
    tell_order(order, NOON - 30 * HOUR)
    tell(parcel, "picked_up", NOON)
    start_shipment_journeys([reached(parcel, "picked_up", NOON)])
    with post_office(settings):
        assert dispatch(LATER) == 2
    with CaptureQueriesContext(connection) as queries:
        shipped, confirmed = messages_of(order.shop_id, order.pk)
    assert len(queries) == 3
    assert (shipped.journey, shipped.state, shipped.why) == (
        "shipped",
        MessageState.SENT,
        "Sent: the provider took it.",
    )
    made = [(d.gate, d.outcome, d.code) for d in shipped.decisions]
    assert made[0] == ("dedupe", "stop", "duplicate")
    assert made[-1] == ("send", "done", "sent")
    assert {outcome for _, outcome, _ in made[1:-1]} == {"pass"}
    assert [(tried.number, tried.provider, tried.state) for tried in shipped.tries] == [
        (1, "smtp", "accepted")
    ]
    assert (shipped.shipment_id, confirmed.shipment_id) == (parcel.pk, None)
    assert (confirmed.state, confirmed.code) == (MessageState.NOT_SENT, "too_old")
    assert confirmed.why == "Not sent: by the time it could be sent, it was old news."
    assert messages_of(make_shop("meridian").pk, order.pk) == []


@pytest.mark.django_db(transaction=True)
def test_ends_are_counted_for_one_shop_in_one_query(settings: Settings) -> None:
    order = make_order(make_shop())
    for i, leg in enumerate(("forward", "forward", "rto", "rto", "rto")):
        tell(make_parcel(order, f"p{i}", leg=leg), "delivered")
    with post_office(settings):
        assert dispatch(NOON + MINUTE) == 5
    with post_office(settings, hang_up=True):
        tell(make_parcel(order, "lost"), "delivered")
        dispatch(NOON + MINUTE)
    reconcile(NOON + HOUR)
    tell(make_parcel(order, "next"), "delivered")
    with CaptureQueriesContext(connection) as queries:
        found = counts(order.shop_id, NOON)
    assert len(queries) == 1
    assert found == {"sent": 2, "not_sent": {"wrong_leg": 3}, "unknown": 1, "queued": 1}
    nothing = {"sent": 0, "not_sent": {}, "unknown": 0, "queued": 0}
    assert counts(make_shop("meridian").pk, NOON) == nothing
    assert counts(order.shop_id, NOON + HOUR) == nothing
