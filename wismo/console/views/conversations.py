"""What shoppers write in their own words, and the team's answers."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from wismo.console.access import Seat, seated
from wismo.console.page import show
from wismo.notify.actions import conversations as acts
from wismo.notify.channels import passports
from wismo.notify.queries import conversations as talks
from wismo.notify.queries.conversations import ConversationRow, Way

PAGE = 50
_BARS = {  # why a way is closed, in words
    "window": "{channel} takes free words for 24 hours after a person last wrote. That is over.",
    "account": "No account for {channel} is in use: connect or resume one first.",
    "stopped": "They ended messages on {channel}. Nothing may be sent there until they allow it again.",
    "gone": "They blocked or left the chat on {channel}: nothing arrives there any more.",
}


@dataclass(frozen=True, slots=True)
class WayShown:
    """A way to answer, in words."""

    key: str
    label: str
    until: datetime | None
    bar: str  # why not; "" where it is open


@require_safe
@seated("agent")
def conversations(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Those that wait for an answer, or all; who wrote last stands first."""
    every = request.GET.get("show") == "all"
    rows = talks.conversations(seat.shop_id, only_open=not every, before=_cursor(request), limit=PAGE + 1)
    shown = rows[:PAGE]
    facts = {
        "rows": shown,
        "every": every,
        "first": "before" not in request.GET,
        "next": _mark(shown[-1]) if len(rows) > PAGE else None,
    }
    return show(request, seat, "console/conversations.html", facts)


def _mark(row: ConversationRow) -> str:
    return f"{row.heard_at.isoformat()}~{row.id}"


def _cursor(request: HttpRequest) -> tuple[datetime, int] | None:
    """Below which row the page starts; a mark that is none starts at the top."""
    moment, _tilde, told = request.GET.get("before", "").replace(" ", "+").partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    numbered = told.isascii() and told.isdecimal() and len(told) < 19
    return (at, int(told)) if at and at.tzinfo and numbered else None


@require_safe
@seated("agent")
def conversation(request: HttpRequest, seat: Seat, conversation_id: int) -> HttpResponse:
    """What was said, the person's orders beside it, and a field for the answer."""
    return _show(request, seat, conversation_id)


def _show(
    request: HttpRequest, seat: Seat, conversation_id: int, *, typed: str = "", problem: str = ""
) -> HttpResponse:
    thread = talks.thread(seat.shop_id, conversation_id)
    if thread is None:
        raise Http404
    ways = [_way(way) for way in talks.ways_to_answer(seat.shop_id, conversation_id, timezone.now())]
    facts = {
        "thread": thread,
        "channel": _names().get(thread.row.channel, thread.row.channel),
        "ways": [way for way in ways if not way.bar],
        "bars": [way.bar for way in ways if way.bar],
        "typed": typed,
        "problem": problem,
        "longest": acts.LONGEST,
    }
    return show(request, seat, "console/conversation.html", facts)


def _names() -> dict[str, str]:
    return {key: passport.name for key, passport in passports().items()}


def _way(way: Way) -> WayShown:
    name = _names().get(way.channel, way.channel)
    label = {"here": f"Here, by {name}", "template": f"By a text {name} approved"}.get(way.key, f"By {name}")
    bar = _BARS[way.bar].format(channel=name) if way.bar else ""
    return WayShown(way.key, label, way.until, bar)


@require_POST
@seated("agent")
def answer(request: HttpRequest, seat: Seat, conversation_id: int) -> HttpResponse:
    """Send the team's words."""
    text, way = request.POST.get("text", ""), request.POST.get("way", "here")
    if talks.thread(seat.shop_id, conversation_id) is None:
        raise Http404
    try:
        acts.answer(seat.shop_id, conversation_id, text, way=way, who=seat.user, now=timezone.now())
    except acts.CannotAnswer as error:
        response = _show(request, seat, conversation_id, typed=text, problem=str(error))
        response.status_code = 422
        return response
    messages.success(request, "Your answer is on its way.")
    return redirect("console:conversations-one", seat.slug, conversation_id)


@require_POST
@seated("agent")
def switch(request: HttpRequest, seat: Seat, conversation_id: int) -> HttpResponse:
    """Close the conversation, or open it again."""
    opens = request.POST.get("to") == "open"
    act = acts.reopen if opens else acts.close
    if not act(seat.shop_id, conversation_id, who=seat.user, now=timezone.now()):
        messages.warning(request, "Nothing was changed: somebody else was faster.")
    elif opens:
        messages.success(request, "It waits for an answer again.")
    else:
        messages.success(request, "Closed. It opens by itself when they write again.")
    if opens:
        return redirect("console:conversations-one", seat.slug, conversation_id)
    return redirect("console:conversations", seat.slug)
