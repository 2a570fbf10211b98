"""The day to show of a parcel under way, from all that was told of it. Pure.

It is a fold over the sorted news and the mornings between them, so neither the order of their coming nor a
repetition matters. The first promise is never changed. What is shown moves only by more than a day, or across
the promise, or once it is over, or when a van has left with the parcel.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from wismo.promise.rules.clock import Clock
from wismo.promise.rules.question import Because
from wismo.promise.rules.risk import (
    CERTAIN,
    FROM_DEPOT,
    WITH_DRIVER,
    Days,
    Rest,
    Stage,
    rest_of,
    risk_of,
    then,
)

LATE = 0.5  # a day stands until it is more likely missed than kept …
KEPT_AGAIN = 0.2  # … and a promise given up is taken up again once it is likely kept: nothing flips
TOLD = 0.8  # of five slips that are told to shoppers, at most one turns out to be none
TRUSTED = 0.9  # a carrier whose days hold this often names the day by itself
PRIOR_ETAS, PRIOR_HELD = 20, 0.8  # what is thought of a carrier's days before any was seen, and how firmly
MORNINGS = 60  # days back to which silence is gone through
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that was told of a parcel; `day` is the day it was where it goes."""

    at: datetime
    day: date
    stage: Stage | None = None
    carrier_on: date | None = None  # the carrier's own day
    tried: bool = False  # at the door, in vain

    @property
    def place(self) -> tuple[datetime, int, date]:
        """Where it stands among the others, always the same."""
        rank = list(Stage).index(self.stage) if self.stage else -1
        return self.at, rank + 10 * self.tried, self.carrier_on or date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """A parcel's way as the tables know it, and what was promised of it."""

    days: Days  # on which the carrier delivers there
    level: float
    ready_on: date
    handed_on: date | None = None
    promised_on: date | None = None
    handling: Clock | None = None
    transit: Clock | None = None
    trust: float = PRIOR_HELD


@dataclass(frozen=True, slots=True)
class View:
    """What is to be thought of a parcel today."""

    shown_on: date | None = None
    likely_on: date | None = None
    carrier_on: date | None = None  # the last that the carrier named before it was at the door
    risk: float | None = None
    reasons: tuple[Because, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was known at one point of the way."""

    stage: Stage = Stage.READY
    since: date | None = None
    carrier_on: date | None = None  # that may still hold
    named_on: date | None = None  # the last the carrier named before it was at the door
    tried: bool = False

    def on(self, told: "_Told") -> "_Heard":
        found = self
        if told.stage is not None:
            found = replace(found, stage=told.stage, since=told.day)
        if told.tried:  # what the carrier named before, it has not kept
            found = replace(found, tried=True, carrier_on=None)
        if told.carrier_on is None:
            return found
        named_on = found.named_on if found.tried else told.carrier_on
        return replace(found, carrier_on=told.carrier_on, named_on=named_on)


class _Told(NamedTuple):
    """News by its place among the others: parcels that went alike are alike, whatever the minute."""

    moment: int  # the same of what was told at once
    day: date
    stage: Stage | None
    carrier_on: date | None
    tried: bool


def trust_of(held: int, seen: int) -> float:
    """The share of a carrier's days that hold, of so many seen; shrunk to what is thought of any carrier."""
    return (held + PRIOR_ETAS * PRIOR_HELD) / (seen + PRIOR_ETAS)


def revise(travel: Travel, news: Iterable[News], today: date, *, stopped: str = "") -> View:
    """The parcel as it is to be seen today; `stopped` is a code of why no day is of use any more."""
    told, moments = sorted(news, key=lambda one: one.place), dict[datetime, int]()
    story = tuple(
        _Told(moments.setdefault(one.at, len(moments)), one.day, one.stage, one.carrier_on, one.tried)
        for one in told
    )
    return _revised(travel, story, today, stopped)


@lru_cache(maxsize=10_000)
def _revised(travel: Travel, story: tuple[_Told, ...], today: date, stopped: str) -> View:
    shown, heard = travel.promised_on, _Heard()
    for day, heard in _points(story, travel.ready_on, today):
        sight = _Sight(travel, heard, day)
        found = _found(sight, shown)
        if sight.out or _moves(shown, found, travel.promised_on, day):
            shown = found
    sight = _Sight(travel, heard, today)
    view = View(shown, sight.likely, heard.named_on, sight.missing(travel.promised_on))
    if stopped or (heard.tried and heard.carrier_on is None):
        return replace(view, shown_on=None, likely_on=None, reasons=(Because(stopped or "tried"),))
    return replace(view, reasons=_reasons(sight, heard, view))


def tells(view: View, told_on: date | None, promised_on: date | None) -> date | None:
    """The later day that a shopper is to be told of now, if any; `told_on` is the last one they were."""
    if promised_on is None or view.shown_on is None or view.shown_on <= promised_on:
        return None
    if view.risk is None or view.risk < TOLD:
        return None
    return view.shown_on if told_on is None or view.shown_on - told_on > _DAY else None


def _points(told: Sequence[_Told], ready_on: date, today: date) -> Iterator[tuple[date, _Heard]]:
    """Each morning since it was ready and each news in turn, with what was known by then."""
    heard, waiting = _Heard(), list(told)
    day = max(min(ready_on, today), today - MORNINGS * _DAY)
    while day <= today:
        yield day, heard
        while waiting and (waiting[0].day <= day or day == today):
            news = waiting.pop(0)
            heard = heard.on(news)
            if not waiting or waiting[0].moment != news.moment:  # what was told at once counts at once
                yield day, heard
        day += _DAY


class _Sight:
    """The parcel as it looks one morning, or after news of that day."""

    __slots__ = ("day", "out", "rest", "told", "travel")

    def __init__(self, travel: Travel, heard: _Heard, day: date) -> None:
        self.travel, self.day, self.rest = travel, day, _rest(travel, heard, day)
        self.told = heard.carrier_on if heard.carrier_on and heard.carrier_on >= day else None
        self.out = heard.stage is Stage.OUT and heard.since == day and not heard.tried  # it comes today

    @property
    def likely(self) -> date | None:
        """The middle of what may happen."""
        return (self.rest.day(0.5) if self.rest else None) or self.told

    @property
    def safe(self) -> date | None:
        """The day by which the wanted share arrives: ours, or the carrier's where that is to be trusted."""
        own = self.rest.day(self.travel.level) if self.rest else None
        if own is None or self.told is None:
            return own or self.told
        return self.told if self.travel.trust >= TRUSTED else max(own, self.told)

    def missing(self, on: date | None) -> float | None:
        """The probability that it comes after that day; None where nothing speaks of it."""
        carrier = (self.told, self.travel.trust) if self.told else None
        return risk_of(self.rest, on, self.day, carrier) if on else None


def _found(sight: _Sight, shown: date | None) -> date | None:
    """The day to show now: the one shown stands until it is more likely missed than kept."""
    safe, promised = sight.safe, sight.travel.promised_on
    if sight.out:
        return sight.day
    if shown is None or shown < sight.day:
        return safe or (promised if promised and promised >= sight.day else None)
    missing = sight.missing(shown)
    if missing is None:
        return shown
    if missing >= LATE:
        return max(safe, sight.travel.days.add(shown, 1)) if safe else None
    found = min(safe, shown) if safe else shown
    if _later(shown, promised) and not _later(found, promised) and _doubtful(sight, promised):
        return shown
    return found


def _doubtful(sight: _Sight, promised_on: date | None) -> bool:
    """Whether it is too early to say that a promise given up will be kept after all."""
    missing = sight.missing(promised_on)
    return missing is None or missing > KEPT_AGAIN


def _rest(travel: Travel, heard: _Heard, day: date) -> Rest | None:
    """What is left of its way; None where nothing is known of it, or it was at the door already."""
    if travel.transit is None or heard.tried:
        return None
    if heard.stage in {Stage.NEAR, Stage.OUT} and heard.since:
        clock = FROM_DEPOT if heard.stage is Stage.NEAR else WITH_DRIVER
        return rest_of(clock, min(heard.since, day), day, travel.days)
    if heard.stage is not Stage.READY and travel.handed_on:
        return rest_of(travel.transit, min(travel.handed_on, day), day, travel.days)
    if travel.handling is None:
        return None
    return rest_of(then(travel.handling, travel.transit), travel.ready_on, day, travel.days)


def _later(shown: date | None, promised_on: date | None) -> bool:
    return shown is not None and promised_on is not None and shown > promised_on


def _moves(shown: date | None, found: date | None, promised_on: date | None, day: date) -> bool:
    """Whether the shown day gives way to the one found now."""
    if shown is None or found is None or shown < day:
        return shown != found
    return abs(found - shown) > _DAY or _later(shown, promised_on) != _later(found, promised_on)


def _reasons(sight: _Sight, heard: _Heard, view: View) -> tuple[Because, ...]:
    """What speaks for the day: what such parcels do, and what the carrier says."""
    found, travel, promised = [], sight.travel, sight.travel.promised_on
    if view.risk == CERTAIN:
        found.append(Because("day_over", {"promised": promised}))
    elif view.risk is not None and promised and sight.rest:
        by = sight.rest.by(promised)
        slips, since = view.risk >= LATE, travel.handed_on or travel.ready_on
        facts = {"share": round(1 - by if slips else by, 3), "gone": (sight.day - since).days}
        found.append(Because("slip_seen" if slips else "day_kept", {**facts, "promised": promised}))
    if sight.told:
        found.append(Because("carrier_day", {"day": sight.told, "trust": round(travel.trust, 3)}))
    if heard.stage in {Stage.NEAR, Stage.OUT}:
        found.append(Because(heard.stage.value))
    return tuple(found)
