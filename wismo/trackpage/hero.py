"""The answer at the top of the page: when it comes, or what happened, and what the shopper can do."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext, ngettext

from wismo.tracking.queries.page import Parcel, TrackedOrder
from wismo.tracking.rules.silence import Silence
from wismo.trackpage.dates import Clock
from wismo.trackpage.situations import COMING, Situation, situation_of
from wismo.trackpage.words import CAUSES, QUIET, SITUATIONS
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Status

_STUCK = frozenset({Situation.DELAYED, Situation.HELD})  # whatever the date says, this is not "on time"
_NOT_GONE = frozenset({Situation.ANNOUNCED, Situation.HANDED_OVER})
_PROMISED = COMING | {Situation.TRIED, Situation.READY, Situation.DELIVERED}


@dataclass(frozen=True, slots=True)
class Subject:
    """What the page speaks of: a parcel, or an order that has none yet."""

    situation: Situation
    promised_on: date | None
    expected_on: date | None
    late: bool
    reason: Reason | None = None
    status_at: datetime | None = None
    delivered_at: datetime | None = None
    last_scan_at: datetime | None = None
    silent: Silence | None = None
    place: str = ""

    @property
    def coming_late(self) -> bool:
        """Whether it will come, after the day that was promised."""
        return self.late and self.situation in COMING | {Situation.PACKING}

    @property
    def on_time(self) -> bool:
        """Whether both days are known, and it will come by the promised one."""
        known = self.promised_on is not None and self.expected_on is not None
        return known and not self.late and not self.days_late and self.moves

    @property
    def moves(self) -> bool:
        """Whether nothing speaks against its keeping its day."""
        return self.situation not in _STUCK and self.silent is None

    @property
    def days_late(self) -> int:
        """By how many days it misses the promise; 0 where that is not known."""
        if self.expected_on is None or self.promised_on is None:
            return 0
        return max((self.expected_on - self.promised_on).days, 0)


@dataclass(frozen=True, slots=True)
class Label:
    """A few words with their tone (good, info, warn, bad) and icon."""

    text: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Hero:
    """The date first."""

    chip: Label
    headline: str
    detail: str
    promise: Label | None
    last_scan: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What to know about it and what to do."""

    tone: str
    icon: str
    title: str
    text: str


def subject_of(order: TrackedOrder, parcel: Parcel | None, clock: Clock) -> Subject:
    """The parcel as a subject, or the order where there is no parcel."""
    if parcel:
        return _parcel_subject(order, parcel, clock)
    situation = Situation.CANCELLED if order.cancelled else Situation.PACKING
    promised = order.promised_on
    past = promised is not None and promised < clock.today
    return Subject(situation, promised, None if past else promised, late=past)


def _parcel_subject(order: TrackedOrder, parcel: Parcel, clock: Clock) -> Subject:
    situation = situation_of(parcel)
    if order.cancelled and situation in _NOT_GONE:
        situation = Situation.CANCELLED
    return Subject(
        situation=situation,
        promised_on=order.promised_on,
        expected_on=_expected(parcel, clock) if situation in COMING else None,
        late=parcel.late,
        reason=parcel.reason,
        status_at=parcel.status_at,
        delivered_at=parcel.delivered_at if situation is Situation.DELIVERED else None,
        last_scan_at=parcel.last_scan_at,
        silent=parcel.silent if situation in COMING else None,
        place=parcel.updates[0].place if parcel.updates else "",
    )


def _expected(parcel: Parcel, clock: Clock) -> date | None:
    """The day to wait for. One that has passed is none; a van that left today comes today."""
    if parcel.expected_on and parcel.expected_on >= clock.today:
        return parcel.expected_on
    out = parcel.status is Status.OUT_FOR_DELIVERY and parcel.status_at
    return clock.today if out and clock.local(out).date() == clock.today else None


def hero_of(subject: Subject, clock: Clock, shop: str) -> Hero:
    """The headline of the page and the lines around it."""
    scanned = subject.last_scan_at
    return Hero(
        chip=Label(gettext("On time"), "good", "check") if subject.on_time else state_of(subject),
        headline=_headline(subject, clock),
        detail=_detail(subject, clock, shop),
        promise=_promise(subject, clock),
        last_scan=gettext("Last scan %(ago)s") % {"ago": clock.ago(scanned)} if scanned else "",
    )


def state_of(subject: Subject) -> Label:
    """How late it is, or the situation's own word."""
    if not subject.coming_late:
        words = SITUATIONS[subject.situation]
        return Label(gettext(words.word), words.tone, words.icon)
    days = subject.days_late
    text = ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days} if days else ""
    return Label(text or gettext("Late"), "warn", "clock-alert")


def notice_of(subject: Subject, shop: str) -> Notice | None:
    """Why it is in trouble and what the shopper can do; None where all is well."""
    if subject.coming_late:
        return _late_notice(subject, shop)
    words = SITUATIONS[subject.situation]
    if not words.next_step:
        return None
    text = gettext(words.next_step) % {"shop": shop}
    if subject.situation is Situation.DELIVERED:
        return Notice("info", "package-search", gettext("Not there?"), text)
    return Notice(words.tone, words.icon, _cause(subject) or gettext("What you can do"), text)


def _late_notice(subject: Subject, shop: str) -> Notice:
    days = subject.days_late
    title = gettext("We don’t have a new date yet")
    if days:
        title = ngettext(
            "It will arrive %(count)d day later than promised",
            "It will arrive %(count)d days later than promised",
            days,
        ) % {"count": days}
    why = _cause(subject) or gettext("The carrier has not told us why.")
    if subject.situation is Situation.PACKING:
        why = gettext("It has not left us yet.")
    advice = gettext("If that does not suit you, contact %(shop)s.") % {"shop": shop}
    return Notice("warn", "clock-alert", title, f"{why} {advice}")


def _cause(subject: Subject) -> str:
    return gettext(CAUSES[subject.reason]) if subject.reason in CAUSES else ""


def _headline(subject: Subject, clock: Clock) -> str:
    if subject.delivered_at:
        return gettext("Delivered %(when)s") % {"when": clock.moment(subject.delivered_at)}
    if subject.situation not in COMING or subject.expected_on is None:
        return gettext(SITUATIONS[subject.situation].headline)
    near = {0: gettext("Arriving today"), 1: gettext("Arriving tomorrow")}
    day = clock.day(subject.expected_on)
    return near.get((subject.expected_on - clock.today).days) or gettext("Arriving %(day)s") % {"day": day}


def _detail(subject: Subject, clock: Clock, shop: str) -> str:
    match subject.situation:
        case Situation.PACKING:
            return _packing(subject, clock)
        case Situation.TRIED if subject.status_at:
            return clock.moment(subject.status_at)
        case Situation.READY if subject.place:
            return subject.place
    if subject.silent:
        return gettext(QUIET[subject.silent])
    meaning = SITUATIONS[subject.situation].meaning
    if meaning:
        return gettext(meaning) % {"shop": shop}
    dateless = subject.situation in COMING and subject.expected_on is None and not subject.late
    return gettext("The carrier has not given a date yet.") if dateless else ""


def _packing(subject: Subject, clock: Clock) -> str:
    if subject.promised_on is None:
        return gettext("There is no delivery date yet.")
    return gettext("Promised: %(day)s") % {"day": clock.day(subject.promised_on)}


def _promise(subject: Subject, clock: Clock) -> Label | None:
    if subject.promised_on is None or subject.situation not in _PROMISED:
        return None
    day = {"day": clock.day(subject.promised_on)}
    arrival = clock.local(subject.delivered_at).date() if subject.delivered_at else subject.expected_on
    if arrival == subject.promised_on and subject.moves:
        return Label(gettext("As promised: %(day)s") % day, "good", "check")
    missed = subject.late or (arrival is not None and arrival > subject.promised_on)
    tone, icon = ("warn", "clock-alert") if missed else ("info", "calendar")
    return Label(gettext("Promised: %(day)s") % day, tone, icon)
