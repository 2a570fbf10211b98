"""The promise's pictures, in the numbers an SVG wants: across per cent of the drawing, down pixels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from wismo.promise.rules.coverage import Kept

HEIGHT = 180.0  # pixels of the plot
FLOOR = 0.5  # no axis begins below: what is worse lies on it
STEP = 0.05  # between two lines of the grid; doubled where they would be many
MANY = 5
WEEK = timedelta(days=7)
MARGIN = 4.0  # per cent left and right of the first and the last point


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the grid."""

    label: str
    y: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Shares from `low` up to 1 on the height of the plot."""

    low: float
    lines: tuple[Line, ...]

    def y(self, share: float) -> float:
        """How far down this share lies."""
        inside = max(self.low, min(1.0, share))
        return round(HEIGHT * (1.0 - inside) / (1.0 - self.low), 1)


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its share as a point, how sure it is as a bar, the level aimed at as a line."""

    monday: date
    kept: Kept
    x: float
    left: float
    right: float
    y: float
    top: float
    bottom: float
    aimed: float
    below: bool  # surely below what was aimed at
    labelled: bool


@dataclass(frozen=True, slots=True)
class Weeks:
    """Every week of the period that had promises."""

    weeks: tuple[Week, ...]
    lines: tuple[Line, ...]
    height: float = HEIGHT


@dataclass(frozen=True, slots=True)
class Dot:
    """One level of the frontier."""

    level: float
    on_time: float
    days: float
    x: float
    y: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Stroke:
    """From one dot to the next."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Promised days across, the share in time up."""

    dots: tuple[Dot, ...]
    chosen: Dot  # drawn last: others may lie on the same spot
    strokes: tuple[Stroke, ...]
    lines: tuple[Line, ...]
    ticks: tuple[tuple[str, float], ...]  # days, and where they lie
    height: float = HEIGHT


def scale_of(least: float) -> Scale:
    """The scale that shows shares from `least` on."""
    low = max(FLOOR, min(0.9, math.floor(least / STEP) * STEP))
    step = STEP if (1.0 - low) / STEP <= MANY else 2 * STEP
    low = 1.0 - math.ceil(round((1.0 - low) / step, 6)) * step
    count = round((1.0 - low) / step)
    marks = [low + step * n for n in range(count + 1)]
    bare = Scale(low, ())
    return Scale(low, tuple(Line(f"{round(100 * mark)}%", bare.y(mark)) for mark in marks))


def weeks_of(by_week: Mapping[date, Kept], *, first: date, count: int) -> Weeks:
    """The chart of `count` weeks from the Monday `first` on; weeks without promises stay empty."""
    scale = scale_of(min((kept.between[0] for kept in by_week.values() if not kept.few), default=0.9))
    room = 100 / count
    shown = []
    for n in range(count):
        monday = first + n * WEEK
        kept = by_week.get(monday)
        if kept:
            shown.append(
                _week(monday, kept, n, room, scale, labelled=(count - 1 - n) % (count // 4 or 1) == 0)
            )
    return Weeks(tuple(shown), scale.lines)


def _week(monday: date, kept: Kept, n: int, room: float, scale: Scale, *, labelled: bool) -> Week:
    low, high = kept.between
    return Week(
        monday=monday,
        kept=kept,
        x=round(room * (n + 0.5), 2),
        left=round(room * n, 2),
        right=round(room * (n + 1), 2),
        y=scale.y(kept.share),
        top=scale.y(high),
        bottom=scale.y(low),
        aimed=scale.y(kept.aimed_at),
        below=not kept.few and high < kept.aimed_at,
        labelled=labelled,
    )


def curve_of(points: Sequence[tuple[float, float, float]], level: float) -> Curve:
    """The frontier of (level, share in time, promised days), rising; `level` is the one that holds."""
    scale = scale_of(min(on_time for _, on_time, _ in points))
    least, most = points[0][2], points[-1][2]
    width = (most - least) or 1.0

    def x(days: float) -> float:
        return round(MARGIN + (100 - 2 * MARGIN) * (days - least) / width, 2)

    nearest = min(points, key=lambda point: abs(point[0] - level))
    dots = tuple(
        Dot(aimed, on_time, days, x(days), scale.y(on_time), aimed == nearest[0])
        for aimed, on_time, days in points
    )
    strokes = tuple(Stroke(a.x, a.y, b.x, b.y) for a, b in pairwise(dots))
    chosen = next(dot for dot in dots if dot.chosen)
    return Curve(dots, chosen, strokes, scale.lines, tuple((f"{d:g}", x(d)) for d in _ticks(least, most)))


def _ticks(least: float, most: float) -> list[float]:
    """At most six round numbers of days between the two."""
    step = next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100) if (most - least) / step <= 6)
    first = math.ceil(least / step)
    return [step * n for n in range(first, math.floor(most / step) + 1)]
