"""A tracked order in words: what the templates show, decided before they run. Touches nothing outside."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from wismo.shops.queries import BrandFacts
from wismo.tracking.queries.contents import Item
from wismo.tracking.queries.page import Parcel, TrackedOrder
from wismo.trackpage.dates import Clock
from wismo.trackpage.hero import Hero, Label, Notice, hero_of, notice_of, state_of, subject_of
from wismo.trackpage.situations import in_trouble
from wismo.trackpage.steps import Step, steps_of
from wismo.trackpage.timeline import Timeline, timeline_of

HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Tab:
    """A parcel in the switcher."""

    id: int
    name: str
    day: str
    state: Label
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the tracking page says of an order and the parcel that is shown."""

    number: str
    placed: str
    parcels: str  # how many, where there are several
    tabs: tuple[Tab, ...]
    hero: Hero
    steps: tuple[Step, ...]
    notice: Notice | None
    timeline: Timeline
    items: tuple[Item, ...]
    items_count: str
    recipient: tuple[str, ...]  # line by line, masked
    parcel: Parcel | None


def present(order: TrackedOrder, brand: BrandFacts, clock: Clock, *, chosen: str) -> Page:
    """The page of the order in the active language; `chosen` is the id of the parcel asked for, or ""."""
    parcels = sorted(order.parcels, key=lambda parcel: not in_trouble(parcel))
    parcel = _shown(parcels, chosen)
    subject = subject_of(order, parcel, clock)
    items = (parcel.items if parcel else ()) or order.items
    pieces = sum(item.quantity for item in items)
    return Page(
        number=order.number,
        placed=clock.plain_day(clock.local(order.placed_at).date()),
        parcels=_count(len(parcels)),
        tabs=tuple(_tab(order, one, clock, current=one is parcel) for one in parcels)
        if len(parcels) > 1
        else (),
        hero=hero_of(subject, clock, brand.name),
        steps=steps_of(subject.situation),
        notice=notice_of(subject, brand.name),
        timeline=timeline_of(parcel.updates if parcel else (), clock),
        items=items,
        items_count=ngettext("%(count)d item", "%(count)d items", pieces) % {"count": pieces},
        recipient=_recipient(order, clock),
        parcel=parcel,
    )


def masked_name(name: str) -> str:
    """The first name and an initial: enough for the buyer to know it, and no more."""
    first, *others = name.split() or [""]
    if others:
        return f"{first} {others[-1][:1]}{HIDDEN}"
    return f"{first[:1]}{HIDDEN}" if first else ""


def _recipient(order: TrackedOrder, clock: Clock) -> tuple[str, ...]:
    """Name, town and country where known. A line each: they may be written in different directions."""
    postcode = f"{order.postcode[:2]}{HIDDEN}" if order.postcode else ""
    town = " ".join(part for part in (postcode, order.city) if part)
    country = clock.locale.territories.get(order.country, order.country)
    return tuple(line for line in (masked_name(order.buyer_name), town, country) if line)


def _shown(parcels: list[Parcel], chosen: str) -> Parcel | None:
    """The parcel asked for; else the first in trouble, the first still travelling, the first."""
    asked = [parcel for parcel in parcels if str(parcel.id) == chosen]
    troubled = [parcel for parcel in parcels if in_trouble(parcel)]
    travelling = [parcel for parcel in parcels if not parcel.ended]
    return next(iter((*asked, *troubled, *travelling, *parcels)), None)


def _count(parcels: int) -> str:
    if parcels < 2:
        return ""
    return ngettext("Ships in %(count)d parcel", "Ships in %(count)d parcels", parcels) % {"count": parcels}


def _tab(order: TrackedOrder, parcel: Parcel, clock: Clock, *, current: bool) -> Tab:
    """The parcel keeps the number it was created with, wherever it stands."""
    subject = subject_of(order, parcel, clock)
    numbers = {"number": order.parcels.index(parcel) + 1, "count": len(order.parcels)}
    day = clock.local(subject.delivered_at).date() if subject.delivered_at else subject.expected_on
    return Tab(
        id=parcel.id,
        name=gettext("Parcel %(number)d of %(count)d") % numbers,
        day=clock.short_day(day) if day else parcel.carrier_name,
        state=state_of(subject),
        current=current,
    )
