"""How often promises were kept, and how sure one can be of it. Pure."""

import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

Group = TypeVar("Group", bound=Hashable)
SURE = 1.96  # standard errors that hold 95 of 100 times
FEWEST = 20  # promises; below, a share says little: one parcel more or less moves it by five points


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of some promises whose day is over."""

    promises: int = 0
    kept: int = 0
    unheard: int = 0  # nobody came to the door yet, as far as is known: counted as broken
    promised_days: float = 0.0  # calendar days from the order to the promised day, all together
    arrived: int = 0
    early_days: float = 0.0  # from the arrival to the promised day, together; less than 0 is late
    level: float = 0.0  # the share that was aimed at, all together
    unaimed: int = 0  # days that the shop named by itself: nobody aimed at a share

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(
            self.promises + other.promises,
            self.kept + other.kept,
            self.unheard + other.unheard,
            self.promised_days + other.promised_days,
            self.arrived + other.arrived,
            self.early_days + other.early_days,
            self.level + other.level,
            self.unaimed + other.unaimed,
        )

    @property
    def share(self) -> float:
        """Of all whose day is over, the share that was kept; 0 of none."""
        return self.kept / self.promises if self.promises else 0.0

    @property
    def between(self) -> tuple[float, float]:
        """Where the share truly lies, 95 of 100 times."""
        return wilson(self.kept, self.promises)

    @property
    def mean_days(self) -> float:
        """Calendar days promised, on average."""
        return self.promised_days / self.promises if self.promises else 0.0

    @property
    def mean_early(self) -> float:
        """Calendar days they came before the promised day, on average; less than 0 is after it."""
        return self.early_days / self.arrived if self.arrived else 0.0

    @property
    def aimed_at(self) -> float:
        """The share that was aimed at, on average; 0 where none was."""
        aimed = self.promises - self.unaimed
        return self.level / aimed if aimed else 0.0

    @property
    def few(self) -> bool:
        """Whether there are too few to judge by."""
        return self.promises < FEWEST


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of the promises of one week, one way and one rung of the ladder."""

    week: date  # the Monday
    country: str
    area: str  # see rules/lanes.py
    carrier: str
    warehouse: str
    service: str
    rung: str
    kept: Kept


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 per cent interval of a share (E. B. Wilson 1927): never beyond 0 and 1, and honest for few.

    (0, 1) of none: nothing is known.
    """
    if not of:
        return (0.0, 1.0)
    share, square = hits / of, SURE * SURE / of
    middle = share + square / 2
    reach = SURE * math.sqrt(share * (1 - share) / of + square / (4 * of))
    # Of none or all, rounding alone could leave 0 or 1 outside.
    low, high = (middle - reach) / (1 + square), (middle + reach) / (1 + square)
    return (max(0.0, low) if hits else 0.0, min(1.0, high) if hits < of else 1.0)


def together(cells: Iterable[Cell]) -> Kept:
    """All of them as one."""
    return sum((cell.kept for cell in cells), Kept())


def grouped(cells: Iterable[Cell], by: Callable[[Cell], Group]) -> dict[Group, Kept]:
    """What became of each group."""
    found: dict[Group, Kept] = {}
    for cell in cells:
        group = by(cell)
        found[group] = found.get(group, Kept()) + cell.kept
    return found
