"""A shop with a crowd that agreed to advertising, and parcels about to be delivered; in its own process."""

import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from tests.notify import promotions, senders
from tests.notify.rows import make_order, make_parcel, make_shop, reached
from wismo.notify.actions.accounts import set_account
from wismo.notify.models import JourneyVersion, MessagingSettings, VersionState
from wismo.notify.reactions import start_shipment_journeys
from wismo.tracking.models import Shipment

_SALE = """
key = "sale"
version = 1001
on = { event = "campaign" }
subject = "buyer"
kind = "marketing"
max_age = "3d"

[[route]]
channel = "webhook"
"""


def gather(url: str, crowd: int, parcels: int) -> dict[str, Any]:
    """Make them, and let the campaign run as fast as a campaign may."""
    shop, now = make_shop(), timezone.now()
    set_account(shop.pk, "webhook", {"url": url, "secret": senders.SECRET}, who="test", now=now)
    local = datetime.now(ZoneInfo("Europe/Berlin"))
    quiet = [(local + timedelta(hours=hours)).time().replace(microsecond=0) for hours in (11, 12)]
    MessagingSettings.objects.create(
        shop=shop, quiet_from=quiet[0], quiet_until=quiet[1], link_hosts=["halden.example"]
    )
    senders.journey(shop, "webhook", key="out_for_delivery", milestone="out_for_delivery", at=now)
    JourneyVersion.objects.create(
        shop=shop,
        key="sale",
        version=1001,
        source=_SALE,
        state=VersionState.PUBLISHED,
        by="test",
        created_at=now,
        published_at=now,
    )
    people = promotions.buyers(shop, crowd, agreed=False)
    promotions.agree(shop, people, "webhook")
    for n in range(parcels):
        order = make_order(shop, f"N-{n}", email=f"n{n}@buyer.example")
        make_parcel(order, f"p{n}", tracking_number=f"1Z999AA1012345{n:04d}")
    values = {"title": "Sale", "offer": "20 % less", "text": "Now", "link": "https://halden.example/"}
    told = {"journey": "sale", "values": values, "per_minute": 60_000}
    return {"campaign": promotions.a_campaign(shop, now, **told).pk}


def news(every: float) -> dict[str, Any]:
    """One parcel after the other is out for delivery; when each was said to be, by its order."""
    said = {}
    for parcel in Shipment.objects.order_by("pk").select_related("order"):
        start_shipment_journeys([reached(parcel, "out_for_delivery", timezone.now(), "today")])
        said[parcel.order.number] = time.time()
        time.sleep(every)
    return said
