"""What came of each date that was shown: written when it is first at the door or never will be."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from wismo.plumbing import bulk
from wismo.promise.actions.held import Held
from wismo.promise.models import Promise
from wismo.tracking.models import Shipment
from wismo.vocabulary.status import Leg, Status

_READ = ("pk", "order_id", "shipment_id", "latest", "arrived_on", "kept")


@dataclass(frozen=True, slots=True)
class _End:
    """What became of one parcel."""

    arrived_on: date | None
    over: bool  # it has arrived, or will not


def settle(parcels: Sequence[Held]) -> None:
    """Settle the promises of these parcels, and those of their orders that are over with them.

    A promise of an order is of all of it: kept by the last of its parcels, broken by one that never came. So
    it is judged anew with a parcel that is sent later, or an attempt that is told late.
    """
    if not parcels:
        return
    orders = {parcel.order_id for parcel in parcels}
    ends = _ends(orders)
    rows = Promise.objects.filter(order__id__among=list(orders))
    settled = []
    for pk, order_id, shipment_id, latest, *was in rows.values_list(*_READ):
        about = ends[order_id]
        concerned = [about[shipment_id]] if shipment_id in about else list(about.values())
        if shipment_id is not None and shipment_id not in about:
            continue
        if concerned and all(end.over for end in concerned):
            outcome = _outcome(concerned, latest)
            if outcome != tuple(was):
                settled.append((pk, *outcome))
    bulk.update_rows(Promise, ("arrived_on", "kept"), settled)


def _ends(orders: Iterable[int]) -> dict[int | None, dict[int, _End]]:
    found: dict[int | None, dict[int, _End]] = defaultdict(dict)
    rows = Shipment.objects.filter(order__id__among=list(orders), base_leg=Leg.FORWARD)
    told = rows.exclude(status=Status.CANCELLED)  # what never was to be sent breaks no promise
    names = ("order_id", "pk", "passage__arrived_on", "passage__ended_on")
    for order_id, pk, arrived_on, ended_on in told.values_list(*names):
        found[order_id][pk] = _End(arrived_on, arrived_on is not None or ended_on is not None)
    return found


def _outcome(ends: Sequence[_End], latest: date) -> tuple[date | None, bool]:
    arrived = [end.arrived_on for end in ends if end.arrived_on]
    if len(arrived) < len(ends):
        return None, False
    return max(arrived), max(arrived) <= latest
