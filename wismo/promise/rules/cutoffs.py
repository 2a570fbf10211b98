"""Cut-offs: until which second an order still starts the same day. Pure."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from wismo.promise.plan.model import Cutoff


@lru_cache(maxsize=8192)
def moment(day: date, at: time, zone: tzinfo) -> datetime:
    """The moment in UTC at which clocks of the zone first show that, or jump over it.

    A time that comes twice is its first; one that never comes is the moment the clocks jump.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    first = wall.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return first
    # In a gap the second reading lies before the jump and the first after it (PEP 495).
    early = wall.replace(fold=1).astimezone(UTC)
    offset = early.astimezone(zone).utcoffset()
    jump = bisect_left(
        range((first - early) // timedelta(seconds=1) + 1),
        True,  # noqa: FBT003 (what is looked for)
        key=lambda second: (early + timedelta(seconds=second)).astimezone(zone).utcoffset() != offset,
    )
    return early + timedelta(seconds=jump)


@lru_cache(maxsize=8192)
def exists(day: date, zone: tzinfo) -> bool:
    """Whether the zone has had that day: Samoa went from 29 to 31 December 2011."""
    return moment(day, time(12), zone).astimezone(zone).date() == day


def cutoff_on(
    day: date, cutoffs: Iterable[Cutoff], *, warehouse: str, service: str, product_class: str, eve: bool
) -> Cutoff | None:
    """The narrowest cut-off of that day; None: an order at any hour still starts that day.

    One for eves goes before all others; then what names more of warehouse, service, class and days; of equals
    the earlier.
    """
    fits = [
        cutoff
        for cutoff in cutoffs
        if cutoff.warehouse in {"", warehouse} and cutoff.service in {"", service}
        if cutoff.product_class in {"", product_class} and day.weekday() in cutoff.days
        if eve or not cutoff.eves
    ]
    return min(fits, key=_width, default=None)


def _width(cutoff: Cutoff) -> tuple[bool, int, time]:
    named = (cutoff.warehouse, cutoff.service, cutoff.product_class, len(cutoff.days) < 7)
    return not cutoff.eves, -sum(map(bool, named)), cutoff.at
