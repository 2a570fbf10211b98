"""What promises do when parcels and orders move. Runs in the pipeline's transaction; safe to repeat.

Only what messages of the same moment ask for is looked at here; all else a lane of its own looks at a moment
later, as each look sees the parcel as it is by then.
"""

from collections.abc import Sequence

from django.utils import timezone

from wismo.orders.events import OrderPlaced, OrderRevised
from wismo.promise.actions.due import mark
from wismo.promise.actions.firsts import keep_first_promises
from wismo.promise.actions.outlooks import look
from wismo.tracking.events import CarrierDayNamed, MilestoneReached
from wismo.vocabulary.milestone import Milestone

# What says nothing of when a parcel comes; the carrier's day, if it names one, is told by itself.
_NO_NEWS = frozenset({Milestone.IN_TRANSIT, Milestone.CUSTOMS, Milestone.STALLED, Milestone.ALL_DELIVERED})


def keep_orders_promises(events: Sequence[OrderPlaced | OrderRevised]) -> None:
    """The day an order came with is its first promise."""
    keep_first_promises([event.order_id for event in events], timezone.now())


def follow_parcels(events: Sequence[MilestoneReached]) -> None:
    """Look at parcels that are new, and that slip, as their message names the day; mark the others."""
    new = {event.shipment_id for event in events if event.milestone == Milestone.SHIPMENT_CREATED}
    slipped = {event.shipment_id for event in events if event.milestone == Milestone.DELAYED}
    if new or slipped:
        look(new | slipped, timezone.now(), slipped=slipped)
    mark({event.shipment_id for event in events if event.milestone not in _NO_NEWS} - new - slipped)


def follow_carriers_days(events: Sequence[CarrierDayNamed]) -> None:
    """Mark the parcels whose carrier named another day."""
    mark({event.shipment_id for event in events})
