"""Payloads and reactions that wait for a person."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wismo.console.access import Seat, seated
from wismo.console.forms import Cursor
from wismo.console.page import show, waiting_for
from wismo.plumbing import audit, inbox, inbox_queries

PAGE = 25
DAY = timedelta(hours=24)
REPLAYED = "replayed"
ALL = "all parked payloads"


@require_safe
@seated()
def inbox_page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What could not be read, with the error, its first words and a way to try again."""
    before = Cursor.of(request.GET)
    rows = inbox_queries.parked(seat.shop_id, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    waiting = waiting_for(seat)
    facts = {
        "rows": shown,
        "parked": waiting.parked,
        "counts": inbox_queries.counts(seat.shop_id, timezone.now() - DAY),
        "events": inbox_queries.parked_events(seat.shop_id, limit=50),
        "replays": audit.latest(seat.shop_id, REPLAYED, limit=5),
        "may_replay": seat.may("agent"),
        "first": before is None,
        "next": shown[-1].id if len(rows) > PAGE else None,
    }
    return show(request, seat, "console/inbox.html", facts, waiting=waiting)


@require_POST
@seated("agent")
def replay(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Put one parked payload, or all, back to work."""
    receipt = request.POST.get("receipt", "")
    now = timezone.now()
    with transaction.atomic():
        count = inbox.replay(seat.shop_id, now, [receipt] if receipt else None)
        if count:
            subject = receipt_subject(receipt) if receipt else ALL
            audit.record(seat.shop_id, who=seat.user, did=REPLAYED, subject=subject, now=now)
    if count:
        messages.success(request, _told(count))
    else:
        messages.warning(request, "Nothing to replay: somebody else has already put it back to work.")
    return redirect("console:inbox", slug=seat.slug)


def receipt_subject(receipt: str) -> str:
    """How the audit names a payload."""
    return f"receipt {receipt}"


def _told(count: int) -> str:
    what = "1 payload is" if count == 1 else f"{count:,} payloads are"
    return f"{what} back at work. What still cannot be read will be parked here again."
