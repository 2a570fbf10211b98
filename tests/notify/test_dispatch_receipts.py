"""What receipts tell of messages, and where a route goes on."""

from collections import deque
from datetime import timedelta

import pytest

from tests.notify.rows import HOUR, MINUTE, NOON, codes, make_shop, state
from tests.notify.senders import a_message, attempt, gateway, journey, webhook
from tests.notify.simulator import Fault, Simulator
from wismo.notify.actions.outcomes import GRACE
from wismo.notify.actions.receipts import apply
from wismo.notify.jobs import dispatch, reconcile
from wismo.notify.models import (
    Address,
    Attempt,
    Decision,
    Receipt,
    Suppression,
    TeamAlert,
)
from wismo.notify.port import HeardReceipt
from wismo.notify.words import Failure, ReceiptState
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + MINUTE


def test_a_receipt_settles_what_a_time_out_left_open(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message = a_message(shop)
    simulator.script = deque([Fault.SILENT])
    dispatch(LATER)
    told = HeardReceipt("r-1", ReceiptState.DELIVERED, LATER, reference=attempt(message).reference)
    apply(shop.pk, "sms_gateway", [told], LATER + timedelta(seconds=20))
    assert (state(message), attempt(message).state) == (("sent", "delivered"), "delivered")
    assert reconcile(LATER + 2 * GRACE) == 0
    assert not TeamAlert.objects.exists()


def test_a_receipt_that_comes_late_settles_an_unknown_message_and_closes_its_alert(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message = a_message(shop)
    simulator.script = deque([Fault.SILENT])
    dispatch(LATER)
    reconcile(LATER + 2 * GRACE)
    told = HeardReceipt("r-1", ReceiptState.DELIVERED, LATER, reference=attempt(message).reference)
    apply(shop.pk, "sms_gateway", [told], LATER + HOUR)
    assert state(message) == ("sent", "delivered")
    assert TeamAlert.objects.get().closed_at == LATER + HOUR


def test_receipts_only_move_an_attempt_up_in_whatever_order_and_however_often(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message = a_message(shop)
    dispatch(LATER)
    read = HeardReceipt("k-read", ReceiptState.READ, LATER + MINUTE, provider_id="sim-1")
    delivered = HeardReceipt("k-delivered", ReceiptState.DELIVERED, LATER, provider_id="sim-1")
    failed = HeardReceipt("k-failed", ReceiptState.FAILED, LATER, "sim-1", failure=Failure.ADDRESS)
    for told in ([read], [delivered, read], [failed], [delivered]):
        apply(shop.pk, "sms_gateway", told, LATER + HOUR)
    made = attempt(message)
    assert (made.state, made.read_at, made.delivered_at) == ("read", LATER + MINUTE, LATER + MINUTE)
    assert state(message) == ("sent", "read")
    assert Receipt.objects.count() == 3
    assert [row[0] for row in codes(message)].count("receipt") == 1


def test_a_receipt_of_another_shop_or_provider_moves_nothing(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    message = a_message(shop)
    dispatch(LATER)
    other = make_shop("other")
    told = HeardReceipt("k", ReceiptState.DELIVERED, LATER, "sim-1", reference=attempt(message).reference)
    apply(other.pk, "sms_gateway", [told], LATER)
    apply(shop.pk, "twilio_sms", [HeardReceipt("k", ReceiptState.DELIVERED, LATER, "sim-1")], LATER)
    assert attempt(message).state == "accepted"


def test_a_receipt_that_is_faster_than_the_answer_waits_for_it(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    journey(shop, "sms")
    told = HeardReceipt("k", ReceiptState.DELIVERED, NOON, provider_id="sim-1")
    apply(shop.pk, "sms_gateway", [told], NOON)
    assert Receipt.objects.get().attempt is None
    message = a_message(shop)
    dispatch(LATER)
    assert (attempt(message).state, state(message)) == ("delivered", ("sent", "delivered"))
    assert Receipt.objects.get().attempt == attempt(message)


def test_a_refused_text_message_goes_on_by_the_next_channel(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    webhook(shop, simulator)
    journey(shop, "sms", "webhook")
    message = a_message(shop)
    simulator.script = deque([Fault.REFUSED])
    dispatch(LATER)
    dispatch(LATER + timedelta(seconds=1))
    assert state(message) == ("sent", "sent")
    assert [one.path for one in simulator.taken] == ["/idempotent"]
    assert list(Attempt.objects.order_by("number").values_list("channel", "state")) == [
        ("sms", "failed"),
        ("webhook", "accepted"),
    ]
    assert (message.channel, message.step, message.attempts) == ("webhook", 1, 2)


def test_without_a_receipt_of_delivery_in_time_the_next_channel_follows(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    webhook(shop, simulator)
    journey(shop, 'sms|wait = "10m"', "webhook")
    message = a_message(shop)
    assert dispatch(LATER) == 1
    assert state(message) == ("awaiting", "sent")
    assert dispatch(LATER + 9 * MINUTE) == 0
    assert dispatch(LATER + 11 * MINUTE) == 1
    assert (state(message), len(simulator.taken)) == (("sent", "sent"), 2)
    late = HeardReceipt("k", ReceiptState.DELIVERED, LATER, provider_id="sim-1")
    apply(shop.pk, "sms_gateway", [late], LATER + HOUR)  # kept, and changes nothing
    assert state(message) == ("sent", "sent")


def test_what_is_delivered_in_time_is_not_told_again(simulator: Simulator, shop: Shop) -> None:
    gateway(shop, simulator)
    webhook(shop, simulator)
    journey(shop, 'sms|wait = "10m"', "webhook")
    message = a_message(shop)
    dispatch(LATER)
    told = HeardReceipt("k", ReceiptState.DELIVERED, LATER, provider_id="sim-1")
    apply(shop.pk, "sms_gateway", [told], LATER + MINUTE)
    assert dispatch(LATER + HOUR) == 0
    assert (state(message), len(simulator.taken)) == (("sent", "delivered"), 1)


def test_a_failure_told_later_leads_on_to_the_next_channel_and_is_remembered_of_the_number(
    simulator: Simulator, shop: Shop
) -> None:
    gateway(shop, simulator)
    webhook(shop, simulator)
    journey(shop, "sms", "webhook")
    message = a_message(shop)
    dispatch(LATER)
    told = HeardReceipt("k", ReceiptState.FAILED, LATER, "sim-1", code="30003", failure=Failure.ADDRESS)
    apply(shop.pk, "sms_gateway", [told], LATER + MINUTE)
    assert state(message) == ("queued", "next_channel")
    (told_why,) = Decision.objects.filter(message=message, code="next_channel")
    assert (told_why.facts["channel"], told_why.facts["next"]) == ("sms", "webhook")
    assert dispatch(LATER + MINUTE) == 1
    assert [one.path for one in simulator.taken] == ["/blind", "/idempotent"]
    trouble = Address.objects.get(kind="phone").trouble["sms"]
    assert (trouble["state"], trouble["why"]) == ("unreachable", "30003")
    second = a_message(shop, "HR-2")
    assert dispatch(LATER + 2 * MINUTE) == 1
    assert (state(second), second.channel) == (("sent", "sent"), "webhook")


def test_three_soft_bounces_within_thirty_days_end_an_address_and_one_complaint_at_once(
    simulator: Simulator, shop: Shop
) -> None:
    message = a_message(shop)
    rows = [
        Attempt.objects.create(
            shop=shop,
            message=message,
            number=n,
            channel="email",
            provider="postmark",
            digest="d-1",
            reference=f"r-{n}",
            state="accepted",
            provider_id=f"p-{n}",
            started_at=NOON,
        )
        for n in range(4)
    ]
    for n in range(3):
        assert not Suppression.objects.exists()
        told = HeardReceipt(f"k-{n}", ReceiptState.FAILED, NOON, f"p-{n}", failure=Failure.ADDRESS, soft=True)
        apply(shop.pk, "postmark", [told], NOON)
    assert Suppression.objects.get().reason == "soft_bounces"
    apply(shop.pk, "postmark", [HeardReceipt("c", ReceiptState.COMPLAINED, NOON, "p-3")], NOON)
    assert (Suppression.objects.get().reason, len(rows)) == ("complaint", 4)
