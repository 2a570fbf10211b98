"""What the carrier said, newest first: the day, the time, and in whose zone. Touches nothing outside."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext, ngettext

from wismo.tracking.queries.page import Update
from wismo.trackpage.dates import Clock
from wismo.trackpage.situations import Situation, situation_at, towards_shop
from wismo.trackpage.words import SITUATIONS, UPDATES

SHOWN = 3  # the others are folded away


@dataclass(frozen=True, slots=True)
class Event:
    """One update in words."""

    title: str
    place: str
    own_words: str  # the carrier's; "" where they say no more than the title
    time: str
    iso: str  # "" where the zone is not known
    latest: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day's updates."""

    name: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The newest updates, and the earlier ones behind a fold."""

    days: tuple[Day, ...]
    earlier: tuple[Day, ...]
    earlier_count: str
    zone: str
    zone_unsure: bool  # some times came without a zone


def timeline_of(updates: Sequence[Update], clock: Clock) -> Timeline:
    """The updates in the zone of the page. A time without a zone stays as the carrier wrote it."""
    rest = len(updates) - SHOWN
    newest = updates[0] if updates else None
    return Timeline(
        days=_days(updates[:SHOWN], newest, clock),
        earlier=_days(updates[SHOWN:], newest, clock),
        earlier_count=ngettext("%(count)d earlier update", "%(count)d earlier updates", rest)
        % {"count": rest},
        zone=clock.zone_name,
        zone_unsure=any(not update.zone_known for update in updates),
    )


def _days(updates: Sequence[Update], newest: Update | None, clock: Clock) -> tuple[Day, ...]:
    by_day = itertools.groupby(updates, key=lambda update: _when(update, clock).date())
    return tuple(
        Day(_day_name(day, clock), tuple(_event(update, clock, latest=update is newest) for update in group))
        for day, group in by_day
    )


def _event(update: Update, clock: Clock, *, latest: bool) -> Event:
    when = _when(update, clock)
    title = _title(update)
    return Event(
        title=title,
        place=update.place,
        own_words=_own_words(update, title),
        time=clock.time(when),
        iso=when.isoformat(timespec="minutes") if update.zone_known else "",
        latest=latest,
    )


def _when(update: Update, clock: Clock) -> datetime:
    return clock.local(update.at) if update.zone_known else update.at


def _day_name(day: date, clock: Clock) -> str:
    near = {0: gettext("Today"), -1: gettext("Yesterday")}.get((day - clock.today).days)
    return gettext("%(near)s, %(day)s") % {"near": near, "day": clock.day(day)} if near else clock.day(day)


def _title(update: Update) -> str:
    situation = situation_at(update.status, update.leg)
    if situation is Situation.UNCLEAR:
        return gettext("Update from the carrier")
    own = "" if situation is Situation.BACK else UPDATES.get(update.status, "")
    return gettext(own or SITUATIONS[situation].word)


def _own_words(update: Update, title: str) -> str:
    """The carrier's text. On the way back it is left out: carriers call the shop's door "delivered" too."""
    if towards_shop(update.leg) or update.text.casefold().strip(" .") == title.casefold():
        return ""
    return update.text
