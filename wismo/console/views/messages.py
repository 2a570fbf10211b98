"""The log of messages."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wismo.console.access import Seat, seated
from wismo.console.forms import Cursor, LogSearch
from wismo.console.page import show
from wismo.notify import log

PAGE = 50


@require_safe
@seated()
def messages(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Messages, newest first, by state and by the last decision's code."""
    form = LogSearch(request.GET)
    form.is_valid()
    asked = {name: form.cleaned_data.get(name, "") for name in ("state", "code")}
    before = Cursor.of(request.GET)
    rows = log.log(seat.shop_id, **asked, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    facts = {
        "form": form,
        "filtered": any(asked.values()),
        "rows": shown,
        "first": before is None,
        "next": shown[-1].id if len(rows) > PAGE else None,
    }
    return show(request, seat, "console/messages.html", facts)
