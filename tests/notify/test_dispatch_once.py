"""A thing is told once, whatever waits, whatever comes late, and whatever is said again."""

from collections import deque
from datetime import timedelta

import pytest
from django.db import transaction

from tests.notify.rows import HOUR, MINUTE, NOON, codes, make_order, make_parcel, state, tell
from tests.notify.senders import a_message, attempt, gateway, journey, webhook
from tests.notify.simulator import Fault, Simulator
from tests.notify.test_crash import probing
from wismo.notify.actions.claims import claim
from wismo.notify.actions.people import lift
from wismo.notify.actions.receipts import apply
from wismo.notify.jobs import dispatch, dispatch_marketing
from wismo.notify.jobs.dispatch import URGENT
from wismo.notify.models import Attempt, Message, Receipt, Suppression, TeamAlert
from wismo.notify.port import HeardReceipt, Outcome, Result
from wismo.notify.words import Failure, Lane, ReceiptState
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + MINUTE
ENDLESS = 'legs = ["forward"]\nquiet = "ignore"'


def test_what_a_receipt_says_was_taken_is_not_handed_over_again(simulator: Simulator, shop: Shop) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook")
    message = a_message(shop)
    simulator.script = deque([Fault.SILENT])
    dispatch(LATER)
    assert state(message) == ("queued", "retry")
    told = HeardReceipt("r-1", ReceiptState.ACCEPTED, LATER, reference=attempt(message).reference)
    apply(shop.pk, "webhook", [told], LATER)
    assert state(message) == ("sent", "sent")
    assert dispatch(LATER + HOUR) == 0
    assert (len(simulator.taken), Attempt.objects.count()) == (1, 1)


def test_a_fallback_does_not_wait_behind_a_backlog_of_what_is_less_urgent(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    webhook(shop, simulator)
    journey(shop, 'sms|wait = "10m"', "webhook")
    message = a_message(shop)
    dispatch(LATER)
    backlog = [
        tell(make_parcel(make_order(shop, f"B-{n}", email=f"b{n}@buyer.example"), f"b{n}"), "picked_up")
        for n in range(3)
    ]
    Message.objects.filter(pk__in=[one.pk for one in backlog]).update(lane=Lane.INFO)
    Message.objects.filter(pk=message.pk).update(lane=Lane.ACTION)
    assert claim(URGENT, LATER + 11 * MINUTE, 1) == [message.pk]
    assert (state(message)[0], message.step) == ("claimed", 1)


def test_what_one_channel_delivered_the_next_does_not_try_again(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    webhook(shop, simulator)
    journey(shop, 'sms|wait = "10m"', "webhook")
    message = a_message(shop)
    dispatch(LATER)
    simulator.script = deque([Fault.BUSY])
    dispatch(LATER + 11 * MINUTE)
    assert state(message) == ("queued", "retry")
    late = HeardReceipt("k", ReceiptState.DELIVERED, LATER, provider_id="sim-1")
    apply(shop.pk, "sms_gateway", [late], LATER + 11 * MINUTE)
    assert dispatch(LATER + HOUR) == 0
    assert (state(message), len(simulator.taken)) == (("sent", "delivered"), 1)


def test_a_reference_that_its_provider_has_forgotten_meanwhile_is_not_repeated(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook", more=ENDLESS)
    message = a_message(shop)
    simulator.script = deque([Fault.SILENT])
    dispatch(LATER)
    assert dispatch(LATER + timedelta(hours=23, minutes=1)) == 1  # nobody worked until then
    assert state(message) == ("unknown", "unknown")
    assert codes(message)[-1] == ("send", "stop", "unknown")
    assert len(simulator.taken) == 1
    assert TeamAlert.objects.get().subject == f"message {message.pk}"


def test_a_repeated_hand_over_speaks_for_no_parcel_that_came_after_it(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook", more=f'{ENDLESS}\ncollapse = "10m"')
    order = make_order(shop)
    first = tell(make_parcel(order, "p1"), "delivered")
    simulator.script = deque([Fault.SILENT])
    dispatch(LATER + 10 * MINUTE)
    second = tell(make_parcel(order, "p2"), "delivered", NOON + 2 * MINUTE)
    assert dispatch(LATER + 20 * MINUTE) == 2
    assert (state(first), state(second)) == (("sent", "sent"), ("sent", "sent"))
    assert [one.reference for one in simulator.taken] == [attempt(first).reference, attempt(second).reference]


def test_a_message_that_is_tried_again_still_speaks_of_all_its_parcels(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook", more=f'{ENDLESS}\ncollapse = "10m"')
    order = make_order(shop)
    first, second = (tell(make_parcel(order, f"p{n}"), "delivered") for n in range(2))
    simulator.script = deque([Fault.BUSY])
    dispatch(LATER + 10 * MINUTE)
    assert (state(first)[1], state(second)) == ("retry", ("not_sent", "merged"))
    dispatch(LATER + HOUR)
    assert state(first) == ("sent", "sent")
    counts = [one.facts.get("count") for one in first.decisions.filter(gate="render").order_by("pk")]
    assert counts == [2, 2]


def test_a_receipt_that_is_played_back_says_nothing(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message = a_message(shop)
    dispatch(LATER)
    told = HeardReceipt("k", ReceiptState.COMPLAINED, LATER, provider_id="sim-1")
    apply(shop.pk, "sms_gateway", [told, told], LATER)
    lift(shop.pk, [attempt(message).digest])  # a person of the team, who knows better
    apply(shop.pk, "sms_gateway", [told], LATER + HOUR)
    assert not Suppression.objects.exists()
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(("code", "scope"), [("131050", "marketing"), ("21610", "all")])
def test_who_ends_offers_at_the_provider_ends_nothing_else(
    simulator: Simulator, shop: Shop, code: str, scope: str
) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    a_message(shop)
    dispatch(LATER)
    told = HeardReceipt(
        "k", ReceiptState.FAILED, LATER, provider_id="sim-1", code=code, failure=Failure.OPTED_OUT
    )
    apply(shop.pk, "sms_gateway", [told], LATER)
    assert list(Suppression.objects.values_list("scope", "reason")) == [(scope, "stop")]


def test_a_receipt_is_not_lost_where_the_answer_is_committed_beside_it(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message = a_message(shop)
    dispatch(LATER)
    Attempt.objects.update(provider_id="")  # its answer is not committed yet
    with transaction.atomic():
        told = HeardReceipt("k", ReceiptState.DELIVERED, LATER, provider_id="sim-1")
        apply(shop.pk, "sms_gateway", [told], LATER)
        Attempt.objects.update(provider_id="sim-1")  # and now it is
    assert (attempt(message).state, state(message)) == ("delivered", ("sent", "delivered"))


def test_an_answer_with_signs_that_no_database_keeps_is_recorded_without_them(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message, other = a_message(shop), a_message(shop, "HR-2")
    odd = Outcome(Result.SENT, "\ud800ok\x00", provider_id="id\x00\udfff-1")
    assert dispatch(LATER, probing({message.pk: odd}, [])) == 2
    assert (state(message), state(other)) == (("sent", "sent"), ("sent", "sent"))
    assert attempt(message).provider_id == "id-1"


def test_what_an_earlier_channel_took_was_sent_though_the_last_one_failed(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    webhook(shop, simulator)
    journey(shop, 'sms|wait = "10m"', "webhook")
    told_at_once, told_later = a_message(shop), a_message(shop, "HR-2")
    dispatch(LATER)
    simulator.script = deque([Fault.REFUSED])
    dispatch(LATER + 11 * MINUTE)
    refused, taken = sorted((told_at_once, told_later), key=lambda one: attempt(one).state == "accepted")
    assert state(refused) == ("sent", "sent")
    reference = attempt(taken).reference
    told = HeardReceipt("k", ReceiptState.FAILED, LATER, reference=reference, failure=Failure.BROKEN)
    apply(shop.pk, "webhook", [told], LATER + HOUR)
    assert state(taken) == ("sent", "sent")
    assert codes(taken)[-1][:2] == ("receipt", "stop")


def test_what_may_have_been_taken_stays_unknown_though_an_earlier_try_was_put_off(
    simulator: Simulator, shop: Shop
) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook", more=f'{ENDLESS}\nmax_age = "2h"')
    message = a_message(shop)
    simulator.script = deque([Fault.BUSY, Fault.SILENT])
    dispatch(LATER)
    dispatch(LATER + 2 * MINUTE)
    assert list(Attempt.objects.order_by("number").values_list("state", flat=True)) == ["retry", "unknown"]
    dispatch(LATER + 3 * HOUR)
    assert state(message) == ("unknown", "unknown")
    assert TeamAlert.objects.get(kind="unknown").subject == f"message {message.pk}"


def test_who_sends_news_leaves_marketing_to_its_own_lane(simulator: Simulator, shop: Shop) -> None:
    webhook(shop, simulator)
    journey(shop, "webhook")
    message = a_message(shop)
    Message.objects.filter(pk=message.pk).update(lane=Lane.MARKETING)
    assert (dispatch(LATER), len(simulator.taken)) == (0, 0)
    assert claim(URGENT, LATER, 10) == []
    assert (dispatch_marketing(LATER), len(simulator.taken)) == (1, 1)
