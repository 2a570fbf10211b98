"""Deliveries per day as stacked bars, in the numbers an SVG wants. Everything is per cent of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wismo.tracking.queries.figures import DayOfDeliveries

HEIGHT = 180.0  # pixels of the plot
GAP = 0.3  # share of a day's room left empty
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Block:
    """One coloured piece of a bar."""

    kind: str  # the class that colours it
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One day."""

    day: date
    on_time: int
    late: int
    unpromised: int
    x: float
    width: float
    middle: float
    blocks: tuple[Block, ...]
    labelled: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the grid."""

    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """All bars of the period, days without deliveries among them."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    height: float
    has_unpromised: bool


def chart_of(found: Sequence[DayOfDeliveries], *, first: date, days: int) -> Chart:
    """The chart of `days` days from `first` on."""
    by_day = {row.day: row for row in found}
    all_days = [first + timedelta(days=n) for n in range(days)]
    rows = [by_day.get(day) or DayOfDeliveries(day, 0, 0, 0) for day in all_days]
    top = _top(max(row.on_time + row.late + row.unpromised for row in rows))
    room = 100 / days
    bars = tuple(_bar(row, n, room, HEIGHT / top) for n, row in enumerate(rows))
    lines = tuple(Line(top * n // 4, HEIGHT - HEIGHT * n / 4) for n in range(5))
    return Chart(bars, lines, HEIGHT, any(row.unpromised for row in rows))


def _top(most: int) -> int:
    """The least round number that is divisible by four and not below `most`."""
    scale = 4
    while True:
        for step in STEPS:
            if step * scale >= most:
                return step * scale
        scale *= 10


def _bar(row: DayOfDeliveries, n: int, room: float, unit: float) -> Bar:
    blocks, y = [], HEIGHT
    for kind, count in (("b1", row.on_time), ("b4", row.unpromised), ("b3", row.late)):
        if count:
            y -= count * unit
            blocks.append(Block(kind, round(y, 1), round(count * unit, 1)))
    x, width = round(room * (n + GAP / 2), 2), round(room * (1 - GAP), 2)
    return Bar(
        day=row.day,
        on_time=row.on_time,
        late=row.late,
        unpromised=row.unpromised,
        x=x,
        width=width,
        middle=round(x + width / 2, 2),
        blocks=tuple(blocks),
        labelled=row.day.weekday() == 0,
    )
