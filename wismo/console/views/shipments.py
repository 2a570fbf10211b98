"""The list of shipments."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from wismo.console.access import Seat, seated
from wismo.console.forms import Cursor, ShipmentSearch
from wismo.console.page import show
from wismo.console.privacy import mask_email, masked
from wismo.tracking.queries import lists

PAGE = 50
NOBODY = 0  # no buyer has this id
VIEWS = (  # the word, and its filters
    ("All", ""),
    ("Open", "open=on"),
    ("Late", "late=on"),
    ("Stalled", "silent=stalled"),
    ("Not picked up", "silent=not_picked_up"),
    ("Failed attempts", "status=failed_attempt"),
    ("Going back", "open=on&leg=rto"),
)
NOT_IN_A_LINK = (
    "An e-mail address is not searched for from a link, where histories and logs keep it. "
    "Type it into the search field."
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
    """Parcels by status, carrier, destination, leg, lateness, a number or a shopper's id."""
    if "@" in request.GET.get("q", ""):
        messages.warning(request, NOT_IN_A_LINK)
        return _list_of(seat, _without(request.GET, "q"))
    carriers, countries = lists.carriers_and_countries(seat.shop_id)
    form = ShipmentSearch(request.GET, carriers=carriers, countries=countries)
    wanted = form.wanted()
    before = Cursor.of(request.GET)
    rows = lists.shipments(seat.shop_id, wanted, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    chosen = form.chosen(_buyer_words(seat, wanted.buyer))
    facts = {
        "form": form,
        "filters": [form[name] for name in ("status", "carrier", "country", "leg")],
        "rows": shown if seat.sees_shoppers else [masked(row) for row in shown],
        "chips": [Chip(text, _without(request.GET, name)) for name, text in chosen],
        "tabs": _tabs(request.GET),
        "first": before is None,
        "next": shown[-1].id if len(rows) > PAGE else None,
    }
    return show(request, seat, "console/shipments.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])  # GET: after a log-in in between, which forgets the form
@seated()
def search(request: HttpRequest, seat: Seat) -> HttpResponse:
    """To the list of what was asked for. An e-mail address is looked up here, and goes on as its buyer's id.

    Addresses of pages lie in histories and in the logs of whatever stands before us.
    """
    known = ShipmentSearch.base_fields
    asked = {name: str(value) for name, value in request.POST.items() if value and name in known}
    if "@" in asked.get("q", ""):
        address = asked.pop("q")
        if seat.sees_shoppers:
            asked["buyer"] = str(lists.buyer_of(seat.shop_id, address) or NOBODY)
        else:
            messages.warning(request, "Agents and owners may search by a shopper’s e-mail address.")
    return _list_of(seat, urlencode(asked))


def _list_of(seat: Seat, query: str) -> HttpResponseRedirect:
    address = reverse("console:shipments", args=[seat.slug])
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


def _buyer_words(seat: Seat, buyer: int | None) -> str:
    if buyer is None:
        return ""
    return mask_email(lists.address_of_buyer(seat.shop_id, buyer)) or "no shopper of this shop"


def _without(query: QueryDict, *names: str) -> str:
    left = query.copy()
    for name in (*names, "before"):
        left.pop(name, None)
    return left.urlencode()


def _tabs(query: QueryDict) -> list[Tab]:
    asked = {name: value for name, value in query.items() if value and name != "before"}
    return [Tab(name, view, QueryDict(view).dict() == asked) for name, view in VIEWS]
