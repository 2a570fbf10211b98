"""What was learned each night, whether it is any better, and the way back."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wismo.console import promise_words
from wismo.console.access import Seat, seated
from wismo.console.forms import Identifier
from wismo.console.page import show
from wismo.promise.actions.learnings import take_back
from wismo.promise.queries.learnings import LearningRow, learnings


@dataclass(frozen=True, slots=True)
class Night:
    """One night's learning, in words."""

    row: LearningRow
    upto: date  # the last day that was read
    state: str  # of one that does not serve
    champion: str
    gain: str
    checked: bool  # whether that night looked for drift and lag at all
    alarms: tuple[str, ...]


@require_safe
@seated()
def learning(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Last night in words, and the nights before it."""
    nights = [_night(row) for row in learnings(seat.shop_id)]
    serving = [night for night in nights if night.row.serving]
    facts = {
        "nights": nights,
        "last": nights[0] if nights else None,
        "now": serving[0] if serving else None,
        "before": serving[1] if len(serving) > 1 else None,
        "may_take_back": seat.may("owner"),
    }
    return show(request, seat, "console/promise_learning.html", facts)


@require_POST
@seated("owner")
def back(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Let the learning before the newest serve again."""
    given = Identifier.of(request.POST)
    if take_back(seat.shop_id, given, who=seat.user, now=timezone.now()):
        messages.success(request, "Taken back. The learning before it answers from now on.")
    else:
        messages.warning(request, "Nothing was changed: it does not serve, or there is none before it.")
    return redirect("console:learning", seat.slug)


def _night(row: LearningRow) -> Night:
    return Night(
        row=row,
        upto=row.until - timedelta(days=1),
        state="Taken back" if row.finished_at else "Not finished",
        champion=promise_words.champion_words(row.model),
        gain=promise_words.gain_words(row.report.get("gate")),
        checked="alarms" in row.report,
        alarms=tuple(promise_words.alarm_words(alarm) for alarm in row.report.get("alarms", ())),
    )
