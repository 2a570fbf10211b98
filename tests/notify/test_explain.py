"""Every decision in words: why a message was, or was not, sent."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from tests.notify.rules.standing import EMAIL, FRESH, journey, reach
from tests.notify.rules.test_gates import a_journey, any_facts
from wismo.notify.explain import explain
from wismo.notify.journey.model import AllOf, Ask, Journey, Operator
from wismo.notify.rules.facts import Facts
from wismo.notify.rules.gates import decide
from wismo.notify.rules.verdict import Code

OVERTAKEN = {
    "milestone": "delivered",
    "at": "2026-11-24T12:12:00+00:00",
    "happened_at": "2026-11-24T12:00:00+00:00",
}


@pytest.mark.parametrize(
    ("code", "facts", "words"),
    [
        ("ok", {}, "Nothing against it."),
        ("sent", {}, "Sent: the provider took it."),
        ("delivered", {}, "Delivered, as the provider says."),
        ("read", {}, "Read, as the provider says."),
        ("duplicate", {}, "Not sent again: this was told once already."),
        ("merged", {}, "Not sent by itself: it was told together with another message of the order."),
        ("cancelled", {"order_cancelled_at": "x"}, "Not sent: the order was cancelled."),
        ("cancelled", {"status": "cancelled"}, "Not sent: the parcel was cancelled."),
        ("switched_off", {}, "Not sent: this journey is switched off."),
        (
            "condition_false",
            {"wanted": 'order.country in "AT"', "order.country": "DE", "order.promised": True},
            'Not sent: the journey asks for order.country in "AT" (order.country: DE, order.promised: yes).',
        ),
        ("condition_false", {"wanted": "x"}, "Not sent: the journey asks for x, and that is not so."),
        ("condition_false", {}, "Not sent: what the journey asks for is not so."),
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
            "superseded:packed",
            {**OVERTAKEN, "at": "2026-11-24T15:00:00+00:00"},
            "Not sent: it was overtaken by packed already, 3 hours later.",
        ),
        (
            "superseded:claim_opened",
            {**OVERTAKEN, "at": "2026-11-24T15:00:00+00:00"},
            "Not sent: a claim was opened already, 3 hours later.",
        ),
        (
            "wrong_leg",
            {"leg": "rto"},
            "Not sent: the parcel is not on the leg this message is about (it is on: rto).",
        ),
        ("promise_kept", {}, "Not sent: the parcel is no longer late."),
        ("moved_again", {"stalled": False}, "Not sent: the parcel moves again."),
        ("moved_again", {"status": "in_transit"}, "Not sent: the carrier has taken it back since."),
        ("too_old", {}, "Not sent: by the time it could be sent, it was old news."),
        ("suppressed:stop", {}, "Not sent: this address must not be written to (the shopper wrote STOP)."),
        ("suppressed:other", {}, "Not sent: this address must not be written to (other)."),
        ("no_consent", {}, "Not sent: the shopper did not agree to messages of this kind."),
        ("opted_out", {}, "Not sent: the shopper does not want messages of this kind."),
        (
            "holdout",
            {"experiment": "ofd"},
            "Not sent: the shopper is among those who are not told, to measure the effect (ofd).",
        ),
        (
            "cap:marketing",
            {"had": 2},
            "Not sent: the shopper had 2 messages of this group (marketing) already, which is the most.",
        ),
        ("no_address", {"channel": "email"}, "Not sent: the buyer has no usable address for email."),
        ("not_applicable", {}, "Not sent: the shop uses none of the channels this message could go by."),
        ("unreachable", {"channel": "sms"}, "Not sent: the shopper cannot be reached by sms."),
        (
            "window_closed",
            {"channel": "whatsapp"},
            "Not sent: on whatsapp only approved texts may be sent now, and it has none.",
        ),
        ("quiet_drop", {}, "Not sent: by the end of the shopper's quiet hours it would be old news."),
        ("render_error", {"error": "x"}, "Not sent: the message could not be written (x)."),
        (
            "retry",
            {"attempt": 2, "detail": "connect"},
            "Not sent yet: attempt 2 failed (nobody answered); it will be tried again.",
        ),
        (
            "next_channel",
            {"detail": "timeout", "channel": "sms", "next": "email"},
            "Not delivered (no answer in time); the next channel follows: email.",
        ),
        ("next_channel", {"next": "email"}, "Not delivered in time; the next channel follows: email."),
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


@settings(deadline=None)
@given(any_facts, a_journey)
def test_whatever_the_gates_decide_can_be_said(facts: Facts, about: Journey) -> None:
    for verdict in decide(facts, about).verdicts:
        said = explain(verdict.code, verdict.facts)
        assert said.endswith(".")


def test_why_one_shopper_got_it_and_another_did_not_is_told_by_what_was_different() -> None:
    asked = AllOf((Ask("order.total", Operator.AT_LEAST, 50),))
    about = journey("out_for_delivery", when=asked)
    rich, poor = (replace(FRESH, reach=reach(EMAIL), values={"order.total": total}) for total in (60.0, 20.0))
    told, not_told = decide(rich, about).last, decide(poor, about).last
    assert explain(told.code, told.facts) == "Nothing against it."
    assert explain(not_told.code, not_told.facts) == (
        "Not sent: the journey asks for order.total >= 50 (order.total: 20.0)."
    )
