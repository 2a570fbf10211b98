"""A shop's plan and what is different on some days, as its promises and its team read them."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from wismo.promise.models import Adjustment, Feed, PlanVersion
from wismo.promise.plan.model import Plan
from wismo.promise.plan.reading import read
from wismo.promise.plan.starter import starter
from wismo.promise.rules.adjusting import Adjusted
from wismo.shops.queries import brand_of, carrier_accounts

DRAWN = 0  # the version of a plan that nobody wrote


@dataclass(frozen=True, slots=True)
class PlanText:
    """The text that holds; `version` 0 is drawn from the shop's country, zone and carrier accounts."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One version of a plan; the one that was never published is the draft."""

    version: int
    text: str = field(repr=False)
    who: str
    saved_at: datetime
    published_at: datetime | None

    @property
    def stamp(self) -> str:
        """Changes with the text: whoever edits it says what they saw."""
        return stamp_of(self.text)


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """Some days that are different, as a team sees them."""

    id: int
    effect: str
    stage: str
    first_day: date
    last_day: date
    days: int
    warehouse: str
    carrier: str
    service: str
    country: str
    postcodes: tuple[str, ...]
    why: str
    source: str
    reference: str
    who: str
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedRow:
    """Where adjustments come from by themselves, and how that goes."""

    name: str
    url: str
    asked_at: datetime | None
    answered_at: datetime | None
    error: str


def plan_of(shop_id: int) -> tuple[Plan, int]:
    """The plan that holds, and its version; 0 where nobody published one, and it is drawn from the shop."""
    found = plan_text(shop_id)
    return _read(found.text), found.version


def plan_text(shop_id: int) -> PlanText:
    """The text of the plan that holds."""
    rows = PlanVersion.objects.filter(shop_id=shop_id, published_at__isnull=False)
    newest = rows.order_by("-version").values_list("version", "text").first()
    return PlanText(*newest) if newest else PlanText(DRAWN, _drawn(shop_id))


def _drawn(shop_id: int) -> str:
    shop = brand_of(shop_id)
    accounts = [account.source for account in carrier_accounts([shop_id]) if account.enabled]
    return starter(shop.country, shop.timezone, accounts)


@lru_cache(maxsize=512)
def _read(text: str) -> Plan:
    """Read once a text: what is published never changes."""
    return read(text)


def plan_rows(shop_id: int) -> list[PlanRow]:
    """Every version, the newest first."""
    rows = PlanVersion.objects.filter(shop_id=shop_id).order_by("-version")
    return [PlanRow(row.version, row.text, row.who, row.saved_at, row.published_at) for row in rows]


def stamp_of(text: str) -> str:
    """The same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def adjustments_of(shop_id: int, first: date, last: date) -> tuple[Adjusted, ...]:
    """What is different on any of these days, taken back ones left out; always in the same order."""
    rows = Adjustment.objects.filter(
        shop_id=shop_id, ended_at__isnull=True, first_day__lte=last, last_day__gte=first
    ).order_by("id")
    return tuple(
        Adjusted(
            effect=row.effect,
            stage=row.stage,
            first_day=row.first_day,
            last_day=row.last_day,
            days=row.days,
            warehouse=row.warehouse,
            carrier=row.carrier,
            service=row.service,
            country=row.country,
            postcodes=tuple(row.postcodes),
            why=row.why,
        )
        for row in rows
    )


def adjustment_rows(shop_id: int, since: date) -> list[AdjustmentRow]:
    """What is, will be or was different since that day, by its first day."""
    rows = Adjustment.objects.filter(shop_id=shop_id, last_day__gte=since).order_by("first_day", "id")
    copied = [name for name in AdjustmentRow.__dataclass_fields__ if name != "postcodes"]
    return [
        AdjustmentRow(postcodes=tuple(row.postcodes), **{name: getattr(row, name) for name in copied})
        for row in rows
    ]


def feed_rows(shop_id: int) -> list[FeedRow]:
    """The shop's feeds by name."""
    rows = Feed.objects.filter(shop_id=shop_id).order_by("name")
    return [FeedRow(row.name, row.url, row.asked_at, row.answered_at, row.error) for row in rows]
