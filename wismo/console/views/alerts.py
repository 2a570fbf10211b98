"""What the team should know of."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wismo.console.access import Seat, seated
from wismo.console.forms import Identifier
from wismo.console.page import show
from wismo.notify.actions.alerts import close_alert_by_hand
from wismo.notify.queries.alerts import open_alerts
from wismo.plumbing import audit

CLOSED = "put an alert away"


@require_safe
@seated()
def alerts(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The open ones, the latest first."""
    facts = {"rows": open_alerts(seat.shop_id), "may_close": seat.may("agent")}
    return show(request, seat, "console/alerts.html", facts)


@require_POST
@seated("agent")
def close(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Put one away."""
    alert_id, now = Identifier.of(request.POST), timezone.now()
    with transaction.atomic():
        closed = close_alert_by_hand(seat.shop_id, alert_id, now)
        if closed:
            audit.record(seat.shop_id, who=seat.user, did=CLOSED, subject=f"alert {alert_id}", now=now)
    if closed:
        messages.success(request, "Put away. If it comes up again, it is shown again.")
    else:
        messages.warning(request, "It was put away already.")
    return redirect("console:alerts", seat.slug)
