"""When a reader is not to be disturbed, and when that ends: the table is quiet.toml. Pure."""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from pathlib import Path
from typing import Any

from wismo.notify.rules.workdays import is_holiday

Window = tuple[time, time]  # from the first, inclusive, until the second, exclusive; past midnight if later
NEVER_QUIET = frozenset({"inapp"})  # it lies there until its reader comes
JITTER = timedelta(minutes=20)  # so that a morning does not begin with all of the night's messages at once
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK, _SUNDAY = frozenset(range(7)), 6
_FURTHEST = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What decides when a message would disturb."""

    channel: str
    marketing: bool
    ignored: bool  # it is as urgent at night; the law's hours for marketing hold all the same
    country: str
    zones: tuple[tzinfo, ...]
    own: Window | None = None  # the shop's hours instead of the house's


@dataclass(frozen=True, slots=True)
class Law:
    """When marketing is not allowed in a country, by the reader's clock."""

    quiet: Window
    no_sundays: bool = False
    no_holidays: bool = False
    days: frozenset[int] = _WEEK  # Monday is 0


def quiet_end(now: datetime, silence: Silence, seed: int) -> datetime | None:
    """When the quiet hours around `now` end, plus up to 20 minutes drawn from `seed`; None outside them.

    Where one of several zones may be the reader's, it is quiet if it is so in any.
    """
    if silence.channel in NEVER_QUIET:
        return None
    zones, rules = silence.zones, _rules(silence)
    end = _free_from(now, zones, rules, silence.country)
    if end == now:
        return None
    later = end + timedelta(seconds=_drawn(seed, int(JITTER.total_seconds())))
    return later if _free_from(later, zones, rules, silence.country) == later else end


def _drawn(seed: int, below: int) -> int:
    return int.from_bytes(sha256(f"quiet|{seed}".encode()).digest()[:8]) % (below + 1)


def _rules(silence: Silence) -> tuple[Law, ...]:
    rules: list[Law] = []
    if not silence.ignored:
        rules.append(Law(silence.own or _general(silence.country)))
    if silence.marketing:
        rules += _laws(silence.country, silence.channel)
    return tuple(rules)


def _free_from(now: datetime, zones: Iterable[tzinfo], rules: Iterable[Law], country: str) -> datetime:
    """The first moment from `now` on at which no rule is quiet in any of the zones."""
    at = now
    while at - now < _FURTHEST:
        ends = [_rule_end(at, zone, rule, country) for zone in zones for rule in rules]
        latest = max(ends, default=at)
        if latest <= at:
            return at
        at = latest
    return at


def _rule_end(at: datetime, zone: tzinfo, rule: Law, country: str) -> datetime:
    """When this rule's quiet ends here; `at` itself where it is not quiet."""
    local = at.astimezone(zone)
    start, until = rule.quiet
    if _closed(local.date(), rule, country):
        return _moment(local.date() + timedelta(days=1), time(), zone, at)
    if local.weekday() not in rule.days or not _within(local.time(), start, until):
        return at
    day = local.date() + timedelta(days=1) if start > until and local.time() >= start else local.date()
    return _moment(day, until, zone, at)


def _within(clock: time, start: time, until: time) -> bool:
    return start <= clock < until if start <= until else clock >= start or clock < until


def _moment(day: date, clock: time, zone: tzinfo, after: datetime) -> datetime:
    """When a clock there shows it, later than `after`: the second time where clocks go back through it."""
    first = datetime.combine(day, clock, zone).astimezone(UTC)
    return first if first > after else datetime.combine(day, clock, zone).replace(fold=1).astimezone(UTC)


def _closed(day: date, rule: Law, country: str) -> bool:
    if rule.no_sundays and day.weekday() == _SUNDAY:
        return True
    return rule.no_holidays and is_holiday(day, country)


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────


def read_window(text: str) -> Window:
    """Read "21:00-08:00"."""
    start, _dash, until = text.partition("-")
    return time.fromisoformat(start), time.fromisoformat(until)


@functools.cache
def _general(country: str) -> Window:
    hours: Mapping[str, str] = _table()["general"]
    return read_window(hours.get(country) or hours["anywhere"])


@functools.cache
def _laws(country: str, channel: str) -> tuple[Law, ...]:
    told = _table()["marketing"].get(country, [])
    return tuple(
        Law(
            read_window(law["quiet"]),
            law.get("no_sundays", False),
            law.get("no_holidays", False),
            frozenset(_DAYS.index(day) for day in law.get("days", _DAYS)),
        )
        for law in told
        if channel in law.get("channels", [channel])
    )


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
