"""What becomes of messages where their provider misbehaves: a real one on this machine, with faults."""

from collections import deque
from datetime import timedelta

import pytest

from tests.notify.rows import HOUR, MINUTE, NOON, codes, make_shop, state
from tests.notify.senders import a_message, attempt, gateway, journey, webhook
from tests.notify.simulator import Fault, Simulator
from wismo.notify.actions.outcomes import GRACE
from wismo.notify.actions.sending import settle_by_hand
from wismo.notify.jobs import dispatch, reconcile
from wismo.notify.models import (
    Attempt,
    ChannelAccount,
    TeamAlert,
)
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + MINUTE


def test_an_attempt_is_committed_before_the_provider_is_called_and_recorded_after(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook")
    message = a_message(shop)
    assert dispatch(LATER) == 1
    assert state(message) == ("sent", "sent")
    (taken,) = simulator.taken
    made = attempt(message)
    assert (taken.reference, made.provider_id, made.state) == (made.reference, "sim-1", "accepted")
    assert (made.channel, made.provider, made.number, message.attempts) == ("webhook", "webhook", 1, 1)
    assert [code for _, _, code in codes(message)][-3:] == ["ok", "ok", "sent"]
    assert [gate for gate, _, _ in codes(message)] == [
        *("condition", "cancelled", "leg", "superseded", "promise", "moved", "age", "suppressed"),
        *("consent", "holdout", "cap", "route", "quiet", "bucket", "render", "send"),
    ]


def test_a_busy_provider_is_asked_again_when_it_says_and_nothing_else_leaves_meanwhile(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook")
    first = a_message(shop)
    simulator.script, simulator.retry_after = deque([Fault.BUSY]), "40"
    assert dispatch(LATER) == 0
    assert state(first) == ("queued", "retry")
    assert attempt(first).state == "retry"
    wait = first.due_at - LATER
    assert timedelta(seconds=40) <= wait < timedelta(seconds=52)
    second = a_message(shop, "HR-2")
    assert dispatch(LATER + timedelta(seconds=10)) == 0  # Retry-After holds for the whole account
    assert state(second) == ("queued", "rate_wait:later")  # too far ahead to keep one for it
    assert dispatch(LATER + MINUTE) == 2
    assert len(simulator.taken) == 2
    assert attempt(first).number == 2


def test_retries_end_with_the_messages_life(simulator: Simulator, shop: Shop) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook", more='legs = ["forward"]\nmax_age = "2m"\nquiet = "ignore"')
    message = a_message(shop)
    simulator.chances = {Fault.BROKEN: 1.0}
    now = LATER
    while state(message)[0] == "queued" and now < LATER + HOUR:
        dispatch(now)
        now += timedelta(seconds=10)
    assert state(message) == ("not_sent", "provider_error:503")
    assert simulator.taken == []


def test_a_silent_provider_that_knows_its_references_is_told_again_under_the_same_one(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook")
    message = a_message(shop)
    simulator.script = deque([Fault.SILENT])
    assert dispatch(LATER) == 0
    assert (state(message), attempt(message).state) == (("queued", "retry"), "unknown")
    assert dispatch(LATER + MINUTE) == 1
    assert state(message) == ("sent", "sent")
    assert len(simulator.taken) == 1
    assert simulator.asked == {attempt(message).reference: 2}
    assert Attempt.objects.count() == 1


def test_a_repetition_that_is_put_off_says_nothing_of_the_first_time_and_keeps_its_reference(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook", "email")
    message = a_message(shop)
    simulator.script = deque([Fault.SILENT, Fault.BUSY, Fault.BROKEN])
    for minutes in (0, 1, 5, 30):
        dispatch(LATER + minutes * MINUTE)
    assert (state(message), len(simulator.taken)) == (("sent", "sent"), 1)
    assert simulator.asked == {attempt(message).reference: 4}
    assert message.channel == "webhook"


def test_what_no_repetition_could_settle_in_its_life_ends_with_people(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook", "email", more='legs = ["forward"]\nmax_age = "2h"\nquiet = "ignore"')
    message = a_message(shop)
    simulator.chances = {Fault.HANG_UP: 1.0}
    for quarter in range(16):
        dispatch(LATER + quarter * 15 * MINUTE)
        reconcile(LATER + quarter * 15 * MINUTE)
    assert state(message) == ("unknown", "unknown")
    assert TeamAlert.objects.get(kind="unknown").subject == f"message {message.pk}"
    assert Attempt.objects.count() == 1


def test_a_silent_provider_that_does_not_is_never_told_again_and_people_decide(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message = a_message(shop)
    simulator.script = deque([Fault.SILENT])
    assert dispatch(LATER) == 1
    assert state(message)[0] == "sending"  # a receipt may still tell
    assert reconcile(LATER + GRACE - timedelta(seconds=5)) == 0
    assert reconcile(LATER + GRACE + timedelta(seconds=5)) == 1
    assert state(message) == ("unknown", "unknown")
    alert = TeamAlert.objects.get(kind="unknown")
    assert (alert.subject, alert.closed_at) == (f"message {message.pk}", None)
    assert dispatch(LATER + 3 * HOUR) == 0
    assert len(simulator.taken) == 1
    assert settle_by_hand(shop.pk, message.pk, "arrived", who="mo@halden.example", now=LATER + HOUR)
    assert (state(message), attempt(message).state) == (("sent", "by_hand"), "delivered")
    alert.refresh_from_db()
    assert alert.closed_at == LATER + HOUR
    assert not settle_by_hand(shop.pk, message.pk, "again", who="mo@halden.example", now=LATER + HOUR)


def test_whoever_says_so_has_an_unknown_message_sent_again(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message = a_message(shop)
    simulator.script = deque([Fault.HANG_UP])
    dispatch(LATER)
    reconcile(LATER + 2 * GRACE)
    assert settle_by_hand(shop.pk, message.pk, "again", who="mo@halden.example", now=LATER + HOUR)
    assert dispatch(LATER + HOUR) == 1
    assert (state(message), len(simulator.taken)) == (("sent", "sent"), 1)
    assert list(Attempt.objects.order_by("number").values_list("number", "state")) == [
        (1, "failed"),
        (2, "accepted"),
    ]


def test_a_provider_that_refuses_our_account_rests_is_tried_by_one_message_and_the_team_is_told(
    simulator: Simulator, shop: Shop
) -> None:
    account = webhook(shop, simulator)
    journey(shop, "webhook")
    for n in range(6):
        a_message(shop, f"HR-{n}")
    simulator.chances = {Fault.CONFIG: 1.0}
    dispatch(LATER)
    account.refresh_from_db()
    assert (account.failures, account.resting_until is not None) == (5, True)
    assert TeamAlert.objects.get().subject == "webhook"
    later = [a_message(shop, f"HR-1{n}") for n in range(3)]
    assert dispatch(LATER + timedelta(seconds=10)) == 0
    assert {state(message) for message in later} == {("queued", "resting")}
    simulator.chances = {}
    before = sum(simulator.asked.values())
    dispatch(LATER + timedelta(seconds=45))
    assert sum(simulator.asked.values()) == before + 1  # one shows that it is well again
    account.refresh_from_db()
    assert (account.failures, account.resting_until) == (0, None)
    dispatch(LATER + 3 * MINUTE)
    assert {state(message) for message in later} == {("sent", "sent")}
    assert TeamAlert.objects.get().closed_at is not None


def test_a_bucket_lets_so_many_through_and_tells_the_others_when(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    dispatch(LATER)
    messages = [a_message(shop, f"HR-{n}") for n in range(30)]
    dispatch(LATER)
    states = [state(message) for message in messages]
    burst = sum(code == "sent" for _, code in states)
    assert burst == len(simulator.taken) < 30
    assert set(states) == {("sent", "sent"), ("queued", "rate_wait")}
    dispatch(LATER + MINUTE)
    assert {state(message) for message in messages} == {("sent", "sent")}


def test_an_account_of_another_shop_is_not_used(simulator: Simulator, shop: Shop) -> None:
    webhook(make_shop("other"), simulator)
    journey(shop, "webhook")
    message = a_message(shop)
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "not_applicable")
    assert ChannelAccount.objects.count() == 1
