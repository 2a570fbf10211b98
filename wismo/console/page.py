"""The frame around every page: the rooms there are, and which of them wait for somebody."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wismo.console.access import Seat
from wismo.plumbing import inbox_queries
from wismo.tracking.queries import lists


@dataclass(frozen=True, slots=True)
class Room:
    """An entry of the navigation."""

    name: str
    icon: str
    href: str
    current: bool
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Wing:
    """Rooms that belong together, under a heading."""

    heading: str
    rooms: tuple[Room, ...]


def show(request: HttpRequest, seat: Seat, template: str, facts: dict[str, Any]) -> HttpResponse:
    """The template in its frame."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    return render(request, template, {"seat": seat, "wings": wings(seat, here or ""), **facts})


def wings(seat: Seat, here: str) -> tuple[Wing, ...]:
    """The navigation; `here` is the name of the address that is shown."""

    def room(name: str, icon: str, target: str, waiting: int = 0) -> Room:
        inside = here == target or here.startswith(f"{target}-")
        return Room(name, icon, reverse(f"console:{target}", args=[seat.slug]), inside, waiting)

    parked = inbox_queries.parked_count(seat.shop_id)
    unmapped = lists.unmapped_count(seat.shop_id)
    letters = [room("Message log", "message-circle", "messages")]
    if settings.MAILBOX and seat.sees_shoppers:
        letters.append(room("Mailbox", "mail", "mailbox"))
    return (
        Wing(
            "", (room("Overview", "layout-dashboard", "overview"), room("Shipments", "package", "shipments"))
        ),
        Wing("Messages", tuple(letters)),
        Wing(
            "Intake",
            (
                room("Inbox", "download", "inbox", parked),
                room("Codes to map", "scan-line", "codes", unmapped),
            ),
        ),
    )
