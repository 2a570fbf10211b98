"""Facts of the house start journeys. Runs inside the pipeline's transaction: rows only, safe to repeat."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone

from wismo.notify.actions import happenings
from wismo.notify.actions.queue import Draft, queue
from wismo.notify.events import HappeningTold
from wismo.notify.journey.model import Journey, Subject
from wismo.notify.queries.journeys import Library, libraries
from wismo.orders.events import CartChanged, OrderCancelled, OrderPacked, OrderPlaced
from wismo.plumbing.events import announce
from wismo.promise.events import PromiseChanged, PromiseMissed
from wismo.promise.queries.outlooks import days_told
from wismo.tracking.events import MilestoneReached
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone

Libraries = Mapping[int, Library]
# A slip that both tell of: the carrier's word, and our forecast. The same new day is told once.
_SLIPS = frozenset({"delayed", "new_date"})


def start_order_journeys(events: Sequence[OrderPlaced]) -> None:
    """Queue what is told of an order that was placed."""
    known = libraries({event.shop_id for event in events})
    queue(
        [
            Draft(event.shop_id, journey, event.at, order_id=event.order_id)
            for event in events
            for journey in known[event.shop_id].on(Milestone.ORDER_CONFIRMED, Subject.ORDER)
        ],
        timezone.now(),
    )


def start_shipment_journeys(events: Sequence[MilestoneReached]) -> None:
    """Queue what is told of a parcel that reached a milestone, and of its order."""
    known = libraries({event.shop_id for event in events})
    late = {event.shipment_id for event in events if event.milestone == Milestone.DELAYED}
    days = {pk: day.isoformat() for pk, day in days_told(late).items()} if late else {}
    queue([draft for event in events for draft in _of_parcel(event, known, days)], timezone.now())


def _of_parcel(event: MilestoneReached, known: Libraries, days: Mapping[int, str]) -> Iterator[Draft]:
    shop, library = event.shop_id, known[event.shop_id]
    order, parcel = event.order_id, event.shipment_id
    for journey in library.on(event.milestone, Subject.SHIPMENT):
        if _means(journey, event):
            told = days.get(parcel, "") if event.milestone == Milestone.DELAYED else ""
            yield Draft(
                shop,
                journey,
                event.at,
                order_id=order,
                shipment_id=parcel,
                episode=event.episode,
                facts={"day": told} if told else {},
                told_as=_slip(journey, parcel, told),
            )
    for journey in library.on(event.milestone, Subject.ORDER):
        if _means(journey, event):
            yield Draft(shop, journey, event.at, order_id=order)


def _means(journey: Journey, event: MilestoneReached) -> bool:
    """Of an exception, whether it is one of the journey's kinds: tracking names it as the episode."""
    return not journey.statuses or event.milestone != Milestone.EXCEPTION or event.episode in journey.statuses


def _slip(journey: Journey, shipment_id: int | None, day: str) -> str:
    """The name of the news that a parcel now comes on that day; "" of any other news."""
    return f"slip|shipment:{shipment_id}|{day}" if day and journey.key in _SLIPS else ""


def start_happening_journeys(events: Sequence[HappeningTold]) -> None:
    """Keep what happened, and queue what is told of it."""
    happenings.keep(events)
    known = libraries({event.shop_id for event in events})
    queue([draft for event in events for draft in _of_happening(event, known)], timezone.now())


def _of_happening(event: HappeningTold, known: Libraries) -> Iterator[Draft]:
    subjects = {
        Subject.ORDER: event.order_id,
        Subject.SHIPMENT: event.shipment_id,
        Subject.CART: event.cart_id,
        Subject.BUYER: event.buyer_id,
    }
    for subject in (subject for subject, pk in subjects.items() if pk):
        for journey in known[event.shop_id].on(event.name, subject):
            yield Draft(
                event.shop_id,
                journey,
                event.at,
                order_id=event.order_id,
                shipment_id=event.shipment_id,
                cart_id=event.cart_id,
                buyer_id=event.buyer_id,
                episode=event.episode,
                facts=event.values,
                told_as=_slip(journey, event.shipment_id, str(event.values.get("day", ""))),
            )


def start_packed_journeys(events: Sequence[OrderPacked]) -> None:
    """Queue what is told of an order that lies packed."""
    known = libraries({event.shop_id for event in events})
    queue(
        [
            Draft(event.shop_id, journey, event.at, order_id=event.order_id)
            for event in events
            for journey in known[event.shop_id].on(Milestone.PACKED, Subject.ORDER)
        ],
        timezone.now(),
    )


def tell_cancelled(events: Sequence[OrderCancelled]) -> None:
    """A cancelled order is a happening like those that shops tell."""
    name = Happening.ORDER_CANCELLED.value
    announce(HappeningTold(event.shop_id, event.at, name, order_id=event.order_id) for event in events)


def tell_carts(events: Sequence[CartChanged]) -> None:
    """A cart that was filled or changed is a happening, too."""
    name = Happening.CART_CHANGED.value
    announce(HappeningTold(event.shop_id, event.at, name, cart_id=event.cart_id) for event in events)


def tell_moved(events: Sequence[PromiseChanged]) -> None:
    """That a promised day moved is a happening, too: one for each new day of a parcel."""
    name = Happening.PROMISE_CHANGED.value
    announce(
        HappeningTold(
            event.shop_id,
            event.at,
            name,
            order_id=event.order_id,
            shipment_id=event.shipment_id,
            episode=event.now.isoformat(),
            values={"day": event.now.isoformat(), "was": event.was.isoformat(), "by": event.by},
        )
        for event in events
    )


def tell_missed(events: Sequence[PromiseMissed]) -> None:
    """And that it went by. No journey of the house tells it: `delayed` and `new_date` told of the slip."""
    name = Happening.PROMISE_MISSED.value
    announce(
        HappeningTold(
            event.shop_id,
            event.at,
            name,
            order_id=event.order_id,
            shipment_id=event.shipment_id,
            episode=event.promised_on.isoformat(),
        )
        for event in events
    )
