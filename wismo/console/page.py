"""The frame around every page: the rooms there are, and which of them wait for somebody."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wismo.console.access import Seat
from wismo.notify.queries.waiting import waiting_counts
from wismo.plumbing import inbox_queries
from wismo.tracking.queries import codes

PROMISE = (  # name, icon, address
    ("What held", "chart-column", "promises"),
    ("At risk", "clock-alert", "risk"),
    ("Level", "circle-dot", "level"),
    ("Plan", "calendar", "plan"),
    ("Adjustments", "calendar-clock", "adjustments"),
    ("Learning", "zap", "learning"),
)


@dataclass(frozen=True, slots=True)
class Room:
    """An entry of the navigation."""

    name: str
    icon: str
    href: str
    current: bool
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody, counted once a request and no further than it is shown."""

    parked: int
    codes: int
    alerts: int
    conversations: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class Wing:
    """Rooms that belong together, under a heading."""

    heading: str
    rooms: tuple[Room, ...]


def waiting_for(seat: Seat) -> Waiting:
    """What waits for this shop's team."""
    messages = waiting_counts(seat.shop_id)
    return Waiting(
        parked=inbox_queries.parked_count(seat.shop_id),
        codes=codes.unmapped_count(seat.shop_id),
        alerts=messages.alerts,
        conversations=messages.conversations,
        doubtful=messages.doubtful,
    )


def show(
    request: HttpRequest,
    seat: Seat,
    template: str,
    facts: dict[str, Any],
    *,
    waiting: Waiting | None = None,
) -> HttpResponse:
    """The template in its frame; `waiting` from a page that has counted it already."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    frame = {"seat": seat, "wings": wings(seat, here or "", waiting or waiting_for(seat))}
    return render(request, template, {**frame, **facts})


def wings(seat: Seat, here: str, waiting: Waiting) -> tuple[Wing, ...]:
    """The navigation; `here` is the name of the address that is shown."""

    def room(name: str, icon: str, target: str, count: int = 0) -> Room:
        inside = here == target or here.startswith(f"{target}-")
        return Room(name, icon, reverse(f"console:{target}", args=[seat.slug]), inside, count)

    letters = [
        room("Message log", "message-circle", "messages"),
        room("Journeys", "route", "journeys"),
        room("Campaigns", "zap", "campaigns"),
        room("Channels", "radio-tower", "channels"),
        room("Alerts", "bell", "alerts", waiting.alerts),
    ]
    if seat.sees_shoppers:
        letters[:0] = [room("Conversations", "message-circle-reply", "conversations", waiting.conversations)]
        letters.append(room("Needs a look", "eye", "doubtful", waiting.doubtful))
    if settings.MAILBOX and seat.sees_shoppers:
        letters.append(room("Mailbox", "mail", "mailbox"))
    return (
        Wing(
            "", (room("Overview", "layout-dashboard", "overview"), room("Shipments", "package", "shipments"))
        ),
        Wing("Promise", tuple(room(*entry) for entry in PROMISE)),
        Wing("Messages", tuple(letters)),
        Wing(
            "Intake",
            (
                room("Inbox", "download", "inbox", waiting.parked),
                room("Codes to map", "scan-line", "codes", waiting.codes),
                room("Carriers", "gauge", "carriers"),
            ),
        ),
    )
