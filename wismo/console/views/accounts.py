"""What a shop's sources are asked with: entered, paused, resumed, removed. Never shown."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wismo.carriers.askable import askable
from wismo.carriers.karrio.connectors import PREFIX
from wismo.console import connections, words
from wismo.console.access import Seat, seated
from wismo.console.forms import AccountForm
from wismo.console.page import show
from wismo.plumbing import audit
from wismo.shops import actions
from wismo.tracking.actions.ask_now import AGAIN, ask_now
from wismo.tracking.queries import timeline

ASKED = "asked a carrier now"


@require_safe
@seated()
def connect(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every source that can be connected."""
    rows = connections.connectable(seat.shop_id)
    unused = [row for row in rows if not row.used]
    facts = {
        "used": [row for row in rows if row.used],
        "others": [row for row in unused if not row.source.startswith(PREFIX)],
        "connectors": [row for row in unused if row.source.startswith(PREFIX)],
    }
    return show(request, seat, "console/connect.html", facts)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@seated("owner")
def account(request: HttpRequest, seat: Seat, carrier_id: str) -> HttpResponse:
    """Enter what the source is asked with, in place of what was there."""
    way = askable().get(carrier_id)
    if way is None:
        raise Http404
    now = timezone.now()
    form = AccountForm(request.POST if request.method == "POST" else None, way.account)
    if form.is_valid():
        actions.set_carrier_account(seat.shop_id, carrier_id, form.cleaned_data, who=seat.user, now=now)
        named = words.source_words(carrier_id)
        messages.success(
            request, f"Parcels are asked about by {named} from now on, the first within a minute."
        )
        return redirect("console:carriers-one", seat.slug, carrier_id)
    facts = {
        "source": carrier_id,
        "way": way,
        "form": form,
        "asked": connections.asked(seat.shop_id, carrier_id, now),
        "missing": connections.karrio_missing(carrier_id),
    }
    return show(request, seat, "console/account.html", facts)


@require_POST
@seated("agent")
def switch(request: HttpRequest, seat: Seat, carrier_id: str) -> HttpResponse:
    """Pause the account, or resume it."""
    now, named = timezone.now(), words.source_words(carrier_id)
    resumes = request.POST.get("to") == "resume"
    act = actions.resume_carrier_account if resumes else actions.pause_carrier_account
    if not act(seat.shop_id, carrier_id, who=seat.user, now=now):
        messages.warning(request, "Nothing was changed: somebody else was faster, or there is no account.")
    elif resumes:
        messages.success(request, f"{named} is asked again.")
    else:
        messages.success(request, f"{named} is not asked until somebody resumes it.")
    return redirect("console:carriers-one", seat.slug, carrier_id)


@require_http_methods(["GET", "HEAD", "POST"])
@seated("owner")
def remove(request: HttpRequest, seat: Seat, carrier_id: str) -> HttpResponse:
    """Say what forgetting the account means; posted, forget it."""
    now, named = timezone.now(), words.source_words(carrier_id)
    if request.method == "POST":
        if actions.remove_carrier_account(seat.shop_id, carrier_id, who=seat.user, now=now):
            messages.success(request, f"The account of {named} is forgotten.")
        else:
            messages.warning(request, f"There was no account of {named} any more.")
        return redirect("console:carriers-connect", seat.slug)
    found = connections.asked(seat.shop_id, carrier_id, now)
    if found is None:
        raise Http404
    return show(request, seat, "console/account_remove.html", {"source": carrier_id, "asked": found})


@require_POST
@seated("agent")
def ask(request: HttpRequest, seat: Seat, shipment_id: int) -> HttpResponse:
    """Ask about one parcel in the next round."""
    if timeline.shipment(seat.shop_id, shipment_id) is None:
        raise Http404
    now = timezone.now()
    with transaction.atomic():
        asked = ask_now(seat.shop_id, shipment_id, now)
        if asked:
            audit.record(seat.shop_id, who=seat.user, did=ASKED, subject=f"shipment {shipment_id}", now=now)
    if asked:
        messages.success(request, "It is asked about as soon as the account may: usually within a minute.")
    else:
        minutes = int(AGAIN.total_seconds() // 60)
        messages.warning(
            request,
            f"Nothing was changed: it is due already, at rest, or was answered within {minutes} minutes.",
        )
    return redirect("console:shipments-one", seat.slug, shipment_id)
