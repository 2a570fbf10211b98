"""Judges what was sent by the raw arrivals alone, and has its own reading of them: nothing of the house's."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.notify.property.histories import Arrival, History

HOUR = timedelta(hours=1)
# Of each message: which scans it tells of, how old that may be, and which scans make it old news.
ABOUT = {
    "shipped": (
        "picked_up in_transit arrived_local",
        24 * HOUR,
        ("out_for_delivery", "failed_attempt", "available_for_pickup"),
    ),
    "out_for_delivery": ("out_for_delivery", 4 * HOUR, ("failed_attempt", "available_for_pickup")),
    "failed_attempt": ("failed_attempt", 12 * HOUR, ("out_for_delivery", "available_for_pickup")),
    "available_for_pickup": ("available_for_pickup", 48 * HOUR, ()),
    "delivered": ("delivered", 24 * HOUR, ()),
    "all_delivered": ("delivered", 24 * HOUR, ()),
    "return_to_origin": ("rto", 72 * HOUR, ()),
}
WINDOW = timedelta(minutes=10)  # several parcels of an order are told of together
NIGHT = ("out_for_delivery", "shipped", "failed_attempt", "available_for_pickup", "return_to_origin")
OVER = ("delivered", "returned")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that left the house."""

    journey: str
    parcel: int  # -1: of the whole order
    day: str  # of what may happen again; "" else
    at: datetime


def faults(history: History, sent: Sequence[Sent]) -> list[str]:
    """Every message that should not have left, and why, in words."""
    return [*_doubled(sent), *(fault for one in sent for fault in _faults_of(one, history))]


def _doubled(sent: Sequence[Sent]) -> Iterator[str]:
    for (journey, parcel, day), times in Counter((s.journey, s.parcel, s.day) for s in sent).items():
        if times > 1:
            yield f"twice: {journey} of parcel {parcel} {day}, {times} times"


def _faults_of(one: Sent, history: History) -> Iterator[str]:
    known = [a for a in history.arrivals if a.at <= one.at and one.parcel in {a.parcel, -1}]
    yield from _night(one, history)
    if history.cancelled_at is not None and history.cancelled_at <= one.at:
        yield f"stale: {one.journey} of a cancelled order"
    happened = [a.happened_at for a in known if _tells(one, a, history.zone)]
    if not happened:
        yield f"untrue: {one.journey} of what nobody had told"
        return
    _scans, age, overtaken_by = ABOUT[one.journey]
    if one.at >= max(happened) + WINDOW + age:
        yield f"old: {one.journey} of {max(happened)} at {one.at}"
    if one.journey == "all_delivered":
        arrived = {a.parcel for a in known if a.status == "delivered"}
        if len(arrived) < history.parcels:
            yield "untrue: all_delivered, and one is on its way"
        return
    yield from _overtaken(one, known, max(happened), overtaken_by)


def _tells(one: Sent, arrival: Arrival, zone: str) -> bool:
    """Whether a scan is what the message is about."""
    same_day = not one.day or _local(arrival.happened_at, zone).date().isoformat() == one.day
    return arrival.status in ABOUT[one.journey][0].split() and same_day


def _overtaken(
    one: Sent, known: Sequence[Arrival], happened_at: datetime, overtaken_by: Sequence[str]
) -> Iterator[str]:
    for arrival in known:
        later = arrival.status in overtaken_by and arrival.happened_at > happened_at
        over = arrival.status in OVER and one.journey not in {"delivered", "return_to_origin"}
        home = arrival.status == "returned" and one.journey == "return_to_origin"
        back = arrival.status == "rto" and one.journey != "return_to_origin"
        if later or over or home or back:
            yield f"stale: {one.journey} of parcel {one.parcel}, which was {arrival.status}"
            return


def _night(one: Sent, history: History) -> Iterator[str]:
    hour = _local(one.at, history.zone).hour
    if one.journey in NIGHT and (hour >= 21 or hour < 8):
        yield f"night: {one.journey} at {_local(one.at, history.zone)}"


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
