"""The summary of a set of scans, and how two summaries are one.

A `Summary` keeps, for every kind of scan, only its first and its last, so merging two summaries is
commutative, associative and idempotent: scans may come in any order, any number of times and in any
batches, and a scan that is a week late costs what a timely one costs. Everything else is a pure function
of the summary. (docs/adr/0003-the-fold-is-a-merge.md)
"""

import functools
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import product

import msgspec
from msgspec import Struct

from wismo.vocabulary.status import TERMINAL, TO_MERCHANT, Leg, Scan, Status

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAILY = frozenset({Status.OUT_FOR_DELIVERY, Status.FAILED_ATTEMPT})


class Span(Struct, frozen=True, array_like=True, order=True):
    """The first and the last scan of one kind. Times are microseconds since 1970, UTC."""

    last: int
    reason: str  # of the last scan; of several at that instant, any but always the same one
    first: int

    def merge(self, other: "Span") -> "Span":
        """The span of both."""
        late = max(self, other)
        return Span(late.last, late.reason, min(self.first, other.first))


# How a summary names a leg and a status together, as JSON can: "rto in_transit".
KINDS = {f"{leg} {status}": (leg, status) for leg, status in product(Leg, Status)}
_NAMES = {kind: name for name, kind in KINDS.items()}
_ENDS = frozenset(name for name, (_, status) in KINDS.items() if status in TERMINAL)
_ARRIVED = frozenset(
    name for name in _ENDS if KINDS[name][1] is Status.DELIVERED and KINDS[name][0] not in TO_MERCHANT
)
_BACK = frozenset(
    name for name in _ENDS if KINDS[name][1] is Status.RETURNED or KINDS[name][0] in TO_MERCHANT
)


class Summary(Struct, frozen=True, array_like=True):
    """All the fold needs to know of a set of scans."""

    spans: dict[str, Span] = {}  # by a name of KINDS
    days: dict[str, int] = {}  # "out_for_delivery@2026-11-24" -> first time
    corrected: int | None = None  # the last correction: what ended before it had not ended
    last: int | None = None  # the last scan of all, mapped or not
    eta: tuple[int, str] | None = None  # when the carrier last named its day, and the day
    eta_max: str = ""  # the latest day the carrier ever named

    def merge(self, other: "Summary") -> "Summary":
        """The summary of both sets of scans together."""
        if self == _EMPTY:
            return other
        if other == _EMPTY:
            return self
        spans = dict(self.spans)
        for kind, span in other.spans.items():
            spans[kind] = spans[kind].merge(span) if kind in spans else span
        days = dict(self.days)
        for day, at in other.days.items():
            days[day] = min(at, days.get(day, at))
        return Summary(
            spans,
            days,
            _latest(self.corrected, other.corrected),
            _latest(self.last, other.last),
            max(self.eta, other.eta) if self.eta and other.eta else self.eta or other.eta,
            max(self.eta_max, other.eta_max),
        )

    def ends(self) -> dict[str, Span]:
        """The ends that no correction undid, by a name of KINDS."""
        since = self.corrected if self.corrected is not None else -math.inf
        return {name: span for name, span in self.spans.items() if name in _ENDS and span.last >= since}


_EMPTY = Summary()


def _latest(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def micros(at: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (at - EPOCH) // timedelta(microseconds=1)


def instant(at: int) -> datetime:
    """The moment `micros` counted to, in UTC."""
    return EPOCH + timedelta(microseconds=at)


def summary_of(scans: Iterable[Scan], zone: tzinfo = UTC) -> Summary:
    """The summary of these scans. A scan without any time tells nothing about the order of things.

    `zone` is the destination's: the day of an attempt is the day it was there, whatever offset a source
    writes, so that two sources who tell of one attempt tell of one day.
    """
    total = Summary()
    for scan in scans:
        total = total.merge(_one(scan, zone))
    return total


def of_pieces(told: Sequence[Summary], pieces: int) -> Summary:
    """The summary of a shipment from those of its pieces: it ends when all of them have, with the last.

    It did not arrive where one of them went back without having arrived.
    """
    total = functools.reduce(Summary.merge, told, _EMPTY)
    if pieces == 1:
        return total
    ends = [summary.ends() for summary in told]
    spans = {name: span for name, span in total.spans.items() if name not in _ENDS}
    if sum(map(bool, ends)) >= pieces:
        astray = any(end.keys() & _BACK and not end.keys() & _ARRIVED for end in ends)
        for name in set().union(*ends) - (_ARRIVED if astray else frozenset()):
            last_of_each = [end[name] for end in ends if name in end]
            spans[name] = msgspec.structs.replace(
                max(last_of_each), first=max(span.first for span in last_of_each)
            )
    return msgspec.structs.replace(total, spans=spans)


def revised_eta(told_at: datetime, day: date) -> Summary:
    """A carrier named another day without a new scan."""
    return Summary(eta=(micros(told_at), day.isoformat()), eta_max=day.isoformat())


def _one(scan: Scan, zone: tzinfo) -> Summary:
    moment = scan.occurred_at or scan.sort_at
    if moment is None:
        return Summary()
    at = micros(moment)
    eta = (at, scan.eta.isoformat()) if scan.eta else None
    eta_max = eta[1] if eta else ""
    if scan.status is None or scan.status is Status.UNKNOWN:  # to know nothing is no news of the parcel
        return Summary(last=at, eta=eta, eta_max=eta_max)
    span = Span(at, scan.reason.value if scan.reason else "", at)
    daily = scan.status in _DAILY and scan.leg not in TO_MERCHANT
    days = {f"{scan.status.value}@{moment.astimezone(zone).date().isoformat()}": at} if daily else {}
    last = None if scan.status is Status.EXPIRED else at  # that nobody heard of it is no scan of the parcel
    return Summary(
        {_NAMES[scan.leg, scan.status]: span}, days, at if scan.correction else None, last, eta, eta_max
    )


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Summary)


def pack_summary(summary: Summary) -> str:
    """The summary as the table keeps it: JSON."""
    return _encoder.encode(summary).decode()


_reached = msgspec.json.Decoder(dict[str, int])


def pack_reached(milestones: dict[str, int]) -> str:
    """Milestones as the table keeps them: JSON of "name" or "name@day" -> `micros` of when it was reached."""
    return _encoder.encode(milestones).decode()


def unpack_reached(kept: str) -> dict[str, int]:
    """The milestones `pack_reached` kept."""
    return _reached.decode(kept) if kept else {}


def unpack_summary(kept: str) -> Summary:
    """The summary `pack_summary` kept; an empty one for a shipment without scans."""
    return _decoder.decode(kept) if kept else Summary()
