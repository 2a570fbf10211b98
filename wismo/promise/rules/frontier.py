"""The frontier: at each level, the days it would have promised and the share that would have held. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEVELS = (0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Past:
    """One past order, in calendar days: what would have been promised at each level, and what came."""

    promised: Sequence[int]
    took: int | None  # None: it never came, so no promise held


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One level, as it would have been."""

    level: float
    orders: int
    on_time: float  # the share, 0 to 1
    promised_days: float  # the mean, calendar days from the order
    days_early: float  # the mean of those that came: promised less taken; below 0 is late
    point_costs: (
        float | None
    )  # days more for each point of on-time, since the level before; None: none gained


def frontier(past: Iterable[Past], levels: Sequence[float] = LEVELS) -> tuple[Point, ...]:
    """The points of the levels, in their order; none without past orders."""
    orders = came = 0
    held, days = [0] * len(levels), [0] * len(levels)
    early = [0] * len(levels)
    for order in past:
        orders += 1
        came += order.took is not None
        for place, promised in enumerate(order.promised):
            days[place] += promised
            if order.took is not None:
                held[place] += order.took <= promised
                early[place] += promised - order.took
    if not orders:
        return ()
    points: list[Point] = []
    for place, level in enumerate(levels):
        on_time, promised_days = held[place] / orders, days[place] / orders
        points.append(
            Point(
                level=level,
                orders=orders,
                on_time=on_time,
                promised_days=promised_days,
                days_early=early[place] / came if came else 0.0,
                point_costs=_costs(points[-1], on_time, promised_days) if points else None,
            )
        )
    return tuple(points)


def _costs(before: Point, on_time: float, promised_days: float) -> float | None:
    gained = on_time - before.on_time
    return (promised_days - before.promised_days) / (100 * gained) if gained > 0 else None
