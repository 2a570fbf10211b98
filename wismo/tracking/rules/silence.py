"""When a parcel has been quiet for too long: by what its lane normally does, in working time. Pure.

What is learned of a lane is how long each parcel that arrived was quiet at most. Not every gap between scans:
of the ten gaps of a parcel most are short, so a limit that 95 in 100 gaps keep would call two parcels in five
stalled. (docs/adr/0010-silence.md)
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec
from msgspec import Struct

from wismo.tracking.rules.quality import quantile
from wismo.vocabulary.calendar import WorkingTime
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status

HOUR, DAY = 3600, 86400  # seconds of working time
# The ends of the slots quiet is counted in; one more slot lies beyond the last.
BOUNDS = tuple(
    HOUR * hours
    for hours in (
        1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21, 24, 28, 32, 36, 42, 48, 54, 60, 66, 72, 84, 96, 108, 120, 144,
        168, 192, 216, 240, 288, 360, 480,
    )
)  # fmt: skip
SLOTS = len(BOUNDS) + 1
SHARE = 0.98  # of the parcels that arrived were never quiet for longer than the limit
FEWEST = 100  # parcels; fewer say nothing about the two slowest in a hundred
MEMORY = 5000  # parcels; beyond that the older ones fade, so that a lane that changed is learned anew
SHORTEST, LONGEST = DAY, 10 * DAY  # of a limit, whatever was learned
DOMESTIC, INTERNATIONAL = 3 * DAY, 5 * DAY  # where nothing is known yet
PICK_UP = 4 * DAY  # from the label, or the last word about it, to the carrier's having the parcel
TALKATIVE = 100  # scans a month: a carrier that tells of so many is never without a word for a day
AGAIN = timedelta(days=1)  # until it is looked at anew: no limit is shorter, so no silence is seen late

# Where the carrier has the parcel and nothing is the matter: only here is silence a stall.
_MOVING = frozenset({Status.PICKED_UP, Status.IN_TRANSIT, Status.ARRIVED_LOCAL, Status.OUT_FOR_DELIVERY})
_LABEL_ONLY = frozenset({Status.INFO_RECEIVED, Status.PICKUP_SCHEDULED})


class Silence(StrEnum):
    """What a parcel that is quiet for too long is."""

    STALLED = "stalled"  # it was moving
    NOT_PICKED_UP = "not_picked_up"  # a label was made, and the carrier never had it


class Basis(StrEnum):
    """What a limit was taken from."""

    LANE = "lane"
    CARRIER = "carrier"  # its lanes of the same kind together, as this one has too few parcels
    DEFAULT = "default"


class Lane(NamedTuple):
    """A carrier from one country to another."""

    carrier: str
    origin: str
    destination: str

    @property
    def domestic(self) -> bool:
        """Whether no border is crossed."""
        return self.origin == self.destination


class Limit(Struct, frozen=True, array_like=True):
    """How long a parcel may be quiet: seconds of working time, what says so, and of how many parcels."""

    seconds: int
    basis: Basis = Basis.DEFAULT
    parcels: int = 0
    carrier: str = ""
    origin: str = ""
    destination: str = ""


Counts = Sequence[int]  # parcels by the slot of their longest quiet


def slot_of(quiet: timedelta) -> int:
    """The slot a quiet is counted in."""
    return bisect_left(BOUNDS, quiet.total_seconds())


def together(*counts: Counts) -> list[int]:
    """What several learned, as one."""
    return [sum(slot) for slot in zip(*counts, strict=True)] if counts else [0] * SLOTS


def faded(counts: Counts) -> list[int]:
    """The counts, halved where they are of more than MEMORY parcels."""
    kept = list(counts)
    while sum(kept) > MEMORY:
        kept = [slot // 2 for slot in kept]
    return kept


def limit_of(lane: Lane, learned: Mapping[Lane, Counts]) -> Limit:
    """How long a parcel of the lane may be quiet; `learned` are the shop's lanes of at least its carrier."""
    own = learned.get(lane, ())
    alike = [
        c for other, c in learned.items() if (other.carrier, other.domestic) == (lane.carrier, lane.domestic)
    ]
    for basis, counts in ((Basis.LANE, own), (Basis.CARRIER, together(*alike))):
        if sum(counts) >= FEWEST and (found := quantile(counts, SHARE, BOUNDS)) is not None:
            return Limit(round(min(max(found, SHORTEST), LONGEST)), basis, sum(counts), *lane)
    return Limit(DOMESTIC if lane.domestic else INTERNATIONAL, Basis.DEFAULT, 0, *lane)


class Heard(NamedTuple):
    """A scan as far as silence is concerned; `status` "" where its code is not mapped."""

    at: datetime
    status: str
    leg: str


def longest_quiet(scans: Iterable[Heard], clock: WorkingTime) -> timedelta | None:
    """The longest quiet of a delivered parcel between two scans, while it could have stalled.

    `scans` come by time. Time before it was picked up, or while something was the matter, does not count.
    None where it never could have stalled, or there are not scans enough to tell.
    """
    longest: timedelta | None = None
    last, moving = None, False
    for at, status, leg in scans:
        # Working time is never longer than time, and cheap to rule out.
        if last is not None and moving and (longest is None or at - last > longest):
            longest = max(longest or timedelta(), clock.between(last, at))
        if status == Status.DELIVERED:
            break
        last = at
        if status:
            moving = status in _MOVING and leg not in TO_MERCHANT
    return longest


class Feed(NamedTuple):
    """How much a carrier told a shop in the last month, and the last day (UTC) it told anything."""

    scans: int
    last_day: date

    def is_silent(self, now: datetime, clock: WorkingTime) -> bool:
        """Whether it usually has much to tell, and has told nothing of any parcel for a working day."""
        day_over = datetime.combine(self.last_day + timedelta(days=1), datetime.min.time(), now.tzinfo)
        return self.scans >= TALKATIVE and clock.between(day_over, now) >= timedelta(seconds=DAY)


class Parcel(NamedTuple):
    """What is looked at."""

    status: Status
    leg: Leg
    cancelled: bool  # its order
    registered_at: datetime  # when its label was made, as far as the shop told
    last_scan_at: datetime | None
    answered: bool  # its carrier is asked about it, and has answered lately
    feed: Feed | None  # None where the carrier told the shop nothing in the last month


class Verdict(NamedTuple):
    """How a parcel stands, and when to look at it again."""

    silence: Silence | None
    since: datetime  # its last scan, or its label
    crossed_at: datetime  # when it had been quiet for too long, or will have been
    limit: Limit
    again_at: datetime


def verdict_on(parcel: Parcel, limit: Limit, clock: WorkingTime, now: datetime) -> Verdict:
    """Whether the parcel has been quiet for too long.

    It is not where the carrier has said that something is the matter, where it goes back, and where we could
    not know: its carrier tells this shop of no parcel at all, or has itself gone silent.
    """
    since = parcel.last_scan_at or parcel.registered_at
    kind = _could_be(parcel)
    if kind is Silence.NOT_PICKED_UP:
        limit = Limit(PICK_UP, Basis.DEFAULT, 0, limit.carrier, limit.origin, limit.destination)
    crossed = clock.after(since, timedelta(seconds=limit.seconds))
    if crossed > now:
        return Verdict(None, since, crossed, limit, min(crossed, now + AGAIN))
    if not _would_be_heard(parcel, clock, now):
        kind = None
    # The longer it has been quiet, the more seldom it is looked at.
    return Verdict(kind, since, crossed, limit, now + max(AGAIN, (now - since) / 8))


def _could_be(parcel: Parcel) -> Silence | None:
    if parcel.leg in TO_MERCHANT:
        return None
    unscanned = parcel.status is Status.UNKNOWN and parcel.last_scan_at is None
    if parcel.status in _LABEL_ONLY or unscanned:
        return None if parcel.cancelled else Silence.NOT_PICKED_UP
    return Silence.STALLED if parcel.status in _MOVING else None


def _would_be_heard(parcel: Parcel, clock: WorkingTime, now: datetime) -> bool:
    if parcel.answered:
        return True
    if parcel.feed is None:
        return parcel.last_scan_at is not None
    return not parcel.feed.is_silent(now, clock)


def episode_of(since: datetime, local: WorkingTime) -> str:
    """The milestone of a stall: told once a silence, which is named after the day it began on."""
    return f"{Milestone.STALLED}@{local.day(since).isoformat()}"


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Limit)


def pack_limit(limit: Limit) -> str:
    """The limit as the table keeps it: JSON."""
    return _encoder.encode(limit).decode()


def unpack_limit(kept: str) -> Limit | None:
    """The limit `pack_limit` kept; None where none was."""
    return _decoder.decode(kept) if kept else None
