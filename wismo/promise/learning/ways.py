"""Parcels' ways as the stages that life tables read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from wismo.promise.learning.life import UNDER_WAY, Ints, Lanes, Stays
from wismo.promise.rules.lanes import Way, handling_keys, transit_keys

CalendarOf = Callable[[Way], int]  # which of the operating days are a way's


@dataclass(frozen=True, slots=True)
class Passed:
    """One parcel: its way, and the days of its moments; None is not yet, or not told."""

    way: Way
    ready_on: date
    handed_on: date | None
    arrived_on: date | None
    ended_on: date | None  # lost sight of: returned, lost, cancelled


def handling_stays(parcels: Sequence[Passed], lanes: Lanes, calendar_of: CalendarOf) -> Stays:
    """From ready to handed over. What arrived though nobody told of its hand-over was lost sight of."""
    return _stays(
        lanes.number([handling_keys(parcel.way) for parcel in parcels]),
        [calendar_of(parcel.way) for parcel in parcels],
        [(parcel.ready_on, parcel.handed_on, parcel.arrived_on or parcel.ended_on) for parcel in parcels],
    )


def transit_stays(parcels: Sequence[Passed], lanes: Lanes, calendar_of: CalendarOf) -> Stays:
    """From handed over to the first time at the door.

    What arrived though nobody told of its hand-over counts from when it was ready: too slow by its handling,
    and so on the safe side. A shop whose file knows no hand-overs has lanes all the same.
    """
    handed = [(parcel, begun) for parcel in parcels if (begun := _begun(parcel)) is not None]
    return _stays(
        lanes.number([transit_keys(parcel.way) for parcel, _ in handed]),
        [calendar_of(parcel.way) for parcel, _ in handed],
        [(begun, parcel.arrived_on, parcel.ended_on) for parcel, begun in handed],
    )


def _begun(parcel: Passed) -> date | None:
    return parcel.ready_on if parcel.handed_on is None and parcel.arrived_on else parcel.handed_on


def _stays(
    lanes: Sequence[Ints],
    calendars: Sequence[int],
    days: Sequence[tuple[date, date | None, date | None]],
) -> Stays:
    """`days` are when it began, when it was done, and else when it was lost sight of."""
    began = np.array([first.toordinal() for first, _, _ in days], np.int64)
    left = np.array([_ordinal(done or lost) for _, done, lost in days], np.int64)
    return Stays(
        lanes=lanes,
        calendar=np.array(calendars, np.int64),
        began=began,
        left=np.maximum(left, began),  # clocks of two places may differ by a day
        done=np.array([done is not None for _, done, _ in days], np.bool_),
    )


def _ordinal(day: date | None) -> int:
    return UNDER_WAY if day is None else day.toordinal()
