"""One shipment: its story, its facts, and why each message was, or was not, sent."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wismo.console.access import Seat, seated
from wismo.console.page import show
from wismo.console.privacy import masked
from wismo.console.timeline import Entry, merged
from wismo.console.views.inbox import receipt_subject
from wismo.notify.queries import messages as notify
from wismo.plumbing import audit
from wismo.promise.queries.ledger_rows import story_of
from wismo.tracking.queries import timeline
from wismo.tracking.queries.links import page_url
from wismo.tracking.queries.polling import asking_of
from wismo.tracking.queries.timeline import ShipmentDetail

KINDS = {"all": "All", "parcel": "Parcel", "messages": "Messages"}


@require_safe
@seated()
def shipment(request: HttpRequest, seat: Seat, shipment_id: int) -> HttpResponse:
    """The parcel, if it is this shop's."""
    found = timeline.shipment(seat.shop_id, shipment_id)
    if found is None:
        raise Http404
    asked = request.GET.get("show", "all")
    facts = {
        "parcel": found if seat.sees_shoppers else masked(found),
        "position": [parcel.id for parcel in found.parcels].index(found.id) + 1,
        "days_late": _days_late(found, timezone.localdate()),
        "entries": _entries(seat.shop_id, found, asked),
        **_asking(seat, found.id),
        "story": story_of(seat.shop_id, found.order_id, found.id),
        "kinds": KINDS,
        "asked": asked if asked in KINDS else "all",
        "track": page_url(seat.shop_id, found.order_id) if seat.sees_shoppers else "",
    }
    return show(request, seat, "console/shipment.html", facts)


def _asking(seat: Seat, shipment_id: int) -> dict[str, object]:
    """Who is asked about the parcel, and whether this person may bring the next question forward."""
    now, asking = timezone.now(), asking_of(seat.shop_id, shipment_id)
    waits = asking is not None and asking.due_at is not None and asking.due_at > now and asking.enabled
    return {"asking": asking, "may_ask": waits and seat.may("agent"), "now": now}


def _entries(shop_id: int, parcel: ShipmentDetail, asked: str) -> list[Entry]:
    scans = timeline.scans(shop_id, parcel.id) if asked != "messages" else []
    messages = notify.messages_of(shop_id, parcel.order_id) if asked != "parcel" else []
    # Of another parcel of the order, the messages are on that parcel's page.
    own = [message for message in messages if message.shipment_id in {None, parcel.id}]
    acts = audit.acts_on(shop_id, [receipt_subject(r) for r in {scan.receipt for scan in scans}])
    milestones = parcel.milestones if asked != "messages" else ()
    return merged(scans, milestones, own, acts)


def _days_late(parcel: ShipmentDetail, today: date) -> int:
    """How many days past the promised one; 0 where it is not late or nothing was promised."""
    if not parcel.late or parcel.promised_on is None:
        return 0
    arrived = timezone.localtime(parcel.delivered_at).date() if parcel.delivered_at else None
    return max(0, ((arrived or parcel.eta or today) - parcel.promised_on).days)
