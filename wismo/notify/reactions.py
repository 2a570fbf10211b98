"""Facts of the house start journeys. Runs inside the pipeline's transaction: rows only, safe to repeat."""

from collections.abc import Sequence

from django.utils import timezone

from wismo.notify.actions import Draft, queue
from wismo.notify.journey import Subject, journeys_on
from wismo.orders.events import OrderPlaced
from wismo.tracking.events import MilestoneReached
from wismo.vocabulary.milestone import Milestone


def start_order_journeys(events: Sequence[OrderPlaced]) -> None:
    """Queue what is told of an order that was placed."""
    journeys = journeys_on(Milestone.ORDER_CONFIRMED, Subject.ORDER)
    queue(
        [Draft(event.shop_id, event.order_id, None, j, "", event.at) for event in events for j in journeys],
        timezone.now(),
    )


def start_shipment_journeys(events: Sequence[MilestoneReached]) -> None:
    """Queue what is told of a parcel that reached a milestone, and of its order."""
    drafts = [
        Draft(event.shop_id, event.order_id, event.shipment_id, journey, event.episode, event.at)
        for event in events
        for journey in journeys_on(event.milestone, Subject.SHIPMENT)
    ]
    drafts += [
        Draft(event.shop_id, event.order_id, None, journey, "", event.at)
        for event in events
        for journey in journeys_on(event.milestone, Subject.ORDER)
    ]
    queue(drafts, timezone.now())
