"""Which parcels a team is alerted to: the riskiest few, each once. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

BUDGET = 0.05  # of the parcels under way: what a team can look into
FLOOR = 0.5  # below it the promise is more likely kept than missed, and an alert would be noise


@dataclass(frozen=True, slots=True)
class Risky:
    """A parcel under way with a promise."""

    id: int
    risk: float
    alerted: bool


def room_for(under_way: int, budget: float = BUDGET) -> int:
    """How many of so many parcels may stand as alerts at once; one at least, so that a small shop has any."""
    return max(1, int(under_way * budget))


def entering(parcels: Iterable[Risky], room: int) -> list[int]:
    """Those among the riskiest now that were never alerted to; one that left and comes back is not new."""
    top = sorted((p for p in parcels if p.risk >= FLOOR), key=lambda p: (-p.risk, p.id))[:room]
    return [parcel.id for parcel in top if not parcel.alerted]
