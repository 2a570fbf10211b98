"""What carriers publish of their transit times: data with its source, a file a carrier, and the clocks of it.

What a carrier publishes is what usually happens, so it is not a clock yet. Two things are added, both our
prior until a shop's own parcels say better: how many arrive by the published most, and how slowly the rest
follow. Where a carrier did publish shares, it was of this shape: Australia Post's service updates of February
2021 name the days within which at least 70 % had arrived, and later ones for 95 %. So 75 % by the most, and
half of the rest in each further quarter of it (a day at least): wider than what is published at any level
worth a promise.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from wismo.promise.plan.model import Days
from wismo.promise.plan.weekdays import days_of_week
from wismo.promise.rules.clock import Clock

USUAL = 0.75  # of all arrive by the published most, where the carrier says "usually"
GUARANTEED = 0.90  # where it pays for being late
ARRIVES = 0.995  # the rest is lost, refused or sent back
DOMESTIC, EU, WORLD = "domestic", "EU", "world"
EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a carrier says of one product between two places."""

    key: str  # "carrier/product", as a plan names it
    carrier: str  # as the directory of carriers knows it
    also: tuple[str, ...]  # other carriers' ids that mean it, where it is the country's own
    name: str
    origins: tuple[str, ...]  # countries; none: anywhere
    to: tuple[str, ...]  # countries, "domestic", "EU" or "world"
    days: Days  # operating days of delivery, after the day of the hand-over
    delivers: frozenset[int]  # days of the week, Monday being 0
    express: bool  # dearer than the carrier's usual parcel
    guaranteed: bool  # it pays for being late
    source: str  # publisher and page
    read: str  # of when that page is
    confidence: str  # "documented": its own page; "third_party": others quote it; "recalled": well known


@cache
def published() -> Mapping[str, tuple[Published, ...]]:
    """All that is published, by key; several rows where a product has other days elsewhere."""
    found: dict[str, tuple[Published, ...]] = {}
    for path in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if path.name.endswith(".toml"):
            told = tomllib.loads(path.read_text("utf-8"))
            for row in told["product"]:
                one = _read(told, row)
                found[one.key] = (*found.get(one.key, ()), one)
    return found


def _read(told: Mapping[str, Any], row: Mapping[str, Any]) -> Published:
    least, most = row["days"]
    return Published(
        key=f"{told['carrier']}/{row['key']}",
        carrier=told["carrier"],
        also=tuple(told.get("also", ())),
        name=row["name"],
        origins=tuple(row.get("from", ())),
        to=tuple(row["to"]),
        days=(least, most),
        delivers=days_of_week(row["delivers"]),
        express=row.get("express", False),
        guaranteed=row.get("guaranteed", False),
        source=row["source"],
        read=row["read"],
        confidence=row["confidence"],
    )


def published_row(key: str, origin_country: str, destination_country: str) -> Published | None:
    """The row that speaks of just this way, the narrowest; None where nothing is published of it."""
    home = origin_country == destination_country
    places = (
        destination_country,
        DOMESTIC if home else "",
        EU if not home and {origin_country, destination_country} <= EU_COUNTRIES else "",
        "" if home else WORLD,
    )
    rows = [row for row in published().get(key, ()) if not row.origins or origin_country in row.origins]
    return next((row for place in places if place for row in rows if place in row.to), None)


@lru_cache(maxsize=4096)
def published_clock(key: str, origin_country: str, destination_country: str) -> Clock | None:
    """The clock of a product, in operating days of delivery; None where nothing is published of the way."""
    row = published_row(key, origin_country, destination_country)
    return clock_of(row.days, GUARANTEED if row.guaranteed else USUAL) if row else None


def clock_of(days: Days, held: float = USUAL) -> Clock:
    """The clock of published days: `held` arrive by the most, on each day from the least as many."""
    least, most = days
    width, halving = most - least + 1, max(1.0, most / 4)
    shares = [0.0] * least + [held * (step + 1) / width for step in range(width)]
    late = 0
    while shares[-1] < ARRIVES:
        late += 1
        shares.append(min(ARRIVES, 1.0 - (1.0 - held) * 0.5 ** (late / halving)))
    return Clock(tuple(shares))
