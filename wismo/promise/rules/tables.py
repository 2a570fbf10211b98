"""What is learned of a shop, as answers read it: in memory, without a database or a library. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wismo.promise.rules.clock import Clock
from wismo.promise.rules.lanes import Timed

Anchors = Sequence[tuple[float, float]]  # (level, the level to ask the clocks for), rising


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane's clock as it is kept."""

    timed: str  # a Timed
    key: str
    sample: int
    shares: list[float]
    by_model: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A clock, and where it was found."""

    clock: Clock
    key: str
    rung: int  # 0 is the narrowest that was looked for
    by_model: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The clocks of the newest learning that serves; empty for a shop on its first day."""

    learning_id: int | None = None
    clocks: Mapping[tuple[Timed, str], Clock] = field(default_factory=dict)
    modelled: frozenset[tuple[Timed, str]] = frozenset()
    calibration: Mapping[str, Anchors] = field(default_factory=dict)  # by area; "" is everywhere

    def find(self, timed: Timed, keys: Sequence[str]) -> Found | None:
        """The clock of the first of these lanes that has one."""
        for rung, key in enumerate(keys):
            clock = self.clocks.get((timed, key))
            if clock is not None:
                return Found(clock, key, rung, (timed, key) in self.modelled)
        return None

    def asked(self, level: float, area: str) -> float:
        """The level to ask the clocks for, so that `level` of all parcels arrive in time there."""
        anchors = self.calibration.get(area) or self.calibration.get("") or ()
        below = (0.0, 0.0)
        for anchor in (*anchors, (1.0, 1.0)):
            if level <= anchor[0]:
                span = anchor[0] - below[0]
                return below[1] + (anchor[1] - below[1]) * (level - below[0]) / span if span else anchor[1]
            below = anchor
        return level
