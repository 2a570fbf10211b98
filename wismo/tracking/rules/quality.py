"""How well a carrier tells of its parcels: from counts to figures, and what is good enough. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

MINUTE, HOUR, DAY = 60, 3600, 86400
# The ends of the slots lateness is counted in, in seconds; one more slot lies beyond the last.
BOUNDS = (
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 30 * MINUTE, 45 * MINUTE, HOUR,
    2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR, 18 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY,
    30 * DAY,
)  # fmt: skip
SLOTS = len(BOUNDS) + 1
FEWEST = 30  # of parcels or scans: below this a figure says nothing


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of one carrier's scans and parcels. Counts of several days add up."""

    scans: int = 0
    repeats: int = 0
    unmapped: int = 0
    unzoned: int = 0
    ahead: int = 0
    delivered: int = 0
    without_pickup: int = 0
    without_out: int = 0
    before_pickup: int = 0
    attempts: int = 0
    attempts_without_out: int = 0
    lags: tuple[int, ...] = (0,) * SLOTS


def total(counts: Iterable[Counts]) -> Counts:
    """All of them together."""
    several = list(counts)
    summed = {
        field.name: sum(getattr(one, field.name) for one in several)
        for field in fields(Counts)
        if field.name != "lags"
    }
    slots = zip(*(one.lags for one in several), strict=True) if several else [(0,)] * SLOTS
    return Counts(**summed, lags=tuple(map(sum, slots)))


class Grade(StrEnum):
    """What a figure is."""

    GOOD = "good"
    AMBER = "amber"
    RED = "red"
    FEW = "few"  # too few to judge by
    PLAIN = "plain"  # a fact that is neither good nor bad


class Kind(StrEnum):
    """The figures, in the order they are shown. The value names the column of the export."""

    WITHOUT_PICKUP = "without_pickup"
    WITHOUT_OUT = "without_out_for_delivery"
    LAG_MEDIAN = "reported_late_median_s"
    LAG_P90 = "reported_late_p90_s"
    AHEAD = "dated_ahead"
    BEFORE_PICKUP = "delivered_before_pickup"
    UNHERALDED = "attempts_without_out_for_delivery"
    UNMAPPED = "unmapped"
    UNZONED = "zone_unknown"
    REPEATS = "repeats"


# Above the first a figure is amber, above the second red: shares, or seconds.
LIMITS: dict[Kind, tuple[float, float]] = {
    Kind.WITHOUT_PICKUP: (0.05, 0.15),
    Kind.WITHOUT_OUT: (0.05, 0.15),
    Kind.LAG_MEDIAN: (HOUR, 4 * HOUR),
    Kind.LAG_P90: (6 * HOUR, DAY),
    Kind.AHEAD: (0.001, 0.01),
    Kind.BEFORE_PICKUP: (0.001, 0.01),
    Kind.UNHERALDED: (0.1, 0.3),
    Kind.UNMAPPED: (0.01, 0.05),
    Kind.UNZONED: (0.01, 0.2),
}
SECONDS = frozenset({Kind.LAG_MEDIAN, Kind.LAG_P90})


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a share from 0 to 1, or seconds; None where there is nothing to take it of."""

    kind: Kind
    value: float | None
    part: int  # how many were counted, for a share
    of: int  # of how many
    grade: Grade


def figures(counts: Counts) -> tuple[Figure, ...]:
    """Every figure of a carrier."""
    timed = sum(counts.lags) + counts.ahead
    shares = {
        Kind.WITHOUT_PICKUP: (counts.without_pickup, counts.delivered),
        Kind.WITHOUT_OUT: (counts.without_out, counts.delivered),
        Kind.AHEAD: (counts.ahead, timed),
        Kind.BEFORE_PICKUP: (counts.before_pickup, counts.delivered),
        Kind.UNHERALDED: (counts.attempts_without_out, counts.attempts),
        Kind.UNMAPPED: (min(counts.unmapped, counts.scans), counts.scans),
        Kind.UNZONED: (counts.unzoned, counts.scans),
        Kind.REPEATS: (counts.repeats, counts.scans + counts.repeats),
    }
    found = {kind: _share(kind, part, of) for kind, (part, of) in shares.items()}
    for kind, q in ((Kind.LAG_MEDIAN, 0.5), (Kind.LAG_P90, 0.9)):
        late = quantile(counts.lags, q)
        found[kind] = Figure(kind, late, 0, sum(counts.lags), _grade(kind, late, sum(counts.lags)))
    return tuple(found[kind] for kind in Kind)


def quantile(lags: Sequence[int], q: float, bounds: Sequence[float] = BOUNDS) -> float | None:
    """So many seconds late at most is the share `q` of the scans counted in slots; None where there are none.

    The slots end at `bounds`, and one more lies beyond, which reads as the last of them. Read off a straight
    line within its slot, so right to the width of one.
    """
    wanted = q * sum(lags)
    if not wanted:
        return None
    below = 0
    for slot, count in enumerate(lags):
        if below + count >= wanted:
            if slot == len(bounds):
                return float(bounds[-1])
            start = bounds[slot - 1] if slot else 0
            return start + (bounds[slot] - start) * (wanted - below) / count
        below += count
    return None


def slot_of(seconds: float) -> int:
    """The slot a lateness is counted in; what came in early is counted with the earliest."""
    return bisect_left(BOUNDS, seconds)


def _share(kind: Kind, part: int, of: int) -> Figure:
    value = part / of if of else None
    return Figure(kind, value, part, of, _grade(kind, value, of))


def _grade(kind: Kind, value: float | None, of: int) -> Grade:
    if value is None or of < FEWEST:
        return Grade.FEW
    if kind not in LIMITS:
        return Grade.PLAIN
    amber, red = LIMITS[kind]
    if value > red:
        return Grade.RED
    return Grade.AMBER if value > amber else Grade.GOOD


def worst(found: Iterable[Figure]) -> Grade:
    """The grade a carrier is listed under."""
    grades = {figure.grade for figure in found}
    order = (Grade.RED, Grade.AMBER, Grade.GOOD)
    return next((grade for grade in order if grade in grades), Grade.FEW)


HEAD = ("carrier", "scans", "delivered_parcels", "failed_attempts", *(kind.value for kind in Kind))


def line(carrier: str, counts: Counts) -> list[str]:
    """A carrier as a line of the export under HEAD: shares to four places, seconds whole, unknown empty."""
    values = [
        "" if f.value is None else f"{f.value:.0f}" if f.kind in SECONDS else f"{f.value:.4f}"
        for f in figures(counts)
    ]
    return [carrier, str(counts.scans), str(counts.delivered), str(counts.attempts), *values]
