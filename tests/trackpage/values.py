"""An order as the page gets it, built by hand: Tuesday 24 November 2026, three in the afternoon in Berlin."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wismo.shops.queries import BrandFacts
from wismo.tracking.queries.contents import Item
from wismo.tracking.queries.page import Parcel, TrackedOrder, Update
from wismo.trackpage.dates import Clock, locale_of
from wismo.trackpage.present import Page, present
from wismo.vocabulary.status import Leg, Status

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)  # a Tuesday
BRAND = BrandFacts(
    shop_id=1,
    slug="halden",
    name="Halden & Rue",
    colour="#1f5d4c",
    has_logo=False,
    languages=("en",),
    timezone="Europe/Lisbon",
    country="PT",
    synthetic=False,
    from_email="",
    support_email="",
    support_url="",
    returns_url="",
    privacy_url="",
)
SCAN = Update(
    at=NOW - timedelta(hours=2),
    zone_known=True,
    status=Status.IN_TRANSIT,
    leg=Leg.FORWARD,
    reason=None,
    place="Lyon",
    text="Departed from facility",
)
PARCEL = Parcel(
    id=7,
    carrier="ups",
    carrier_name="UPS",
    tracking_number="1Z999AA10123456784",
    tracking_url="",
    status=Status.IN_TRANSIT,
    leg=Leg.FORWARD,
    reason=None,
    status_at=NOW - timedelta(hours=2),
    expected_on=TODAY + timedelta(days=3),
    late=False,
    delivered_at=None,
    last_scan_at=NOW - timedelta(hours=2),
    ended=False,
    attempts=0,
    milestones={},
    items=(Item("Ridge mug", "Fern green", 2, ""),),
    updates=(SCAN,),
)
ORDER = TrackedOrder(
    id=5,
    shop_id=1,
    number="HR-20418",
    placed_at=NOW - timedelta(days=5),
    promised_on=TODAY + timedelta(days=3),
    cancelled=False,
    buyer_name="Lena Brandt",
    buyer_language="en",
    city="Munich",
    country="DE",
    postcode="80331",
    timezone="Europe/Berlin",
    items=(Item("Ridge mug", "Fern green", 2, ""), Item("Vase", "", 1, "")),
    parcels=(PARCEL,),
)


def clock(language: str = "en", country: str = "DE") -> Clock:
    """Now in Berlin, read in this language and country."""
    return Clock(NOW, ZoneInfo("Europe/Berlin"), locale_of(language, country))


def page(
    *parcels: Parcel, chosen: str = "", promised_on: date | None = ORDER.promised_on, **order: Any
) -> Page:
    told = replace(ORDER, parcels=parcels, promised_on=promised_on, **order)
    return present(told, BRAND, clock(), chosen=chosen)


def parcel(status: Status, **changes: Any) -> Parcel:
    """The parcel in another status."""
    return replace(PARCEL, **{"status": status, **changes})
