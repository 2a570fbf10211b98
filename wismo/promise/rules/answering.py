"""From the shares of what has arrived to the days that are promised. Pure."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from wismo.promise.rules.calendar import BeyondHorizon
from wismo.promise.rules.compose import Arrival, HandOver, arrival, arrival_in_all, hand_overs
from wismo.promise.rules.ladder import Choice
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.question import Because, Rung
from wismo.promise.rules.start import Start
from wismo.promise.rules.tables import Tables
from wismo.promise.rules.ways import Way
from wismo.vocabulary.calendar import only_zone, zone_of

EARLIEST = 0.10  # of all parcels have come before or on the first day of a range
KNOWN = 64  # answers a route keeps: levels are asked as one likes
NEVER = Start()
LEARNED = frozenset({Rung.OWN_LANE, Rung.WIDER_LANE, Rung.MODEL})


@dataclass(frozen=True, slots=True)
class Route:
    """All that is known of one kind of goods from one warehouse to one place, whatever the moment."""

    way: Way
    handling: Choice
    transit: Choice
    country: str  # where it goes to
    area: str  # whose calibration holds there: see rules/lanes.py
    # Answers by what moments leave open: most questions of a day are the same.
    known: dict[object, "Dated"] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Dated:
    """The days of one kind of goods, at one level. Each is a day of delivery, but for `hand_over`."""

    earliest: date
    likely: date
    latest: date
    hand_over: date
    arrival: Arrival
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """One kind of goods from one warehouse: its days, or why there are none."""

    warehouse: str
    because: tuple[Because, ...]
    dated: Dated | None = None
    route: Route | None = None
    start: Start = NEVER


class NoDay(Exception):
    """Nothing can be promised; `because` says why."""

    def __init__(self, *because: Because) -> None:
        super().__init__(because)
        self.because = because


def coming(route: Route, start: Start, at: datetime, level: float, tables: Tables) -> Coming:
    """How goods come on that route when they are ordered at `at`."""
    warehouse = route.way.warehouse.key
    try:
        dated = _in_time(_dated(route, start, level, tables), route, at)
    except NoDay as no:
        return Coming(warehouse, (*start.reasons, *no.because), start=start)
    except BeyondHorizon:
        last = route.way.delivery.last.isoformat()
        return Coming(warehouse, (*start.reasons, Because("beyond_calendar", {"last": last})), start=start)
    because = (*start.reasons, *route.handling.because, *route.transit.because, *dated.because)
    return Coming(warehouse, because, dated, route, start)


def composed(route: Route, start: Start) -> tuple[HandOver, Arrival]:
    """When goods on that route are handed over and when they arrive. NoDay where the start is none."""
    if start.day is None or start.soonest is None:
        raise NoDay  # its own reasons say why
    begun = start.soonest, start.day
    gone = start.pickup_from if start.pickup_from != start.day else None  # the lorry of the day has left
    handed = hand_overs(begun, route.handling.clock, route.way, gone)
    if route.transit.timed is Timed.TOTAL:
        return handed, arrival_in_all(begun, handed, route.transit.clock, route.way)
    return handed, arrival(handed, route.transit.clock, route.way)


def asked(route: Route, level: float, tables: Tables) -> float:
    """The level to ask the clocks for. Calibration was measured on learned ones: what was written stands."""
    return tables.asked(level, route.area) if route.transit.rung in LEARNED else level


def _dated(route: Route, start: Start, level: float, tables: Tables) -> Dated:
    key = start.day, start.soonest, start.pickup_from, level
    found = route.known.get(key)
    if found is None:
        if len(route.known) >= KNOWN:
            route.known.clear()
        found = route.known[key] = _days(route, start, level, tables)
    return found


def _days(route: Route, start: Start, level: float, tables: Tables) -> Dated:
    handed, arrives = composed(route, start)
    share = asked(route, level, tables)
    latest = arrives.day(share)
    if latest is None:
        raise NoDay(Because("unreachable", {"level": level, "comes": round(arrives.most(), 4)}))
    hand_over = handed.day(share)
    because = [Because("level", {"level": level})]
    if share != level:
        because.append(Because("calibrated", {"level": level, "asked": round(share, 4)}))
    because += _adjusted(route.way, start, handed, hand_over)
    feasts = route.way.estimated(handed.anchor, latest)
    if feasts:
        because.append(Because("estimated", {"feasts": list(feasts)}))
    likely = arrives.day(min(0.5, share)) or latest
    earliest = arrives.day(min(EARLIEST, share)) or latest
    return Dated(earliest, likely, latest, hand_over, arrives, tuple(because))


def _adjusted(way: Way, start: Start, handed: HandOver, hand_over: date) -> list[Because]:
    """What is different on these days; NoDay where an embargo lies on the hand-over."""
    if not way.adjusted or start.soonest is None:
        return []
    embargo = way.embargo(handed.days[0], hand_over)
    if embargo is not None:
        raise NoDay(Because("embargo", {"why": embargo.why, "until": embargo.last_day.isoformat()}))
    found = []
    for stage, day in (("handling", start.soonest), ("transit", hand_over)):
        days = way.slower(stage, day)
        if days:
            found.append(Because("slower", {"days": days, "stage": stage, "why": _why(way, stage)}))
    return found


def _why(way: Way, stage: str) -> str:
    return next((each.why for each in way.adjusted if each.effect == "slower" and each.slows == stage), "")


def _in_time(dated: Dated, route: Route, at: datetime) -> Dated:
    """No day that is over where the parcel goes: it may be tomorrow there. NoDay beyond the horizon."""
    horizon = route.way.plan.horizon
    if dated.latest.toordinal() - at.toordinal() > horizon:
        raise NoDay(Because("horizon", {"days": horizon}))
    # No two places on earth are more than 26 hours apart.
    return dated if dated.earliest.toordinal() - at.toordinal() > 2 else _not_past(dated, route, at)


def _not_past(dated: Dated, route: Route, at: datetime) -> Dated:
    zone = zone_of(only_zone(route.country))
    today = at.astimezone(zone).date() if zone else dated.earliest
    if today <= dated.earliest:
        return dated
    soonest = route.way.delivery.on_or_after(today)
    return replace(
        dated,
        earliest=soonest,
        likely=max(dated.likely, soonest),
        latest=max(dated.latest, soonest),
    )
