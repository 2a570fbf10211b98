"""How well each carrier tells of its parcels, how it is connected, and what about it is to be confirmed."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wismo.carriers import directory, registry
from wismo.carriers.askable import askable
from wismo.carriers.karrio.connectors import connectors
from wismo.carriers.matrix import Level, Row, rows
from wismo.carriers.numbers import Guess, recognise
from wismo.carriers.pack import Pack
from wismo.console import connections, words
from wismo.console.access import Seat, seated
from wismo.console.connections import Asked, Heard
from wismo.console.doubts import Doubt, doubt_of, doubts_of
from wismo.console.forms import NumberSearch
from wismo.console.page import show
from wismo.console.quality import FigureShown, duration, grade_of, shown
from wismo.shops import queries as shops
from wismo.tracking.queries import quality
from wismo.tracking.rules.quality import HEAD, Counts, line, quantile

LEVEL = {
    Level.RECOGNISE: "recognised by its numbers",
    Level.LINK: "a link to its page",
    Level.WEBHOOK: "webhooks",
    Level.POLL: "polling",
    Level.AGGREGATOR: "your aggregator account",
}


@dataclass(frozen=True, slots=True)
class CarrierShown:
    """A carrier of the list."""

    id: str
    counts: Counts
    figures: tuple[FigureShown, ...]
    grade: str
    tone: str


@dataclass(frozen=True, slots=True)
class Health:
    """How a carrier is heard."""

    levels: Mapping[str, str]  # how it can be followed, and how sure that is
    auth: str  # how its webhooks show who they are from; "" where it posts none
    open: bool  # whether the shop has a secret for it
    askable: bool
    asked: Asked | None  # how asking it goes; None where the shop has no account
    missing: str  # what has to be installed before anything is asked
    through_karrio: tuple[str, ...]  # further sources that ask about its parcels
    heard: Heard


@dataclass(frozen=True, slots=True)
class GuessShown:
    """A carrier a number may be of."""

    guess: Guess
    has_page: bool


@dataclass(frozen=True, slots=True)
class DayShown:
    """A carrier's day."""

    day: quality.DayCounts
    late: str  # half of the day's scans were told within


@require_safe
@seated()
def carriers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every carrier that told of a parcel, with its figures."""
    counted = quality.carriers(seat.shop_id, timezone.now())
    used = {*counted, *shops.sources_of(seat.shop_id)}
    doubts = doubts_of(registry.packs().values())
    search = NumberSearch(request.GET if "number" in request.GET else None)
    facts = {
        "search": search,
        "guesses": _guesses(search) if search.is_valid() else None,
        "rows": [_carrier(name, counts) for name, counts in counted.items()],
        "silent": sorted(used - counted.keys()),
        "doubts": [doubt for doubt in doubts if doubt.source in used],
        "other_doubts": [doubt for doubt in doubts if doubt.source not in used],
        "days": quality.DAYS,
    }
    return show(request, seat, "console/carriers.html", facts)


@require_safe
@seated()
def carrier(request: HttpRequest, seat: Seat, carrier_id: str) -> HttpResponse:
    """One carrier: each figure with what it means, its connection, and its rows to be confirmed."""
    now = timezone.now()
    pack, counts = registry.pack(carrier_id), quality.carriers(seat.shop_id, now).get(carrier_id)
    if pack is None and counts is None:
        raise Http404
    days = quality.by_day(seat.shop_id, carrier_id, now)
    facts = {
        "row": _carrier(carrier_id, counts or Counts()),
        "health": _health(seat.shop_id, carrier_id, pack, now),
        "doubt": doubt_of(pack) if pack else Doubt(carrier_id, auth=False, rows=()),
        "may_connect": seat.may("owner"),
        "may_switch": seat.may("agent"),
        "by_day": [DayShown(day, _median(day.counts)) for day in days],
        "days": quality.DAYS,
    }
    return show(request, seat, "console/carrier.html", facts)


@require_safe
@seated()
def export(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The figures of all carriers, as CSV."""
    name = f'attachment; filename="{seat.slug}-carriers.csv"'
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
    writer = csv.writer(response)
    writer.writerow(HEAD)
    counted = quality.carriers(seat.shop_id, timezone.now())
    writer.writerows(line(carrier_id, counts) for carrier_id, counts in counted.items())
    return response


def _carrier(carrier_id: str, counts: Counts) -> CarrierShown:
    return CarrierShown(carrier_id, counts, shown(counts), *grade_of(counts))


def _guesses(search: NumberSearch) -> list[GuessShown]:
    """Whose the number may be, the likeliest first; carriers that have a page here lead to it."""
    asked = search.cleaned_data
    found = recognise(asked["number"], asked["country"] or None)
    return [GuessShown(guess, registry.pack(guess.id) is not None) for guess in found]


def _median(counts: Counts) -> str:
    late = quantile(counts.lags, 0.5)
    return "–" if late is None else duration(late)


def _health(shop_id: int, source: str, pack: Pack | None, now: datetime) -> Health:
    auth = pack.auth if pack else None
    return Health(
        levels=_levels(source),
        auth=auth.kind.value if auth else "",
        open=source in shops.sources_of(shop_id),
        askable=source in askable(),
        asked=connections.asked(shop_id, source, now),
        missing=connections.karrio_missing(source),
        through_karrio=connections.through_karrio(source),
        heard=connections.heard(shop_id, source, now),
    )


def _levels(carrier_id: str) -> dict[str, str]:
    """How far the carrier can be followed, with the confidence of each level."""
    connector = connectors().get(carrier_id)
    if connector is not None:
        return {"polling, through Karrio": words.plain(connector.confidence).lower()}
    known = directory.carrier(carrier_id)  # by whichever of its ids
    row = _matrix().get(known.id if known else carrier_id)
    return {LEVEL[level]: words.plain(sure).lower() for level, sure in row.cells.items()} if row else {}


@cache
def _matrix() -> dict[str, Row]:
    return {row.id: row for row in rows()}
