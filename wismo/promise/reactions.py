"""What promises do when parcels and orders move. Runs in the pipeline's transaction; safe to repeat."""

from collections.abc import Sequence

from django.utils import timezone

from wismo.orders.events import OrderPlaced, OrderRevised
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
    """Look anew at the parcels that moved."""
    told = [event for event in events if event.milestone not in _NO_NEWS]
    slipped = {event.shipment_id for event in told if event.milestone == Milestone.DELAYED}
    if told:
        look({event.shipment_id for event in told}, timezone.now(), slipped=slipped)


def follow_carriers_days(events: Sequence[CarrierDayNamed]) -> None:
    """Look anew at the parcels whose carrier named another day."""
    look({event.shipment_id for event in events}, timezone.now())
