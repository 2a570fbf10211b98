"""A text message whose answer got lost is looked up at Twilio, and never mistaken for another."""

import json
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.phones import PHONE, SID, twilio
from tests.notify.rows import NOON, make_order, make_shop, tell_order
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.actions.accounts import set_account
from wismo.notify.jobs.reconcile import reconcile
from wismo.notify.models import Attempt, AttemptState, Message, MessageState
from wismo.notify.queries.people import digest_of
from wismo.notify.words import AddressKind
from wismo.orders.models import Buyer
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=2)


def lost(shop: Shop) -> Attempt:
    """A confirmation that was being handed over when the line went dead."""
    order = make_order(shop)
    Buyer.objects.update(phone=PHONE)
    message = tell_order(order, NOON)
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENDING, lease_until=NOON + timedelta(minutes=1), buyer=order.buyer, attempts=1
    )
    return an_attempt(message, "one")


def an_attempt(message: Message, reference: str, provider_id: str = "") -> Attempt:
    return Attempt.objects.create(
        shop_id=message.shop_id,
        message=message,
        number=1,
        channel="sms",
        provider="twilio_sms",
        digest=digest_of(message.shop_id, AddressKind.PHONE, PHONE),
        reference=reference,
        provider_id=provider_id,
        state=AttemptState.ACCEPTED if provider_id else AttemptState.SENDING,
        started_at=NOON,
    )


def connected(shop: Shop, peer: Peer, settings: Settings) -> None:
    settings.PRIVATE_PEERS, settings.BASE_URL = True, "https://wismo.halden.example"
    values = {
        name: value for name, value in twilio(api_url=peer.url).values.items() if name != "callback_url"
    }
    set_account(shop.pk, "twilio_sms", values, who="test", now=NOON)
    told = {
        "sid": "SM1",
        "status": "delivered",
        "direction": "outbound-api",
        "date_created": "Tue, 24 Nov 2026 12:00:02 +0000",
        "date_updated": "Tue, 24 Nov 2026 12:00:09 +0000",
        "body": "Halden & Rue: We have your order. https://wismo.halden.example/r/x",
    }
    path = f"/2010-04-01/Accounts/{SID}/Messages.json"
    peer.script(path, Scripted(200, json.dumps({"messages": [told]}).encode()))


def test_the_one_message_of_that_minute_settles_it(settings: Settings) -> None:
    shop = make_shop()
    attempt = lost(shop)
    with a_peer() as peer:
        connected(shop, peer, settings)
        reconcile(LATER)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.provider_id) == (AttemptState.DELIVERED, "SM1")
    assert attempt.message.state == MessageState.SENT


def test_a_message_known_to_be_anothers_settles_nothing(settings: Settings) -> None:
    shop = make_shop()
    attempt = lost(shop)
    other = tell_order(make_order(shop, "HR-2", email="lina@other.example"), NOON)
    an_attempt(other, "two", provider_id="SM1")
    with a_peer() as peer:
        connected(shop, peer, settings)
        reconcile(LATER)
    attempt.refresh_from_db()
    assert attempt.provider_id == ""
    assert attempt.message.state == MessageState.UNKNOWN


@pytest.mark.parametrize(("hours", "state"), [(1, MessageState.QUEUED), (25, MessageState.UNKNOWN)])
def test_what_was_perhaps_sent_is_repeated_only_while_its_provider_remembers_it(
    hours: int, state: MessageState
) -> None:
    attempt = lost(make_shop())
    Attempt.objects.update(channel="line", provider="line", started_at=NOON - timedelta(hours=hours))
    reconcile(LATER)
    attempt.message.refresh_from_db()
    assert attempt.message.state == state
