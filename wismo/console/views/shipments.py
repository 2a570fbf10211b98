"""The list of shipments."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from wismo.console.access import Seat, seated
from wismo.console.forms import Cursor, ShipmentSearch
from wismo.console.page import show
from wismo.console.privacy import masked
from wismo.tracking.queries import lists

PAGE = 50
VIEWS = (  # the word, and its filters
    ("All", ""),
    ("Open", "open=on"),
    ("Late", "late=on"),
    ("Failed attempts", "status=failed_attempt"),
    ("Going back", "open=on&leg=rto"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A view people return to."""

    name: str
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, and the address without it."""

    text: str
    without: str


@require_safe
@seated()
def shipments(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Parcels by status, carrier, destination, leg, lateness or a number."""
    carriers, countries = lists.carriers_and_countries(seat.shop_id)
    form = ShipmentSearch(request.GET, carriers=carriers, countries=countries)
    wanted = form.wanted(by_email=seat.sees_shoppers)
    before = Cursor.of(request.GET)
    rows = lists.shipments(seat.shop_id, wanted, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    facts = {
        "form": form,
        "filters": [form[name] for name in ("status", "carrier", "country", "leg")],
        "rows": shown if seat.sees_shoppers else [masked(row) for row in shown],
        "chips": [Chip(text, _without(request.GET, name)) for name, text in form.chosen()],
        "tabs": _tabs(request.GET),
        "first": before is None,
        "next": shown[-1].id if len(rows) > PAGE else None,
    }
    return show(request, seat, "console/shipments.html", facts)


def _without(query: QueryDict, *names: str) -> str:
    left = query.copy()
    for name in (*names, "before"):
        left.pop(name, None)
    return left.urlencode()


def _tabs(query: QueryDict) -> list[Tab]:
    asked = {name: value for name, value in query.items() if value and name != "before"}
    return [Tab(name, view, QueryDict(view).dict() == asked) for name, view in VIEWS]
