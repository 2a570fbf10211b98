"""Codes that no pack maps yet."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wismo.console.access import Seat, seated
from wismo.console.page import show
from wismo.tracking.queries import lists

SHOWN = 200


@require_safe
@seated()
def codes(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Carriers' codes without a status, those that hold back most parcels first."""
    rows = lists.unmapped_codes(seat.shop_id, SHOWN)
    return show(request, seat, "console/codes.html", {"rows": rows, "full": len(rows) == SHOWN})
