"""Text messages and WhatsApp by the real dispatcher: what leaves, and which channel follows."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.phones import PHONE, SID, cloud, form_of, twilio
from tests.notify.post import post_office
from tests.notify.rows import MINUTE, NOON, make_order, make_parcel, make_shop, state, tell
from tests.peers import Asked, Peer, Scripted, a_peer
from wismo.notify.actions import templates
from wismo.notify.actions.accounts import set_account
from wismo.notify.actions.people import Said, record_choice
from wismo.notify.jobs import dispatch
from wismo.notify.models import Attempt, Message
from wismo.notify.port import HeardTemplate, Request
from wismo.notify.queries.people import digest_of
from wismo.notify.words import AddressKind, Kind
from wismo.orders.models import Buyer
from wismo.tracking.models import Shipment

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + 15 * MINUTE
WHO = "owner@halden.example"
OWN = """
name = "An Indian gateway"
registered = ["+91"]
[send]
url = "https://sms.example/send"
json = { to = "{to}", text = "{text}", template = "{template}" }
[answer]
id = "id"
"""


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as found:
        yield found


@pytest.fixture
def parcel() -> Shipment:
    return make_parcel(make_order(make_shop()))


def reachable(parcel: Shipment, phone: str) -> None:
    Buyer.objects.update(phone=phone)


def out_for_delivery(parcel: Shipment) -> Message:
    return tell(parcel, "out_for_delivery", NOON, "2026-11-24")


def agreed(parcel: Shipment, phone: str) -> None:
    """They said at the checkout that WhatsApp is welcome."""
    digest = digest_of(parcel.shop_id, AddressKind.PHONE, phone)
    record_choice(
        parcel.shop_id, Said(digest, "whatsapp", Kind.TRANSACTIONAL, granted=True, source="checkout", at=NOON)
    )


def entered(parcel: Shipment, provider: str, name: str, body: str, *variables: str) -> None:
    """An approved text of this journey."""
    row = templates.Registered(provider, "out_for_delivery", "en", "en", body, variables, {})
    heard = HeardTemplate("", name, "en", "approved", "utility")
    templates.register(parcel.shop_id, row, heard, NOON)


def connect(parcel: Shipment, provider: str, **values: str) -> None:
    told = {name: value for name, value in values.items() if name != "callback_url"}
    set_account(parcel.shop_id, provider, told, who=WHO, now=NOON)


def form(asked: Asked) -> dict[str, str]:
    return form_of(Request(asked.method, asked.path, asked.headers, asked.body))


def test_a_buyer_with_a_number_hears_by_text_message(
    peer: Peer, parcel: Shipment, settings: Settings
) -> None:
    reachable(parcel, PHONE)
    connect(parcel, "twilio_sms", **twilio(api_url=peer.url).values)
    message = out_for_delivery(parcel)
    peer.usual = Scripted(201, b'{"sid": "SM1", "status": "queued"}')
    with post_office(settings) as office:
        assert dispatch(LATER) == 1
    assert office.taken == []
    told = form(peer.asked[0])
    assert peer.asked[0].path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert told["Body"].startswith("Halden & Rue: Your order HR-20418 is out for delivery with UPS today.")
    assert told["StatusCallback"].endswith("/hooks/key-halden/twilio_sms")
    # Four hours from when it was due; some of them are gone.
    assert (
        timedelta(hours=3, minutes=54) < timedelta(seconds=int(told["ValidityPeriod"])) < timedelta(hours=4)
    )
    assert Attempt.objects.get().provider_id == "SM1"
    assert state(message) == ("sent", "sent")


def test_who_is_not_on_whatsapp_gets_a_text_message_at_once(
    peer: Peer, parcel: Shipment, settings: Settings
) -> None:
    reachable(parcel, PHONE)
    connect(parcel, "meta", **cloud(api_url=peer.url).values)
    connect(parcel, "twilio_sms", **twilio(api_url=peer.url).values)
    entered(parcel, "meta", "out_for_delivery_1", "Halden & Rue: Order {{1}} is out for delivery.", "number")
    agreed(parcel, PHONE)
    out_for_delivery(parcel)
    error = json.dumps({"error": {"code": 131026, "message": "undeliverable"}}).encode()
    peer.script("/v25.0/106540352242922/messages", Scripted(400, error))
    peer.usual = Scripted(201, b'{"sid": "SM1", "status": "queued"}')
    with post_office(settings):
        for later in (LATER, LATER + MINUTE):
            dispatch(later)
    told = json.loads(peer.asked[0].body)
    assert told["template"]["name"] == "out_for_delivery_1"
    assert told["template"]["components"][0]["parameters"] == [{"type": "text", "text": "HR-20418"}]
    assert told["biz_opaque_callback_data"] == Attempt.objects.get(provider="meta").reference
    assert form(peer.asked[1])["To"] == PHONE
    assert [one.provider for one in Attempt.objects.order_by("pk")] == ["meta", "twilio_sms"]


def test_to_india_goes_the_registered_text_and_without_one_a_mail(
    peer: Peer, parcel: Shipment, settings: Settings
) -> None:
    reachable(parcel, "+919876543210")
    values = {"description": OWN.replace("https://sms.example", peer.url), "webhook_secret": "w"}
    connect(parcel, "sms_gateway", **values)
    peer.usual = Scripted(200, b'{"id": "g1"}')
    with post_office(settings) as office:
        message = out_for_delivery(parcel)
        dispatch(LATER)
        assert state(message) == ("sent", "sent")
        assert len(office.taken) == 1
        assert peer.asked == []
        body = "HALDEN: order {#var#} is out for delivery. -HALDEN"
        entered(parcel, "sms_gateway", "1107", body, "number")
        tell(parcel, "out_for_delivery", NOON, "2026-11-25")
        dispatch(LATER)
    told = json.loads(peer.asked[0].body)
    assert told == {
        "to": "+919876543210",
        "text": "HALDEN: order HR-20418 is out for delivery. -HALDEN",
        "template": "1107",
    }
