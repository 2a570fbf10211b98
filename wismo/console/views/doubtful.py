"""Messages of which nobody knows whether they arrived: a person decides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wismo.console.access import Seat, seated
from wismo.console.forms import Cursor
from wismo.console.page import show
from wismo.notify.actions.sending import settle_by_hand
from wismo.notify.queries.conversations import doubtful as doubtful_messages

PAGE = 25
_DONE = {  # what is said once it is decided
    "arrived": "Noted as arrived. It is not sent again.",
    "again": "It is sent again as soon as its turn comes.",
    "leave": "Left as it is. It is not sent again.",
}


@require_safe
@seated("agent")
def doubtful(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The newest first, with what can be decided."""
    before = Cursor.of(request.GET)
    rows = doubtful_messages(seat.shop_id, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    facts = {
        "rows": shown,
        "first": before is None,
        "next": shown[-1].id if len(rows) > PAGE else None,
    }
    return show(request, seat, "console/doubtful.html", facts)


@require_POST
@seated("agent")
def settle(request: HttpRequest, seat: Seat, message_id: int) -> HttpResponse:
    """Follow the decision about one message."""
    choice = request.POST.get("choice", "")
    if choice not in _DONE:
        messages.warning(request, "Nothing was changed: choose what is to be done.")
    elif settle_by_hand(seat.shop_id, message_id, choice, who=seat.user, now=timezone.now()):
        messages.success(request, _DONE[choice])
    else:
        messages.warning(request, "Nothing was changed: it is known by now what became of it.")
    return redirect("console:doubtful", seat.slug)
