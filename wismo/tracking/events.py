"""Facts tracking announces."""

from dataclasses import dataclass

from wismo.plumbing.events import Event


@dataclass(frozen=True, slots=True)
class MilestoneReached(Event):
    """A shipment reached a point of the journey; `at` is when the carrier says it happened."""

    order_id: int
    shipment_id: int
    milestone: str  # a Milestone
    episode: str  # the day ("2026-11-24") for what may happen again; else ""


@dataclass(frozen=True, slots=True)
class CarrierDayNamed(Event):
    """A carrier named another day than before; `at` is when it did.

    Not told where a milestone that says more than "on its way" was reached with it: that tells of both.
    """

    order_id: int
    shipment_id: int
