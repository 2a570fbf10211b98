"""Made-up histories of orders, as carriers tell them: late, twice, and not in order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# A zone and days around which its clocks change; Kolkata's and Tokyo's never do.
PLACES = (
    ("US", "America/New_York", ((2026, 3, 7), (2026, 10, 31))),
    ("DE", "Europe/Berlin", ((2026, 3, 28), (2026, 10, 24))),
    ("AU", "Australia/Lord_Howe", ((2026, 4, 4), (2026, 10, 3))),
    ("IN", "Asia/Kolkata", ((2026, 7, 1),)),
    ("JP", "Asia/Tokyo", ((2026, 12, 30),)),
    ("CL", "America/Santiago", ((2026, 4, 4), (2026, 9, 5))),
)
FAR = {"US": "Pacific/Honolulu", "AU": "Australia/Perth", "CL": "Pacific/Easter"}  # of the same country
# What befalls a parcel, in order: the status, and the least and the most hours since the one before.
COURSES = (
    (("picked_up", 0, 6), ("in_transit", 2, 20), ("out_for_delivery", 8, 30), ("delivered", 0, 10)),
    (
        *(("picked_up", 0, 6), ("in_transit", 2, 20), ("out_for_delivery", 8, 30)),
        *(("failed_attempt", 1, 9), ("out_for_delivery", 12, 24), ("delivered", 1, 8)),
    ),
    (
        *(("picked_up", 0, 6), ("arrived_local", 8, 30), ("out_for_delivery", 1, 6)),
        *(("failed_attempt", 1, 9), ("available_for_pickup", 1, 6), ("delivered", 4, 70)),
    ),
    (
        ("picked_up", 0, 6),
        ("in_transit", 2, 20),
        ("out_for_delivery", 8, 30),
        ("rto", 2, 20),
        ("returned", 9, 90),
    ),
    (("out_for_delivery", 0, 20), ("delivered", 0, 3)),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A scan as it came in. "rto": in transit on its way back; "returned": it is back at the merchant's."""

    at: datetime  # when it came in
    parcel: int
    status: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """One order of some parcels."""

    country: str
    zone: str  # the shopper's
    zones: tuple[str, ...]  # those that may be theirs, as far as the house knows
    parcels: int
    arrivals: tuple[Arrival, ...]  # as they came in
    cancelled_at: datetime | None
    lags: tuple[timedelta, ...]  # how late the dispatcher is, time after time
    repeats: tuple[bool, ...]  # whether an event is announced again, time after time


def history(chance: Random) -> History:
    """One of the many that could be. `chance` may be hypothesis's, which then finds a small one."""
    country, zone, days = chance.choice(PLACES)
    year, month, day = chance.choice(days)
    start = datetime(year, month, day, chance.randrange(24), chance.randrange(60), tzinfo=ZoneInfo(zone))
    parcels = chance.choice((1, 1, 2, 3))
    arrivals = [
        arrival
        for parcel in range(parcels)
        for arrival in _parcel(parcel, start.astimezone(UTC) + chance.randrange(4) * HOUR, chance)
    ]
    cancelled = chance.randrange(12) == 0
    unsure = chance.randrange(4) == 0
    return History(
        country=country,
        zone=zone,
        zones=(zone, FAR[country]) if unsure and country in FAR else (zone,),
        parcels=parcels,
        arrivals=tuple(sorted(arrivals, key=lambda a: (a.at, a.parcel, a.status))),
        cancelled_at=start.astimezone(UTC) + chance.randrange(1, 40) * HOUR if cancelled else None,
        lags=tuple(chance.choice((0, 0, 0, 1, 1, 30, 300)) * MINUTE for _ in range(7)),
        repeats=tuple(chance.randrange(4) == 0 for _ in range(7)),
    )


def _parcel(parcel: int, start: datetime, chance: Random) -> list[Arrival]:
    found, at = [], start
    for status, least, most in chance.choice(COURSES):
        at += least * HOUR + chance.randrange(max(1, (most - least) * 60)) * MINUTE
        # Mostly at once, sometimes hours or more than a day late; now and then told again.
        late = chance.choice((0, 0, 1, 2, 5, 40, 400, 1980)) * MINUTE
        found.append(Arrival(at + late, parcel, status, at))
        if chance.randrange(4) == 0:
            found.append(Arrival(at + late + chance.randrange(1, 900) * MINUTE, parcel, status, at))
    return found
