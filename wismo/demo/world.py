"""The made-up shop's orders and what happened to their parcels, drawn from a seed and ending now. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from wismo.demo.payloads import Journey, Step, can_tell
from wismo.demo.places import ITEMS, PLACES, Place
from wismo.orders.rules import LineSnapshot, OrderSnapshot
from wismo.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class Plot:
    """What happens to a parcel: (what, hours before now)."""

    name: str
    weight: int
    steps: tuple[tuple[str, float], ...]
    eta: int | None = None  # the carrier's day, as days from today; told by the last step
    spread: int = 0  # it all lies up to so many days further back

    def back(self, days: int) -> "Plot":
        """The same, so many days earlier."""
        steps = tuple((what, hours + 24 * days) for what, hours in self.steps)
        return replace(self, steps=steps)


_ON_ITS_WAY = (("info", 60), ("picked_up", 52), ("transit", 40))
_LONG_ON_ITS_WAY = (("info", 126), ("picked_up", 118), ("transit", 90))  # about as long as is promised
_NEAR = (*_ON_ITS_WAY, ("arrived", 9))
PLOTS = (
    Plot("packing", 8, ()),
    Plot("labelled", 8, (("info", 7),)),
    Plot("moving", 26, (*_ON_ITS_WAY, ("transit", 16)), 2),
    Plot("out today", 24, (*_NEAR, ("out", 3.2)), 0),
    Plot("delivered today", 34, (*_NEAR, ("out", 7), ("delivered", 1.6)), 0),
    Plot("delivered on time", 80, (*_ON_ITS_WAY, ("arrived", 32), ("out", 30), ("delivered", 26)), spread=12),
    Plot(
        "delivered late",
        10,
        (
            ("info", 230),
            ("picked_up", 222),
            ("transit", 150),
            ("delayed", 38),
            ("out", 31),
            ("delivered", 27),
        ),
        spread=12,
    ),
    Plot("slow", 14, (*_LONG_ON_ITS_WAY, ("delayed", 5)), 3),
    Plot("silent", 6, (("info", 130), ("picked_up", 122), ("transit", 100))),
    Plot("second try", 12, (*_ON_ITS_WAY, ("out", 31), ("failed", 27), ("out", 6), ("delivered", 1.2))),
    Plot("nobody home", 8, (*_NEAR, ("out", 7), ("failed", 2.5))),
    Plot("to collect", 8, (*_NEAR, ("out", 8), ("pickup", 3))),
    Plot("held by customs", 6, (*_ON_ITS_WAY, ("customs", 14))),
    Plot("going back", 6, (*_ON_ITS_WAY, ("out", 34), ("failed", 30), ("back", 8))),
    Plot("came home", 8, (("out", 130), ("failed", 126), ("back", 100), ("home", 10))),
    Plot("odd code", 3, (*_ON_ITS_WAY, ("odd", 6))),
)


@dataclass(frozen=True, slots=True)
class Story:
    """An order, and the parcels it went out in."""

    plot: str
    order: OrderSnapshot
    parcels: tuple[tuple[Journey, tuple[tuple[str, int], ...]], ...]  # with (sku, quantity) of each


def stories(seed: int, count: int, now: datetime) -> list[Story]:
    """`count` orders: every country in turn, plots by weight, and a split order to begin each dozen."""
    chance = Random(seed)  # noqa: S311  # made-up data, repeatable on purpose
    told = []
    for number in range(count):
        place = PLACES[number % len(PLACES)]
        told.append(
            _split(chance, number, place, now) if number % 12 == 0 else _plain(chance, number, place, now)
        )
    return told


def _plain(chance: Random, number: int, place: Place, now: datetime) -> Story:
    plots = [plot for plot in PLOTS if _sources(place, plot)]
    (drawn,) = chance.choices(plots, [plot.weight for plot in plots])
    plot = drawn.back(chance.randint(0, drawn.spread))
    order = _order(chance, number, place, plot, now)
    if not plot.steps:
        return Story(plot.name, order, ())
    return Story(plot.name, order, ((_parcel(chance, order, 0, place, plot, now), ()),))


def _split(chance: Random, number: int, place: Place, now: datetime) -> Story:
    """Two parcels: one out for delivery, the other late."""
    soon = next(plot for plot in PLOTS if plot.name == "out today")
    late = Plot("slow", 0, (*_ON_ITS_WAY, ("delayed", 5)), 6)
    order = _order(chance, number, place, soon, now, lines=2)
    first, second = ((line.sku, line.quantity) for line in order.lines)
    parcels = (
        (_parcel(chance, order, 0, place, soon, now), (first,)),
        (_parcel(chance, order, 1, place, late, now), (second,)),
    )
    return Story("split", order, parcels)


def _sources(place: Place, plot: Plot) -> list[tuple[str, str]]:
    return [pair for pair in place.sources if can_tell(pair[0], (what for what, _ in plot.steps))]


def _order(
    chance: Random, number: int, place: Place, plot: Plot, now: datetime, lines: int = 0
) -> OrderSnapshot:
    began = max((hours for _, hours in plot.steps), default=5.0)
    items = chance.sample(ITEMS, lines or chance.randint(1, 3))
    bought = tuple(LineSnapshot(title, sku, variant, chance.randint(1, 2)) for sku, title, variant in items)
    city, postcode = chance.choice(place.cities)
    who = "" if number % 20 == 7 else f"buyer{number:04d}@example.com"  # a few left no address
    return OrderSnapshot(
        reference=f"HR{number:05d}",
        number=f"HR-{20400 + number}",
        placed_at=now - timedelta(hours=began + chance.uniform(2, 20)),
        country=place.country,
        email=who,
        name=chance.choice(place.names),
        language=place.language,
        total=Money(place.price * sum(line.quantity for line in bought), place.currency),
        postcode=postcode,
        city=city,
        timezone=place.timezone,
        lines=bought,
    )


def _parcel(
    chance: Random, order: OrderSnapshot, index: int, place: Place, plot: Plot, now: datetime
) -> Journey:
    source, carrier = chance.choice(_sources(place, plot))
    zone, origin = ZoneInfo(place.timezone), ("Chicago", "US") if place.country == "US" else ("Munich", "DE")
    shift = chance.uniform(0, 0.8)
    steps = []
    for what, hours in plot.steps:
        home = what in {"info", "picked_up", "home"}
        where, country = origin if home and place.country != "IN" else (order.city, place.country)
        at = (now - timedelta(hours=hours + shift)).astimezone(zone).replace(microsecond=0)
        steps.append(Step(what, at, where, country))
    if plot.eta is not None:
        steps[-1] = replace(steps[-1], eta=_day(place, now, plot.eta))
    reference = str(5_000_000_000 + int(order.reference[2:]) * 10 + index)
    return Journey(source, carrier, _number(chance, source), reference, tuple(steps))


def _day(place: Place, now: datetime, days: int) -> date:
    return now.astimezone(ZoneInfo(place.timezone)).date() + timedelta(days=days)


def _number(chance: Random, source: str) -> str:
    digits = "".join(chance.choices("0123456789", k=13))
    return f"1ZDEMO{digits[:12]}" if source == "ups" else digits


def slips_again(told: Iterable[Story], now: datetime) -> list[tuple[Journey, Step]]:
    """The slow parcels whose carrier names a still later day, and what it says."""
    slow = [story for story in told if story.plot == "slow"]
    return [
        (replace(parcel, steps=(*parcel.steps, step)), step)
        for story in slow
        for parcel, _ in story.parcels
        for step in [_named_again(parcel.steps[-1], now)]
    ]


def _named_again(last: Step, now: datetime) -> Step:
    at = now.astimezone(last.at.tzinfo).replace(microsecond=0)
    return replace(last, what="transit", at=at, eta=at.date() + timedelta(days=6))
