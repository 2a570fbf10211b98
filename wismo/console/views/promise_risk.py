"""Parcels whose promise may break, and where promises broke before."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wismo.console.access import Seat, seated
from wismo.console.page import show
from wismo.promise.queries import exceptions, figures
from wismo.promise.rules.coverage import FEWEST
from wismo.promise.rules.heat import heat_of

WEEKS = 12  # of promises on the map
LEAD = timedelta(days=60)  # of alerts the lead is taken of


@require_safe
@seated()
def risk(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The riskiest parcels first, and the map."""
    alerted = request.GET.get("show") == "alerted"
    today = timezone.localdate()
    cells = figures.cells(
        seat.shop_id, since=today - timedelta(weeks=WEEKS), until=today, zone=ZoneInfo(seat.timezone)
    )
    facts = {
        "rows": exceptions.at_risk(seat.shop_id, alerted=alerted),
        "alerted": alerted,
        "watched": exceptions.watched(seat.shop_id),
        "leads": exceptions.lead_times(seat.shop_id, timezone.now() - LEAD),
        "lead_days": LEAD.days,
        "most": exceptions.LIMIT,
        "heat": heat_of(cells) if cells else None,
        "weeks": WEEKS,
        "fewest": FEWEST,
    }
    return show(request, seat, "console/promise_risk.html", facts)
