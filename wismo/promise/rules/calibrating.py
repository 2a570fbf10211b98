"""Levels that learn from what was kept: a little higher where promises break, a little lower where none do.

Adaptive conformal inference (Gibbs and Candès, "Adaptive conformal inference under distribution shift",
2021), with steps too small for a bad week to frighten it. It sees a promise on the day it was for, kept or
broken: nothing waits for parcels that are still under way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wismo.promise.rules.tables import Anchors

_STEP = 0.005  # so far a day moves a level at most: larger steps, or a window of days, over-correct
_FURTHEST = 0.03  # from the level itself, however long they break
_HIGHEST = 0.995  # above it, tables of some hundred parcels know nothing
_FULL = 20  # promises of a day from which its share counts as it is; of fewer, so much less


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an area's promises that were for one day, at one level."""

    area: str
    level: float
    promises: int
    kept: int


def calibrated(before: Mapping[str, Anchors], outcomes: Iterable[Outcome]) -> dict[str, Anchors]:
    """The levels to ask for, by area, a day later. Areas and levels without outcomes stay as they are."""
    found = {area: dict(anchors) for area, anchors in before.items()}
    for outcome in outcomes:
        anchors = found.setdefault(outcome.area, {})
        asked = anchors.get(outcome.level, outcome.level)
        short = outcome.level - outcome.kept / outcome.promises
        moved = asked + _STEP * short * min(1.0, outcome.promises / _FULL)
        least, most = outcome.level - _FURTHEST, min(outcome.level + _FURTHEST, _HIGHEST)
        anchors[outcome.level] = round(min(max(moved, least), max(most, outcome.level)), 6)
    return {area: tuple(sorted(anchors.items())) for area, anchors in found.items()}
