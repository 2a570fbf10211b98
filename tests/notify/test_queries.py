"""What the console reads of messages, and the words it shows."""

from typing import Any

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
from wismo.notify.explain import explain
from wismo.notify.jobs import dispatch
from wismo.notify.models import MessageState
from wismo.notify.queries import counts, messages_of
from wismo.notify.reactions import start_shipment_journeys
from wismo.notify.rules import Code

OVERTAKEN = {
    "milestone": "delivered",
    "at": "2026-11-24T12:12:00+00:00",
    "happened_at": "2026-11-24T12:00:00+00:00",
}


@pytest.mark.parametrize(
    ("code", "facts", "words"),
    [
        ("sent", {}, "Sent: the provider took it."),
        ("duplicate", {}, "Not sent again: this was told once already."),
        ("cancelled", {"order_cancelled_at": "x"}, "Not sent: the order was cancelled."),
        ("cancelled", {"status": "cancelled"}, "Not sent: the parcel was cancelled."),
        (
            "superseded:delivered",
            OVERTAKEN,
            "Not sent: the parcel was delivered already, 12 minutes later.",
        ),
        (
            "superseded:delivered",
            {**OVERTAKEN, "at": "2026-11-25T13:00:00+00:00"},
            "Not sent: the parcel was delivered already, 1 day later.",
        ),
        (
            "superseded:delivered",
            {**OVERTAKEN, "at": "2026-11-24T11:00:00+00:00"},
            "Not sent: the parcel was delivered already.",
        ),
        (
            "superseded:customs",
            {**OVERTAKEN, "at": "2026-11-24T15:00:00+00:00"},
            "Not sent: it was overtaken by customs already, 3 hours later.",
        ),
        (
            "wrong_leg",
            {"leg": "rto"},
            "Not sent: the parcel is not on the leg this message is about (it is on: rto).",
        ),
        ("promise_kept", {}, "Not sent: the parcel is no longer late."),
        ("too_old", {}, "Not sent: by the time it could be sent, it was old news."),
        ("no_address", {"channel": "email"}, "Not sent: the buyer has no usable address for email."),
        ("render_error", {"error": "x"}, "Not sent: the message could not be written (x)."),
        (
            "retry",
            {"attempt": 2, "detail": "connect"},
            "Not sent yet: attempt 2 failed (nobody answered); it will be tried again.",
        ),
        ("provider_error:550", {}, "Not sent: the provider refused it (550)."),
        (
            "unknown",
            {"detail": "disconnect"},
            "Nobody can tell whether it was sent (the connection broke). It will not be sent again.",
        ),
        ("some_later_code", {}, "some_later_code"),
    ],
)
def test_every_code_has_a_sentence(code: str, facts: dict[str, Any], words: str) -> None:
    assert explain(code, facts) == words


def test_no_code_of_the_closed_list_is_without_one() -> None:
    facts = {**OVERTAKEN, "channel": "email", "leg": "rto", "error": "x", "attempt": 1, "detail": "451"}
    assert [code for code in Code if explain(code.of("delivered"), facts) == code.of("delivered")] == []


@pytest.mark.django_db(transaction=True)
def test_an_orders_messages_are_read_with_their_reasons_in_two_queries(settings: Settings) -> None:
    order = make_order(make_shop())
    parcel = make_parcel(order)
    tell_order(order, NOON - 30 * HOUR)
    tell(parcel, "picked_up", NOON)
    start_shipment_journeys([reached(parcel, "picked_up", NOON)])
    with post_office(settings):
        assert dispatch(NOON + MINUTE) == 2
    with CaptureQueriesContext(connection) as queries:
        shipped, confirmed = messages_of(order.shop_id, order.pk)
    assert len(queries) == 2
    assert (shipped.journey, shipped.state, shipped.why) == (
        "shipped",
        MessageState.SENT,
        "Sent: the provider took it.",
    )
    assert [(d.gate, d.outcome, d.code) for d in shipped.decisions] == [
        ("dedupe", "stop", "duplicate"),
        ("send", "done", "sent"),
    ]
    assert (shipped.shipment_id, confirmed.shipment_id) == (parcel.pk, None)
    assert (confirmed.state, confirmed.code) == (MessageState.NOT_SENT, "too_old")
    assert confirmed.why == "Not sent: by the time it could be sent, it was old news."
    assert messages_of(make_shop("meridian").pk, order.pk) == []


@pytest.mark.django_db(transaction=True)
def test_ends_are_counted_for_one_shop_in_one_query(settings: Settings) -> None:
    order = make_order(make_shop())
    for i, leg in enumerate(("forward", "forward", "rto", "rto", "rto")):
        tell(make_parcel(order, f"p{i}", leg=leg), "picked_up")
    with post_office(settings):
        assert dispatch(NOON + MINUTE) == 5
    with post_office(settings, hang_up=True):
        tell(make_parcel(order, "lost"), "picked_up")
        assert dispatch(NOON + MINUTE) == 1
    tell(make_parcel(order, "next"), "picked_up")
    with CaptureQueriesContext(connection) as queries:
        found = counts(order.shop_id, NOON)
    assert len(queries) == 1
    assert found == {"sent": 2, "not_sent": {"wrong_leg": 3}, "unknown": 1, "queued": 1}
    nothing = {"sent": 0, "not_sent": {}, "unknown": 0, "queued": 0}
    assert counts(make_shop("meridian").pk, NOON) == nothing
    assert counts(order.shop_id, NOON + HOUR) == nothing
