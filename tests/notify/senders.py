"""A shop's accounts at the simulator, and journeys that leave by them."""

from datetime import datetime

from tests.notify.rows import NOON, make_order, make_parcel, tell
from tests.notify.simulator import Simulator
from wismo.notify.actions.accounts import set_account
from wismo.notify.models import Attempt, ChannelAccount, JourneyVersion, Message, VersionState
from wismo.orders.models import Buyer
from wismo.shops.models import Shop

PHONE = "+4915112345678"
SECRET = "whsec_" + "A" * 43 + "="
_GATEWAY = """
name = "simulator"
source = "tests/notify/simulator.py"

[send]
url = "{url}"
form = {{ to = "{{to}}", text = "{{text}}", foreign_id = "{{reference}}", callback = "{{callback_url}}" }}

[answer]
id = "id"

[receipt]
id = "id"
state = "status"
reference = "foreign_id"

[receipt.states]
DELIVERED = "delivered"
FAILED = "failed"
"""
_JOURNEY = """
key = "{key}"
version = {version}
on = {{ milestone = "{milestone}" }}
subject = "{subject}"
kind = "{kind}"
{more}
"""
_STEP = """
[[route]]
channel = "{channel}"
{more}
"""


def webhook(shop: Shop, simulator: Simulator) -> ChannelAccount:
    """The shop's own sender: it knows a reference it was told, so a hand-over may be repeated."""
    values = {"url": f"{simulator.url}/idempotent", "secret": SECRET}
    set_account(shop.pk, "webhook", values, who="test", now=NOON)
    return ChannelAccount.objects.get(shop=shop, provider="webhook")


def gateway_values(url: str) -> dict[str, str]:
    """What an account of the simulator's gateway is entered with."""
    return {"description": _GATEWAY.format(url=url), "sender": "Halden", "webhook_secret": "s" * 32}


def gateway(shop: Shop, simulator: Simulator) -> ChannelAccount:
    """A text message's gateway, which takes everything anew each time."""
    values = gateway_values(f"{simulator.url}/blind")
    set_account(shop.pk, "sms_gateway", values, who="test", now=NOON)
    return ChannelAccount.objects.get(shop=shop, provider="sms_gateway")


def publish(shop_id: int, *steps: str) -> None:
    """What a delivered parcel's message leaves by, in a shop of which only the id is known."""
    journey(Shop.objects.get(pk=shop_id), *steps)


def journey(
    shop: Shop,
    *steps: str,
    key: str = "delivered",
    milestone: str = "delivered",
    subject: str = "shipment",
    kind: str = "transactional",
    more: str = 'legs = ["forward"]\nmax_age = "24h"\nquiet = "ignore"',
    at: datetime = NOON,
) -> None:
    """Publish the shop's own version of a journey, by this route: "sms" or "sms|wait = \\"10m\\""."""
    version = 1001 + JourneyVersion.objects.filter(shop=shop).count()
    text = _JOURNEY.format(
        key=key, version=version, milestone=milestone, subject=subject, kind=kind, more=more
    )
    for step in steps:
        channel, _, rest = step.partition("|")
        text += _STEP.format(channel=channel, more=rest)
    JourneyVersion.objects.filter(shop=shop, key=key).update(state=VersionState.RETIRED)
    JourneyVersion.objects.create(
        shop=shop,
        key=key,
        version=version,
        source=text,
        state=VersionState.PUBLISHED,
        by="test",
        created_at=at,
        published_at=at,
    )


def a_message(shop: Shop, number: str = "HR-20418") -> Message:
    """The news of a delivery, queued, to a buyer with e-mail and phone."""
    order = make_order(shop, number, email=f"{number.lower()}@buyer.example")
    Buyer.objects.filter(pk=order.buyer_id).update(phone=PHONE)
    return tell(make_parcel(order, number), "delivered")


def attempt(message: Message) -> Attempt:
    """Its last hand-over."""
    return Attempt.objects.filter(message=message).latest("number")
