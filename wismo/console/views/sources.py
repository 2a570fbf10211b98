"""The doors by which sources post: the address to enter there, and what they prove themselves by.

A secret that was made is shown in the answer to its making and nowhere else: no message, no session, no log
holds it. The answer cannot be had again by reloading it, for the secret has another version then.
"""

from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from wismo.carriers import doors, registry
from wismo.carriers.pack import Auth, AuthKind
from wismo.console import connections, words
from wismo.console.access import Seat, seated
from wismo.console.forms import DoorForm
from wismo.console.page import show
from wismo.shops import actions
from wismo.shops import queries as shops


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be entered at the source, by the name it goes by there."""

    label: str
    value: str


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@seated("owner")
@sensitive_variables()
def source(request: HttpRequest, seat: Seat, carrier_id: str) -> HttpResponse:
    """Open the source's door, or give it another secret; one that was made is shown this once."""
    auth = _auth_of(carrier_id)
    known = shops.source_facts(seat.shop_id, carrier_id)
    header, version = (known.header, known.version) if known else ("", "")
    given = request.POST if request.method == "POST" else None
    form = DoorForm(given, carrier_id, auth, header=header, version=version)
    once: tuple[Told, ...] = ()
    if form.is_valid():
        secret = form.cleaned_data["secret"] or doors.made_secret(auth)
        header = form.cleaned_data.get("header", "").lower()
        _keep(seat, carrier_id, secret, header=header)
        if form.cleaned_data["secret"]:
            messages.success(
                request, f"{words.source_words(carrier_id)} may post, proved by what you entered."
            )
            return redirect("console:carriers-source", seat.slug, carrier_id)
        once = _once(seat, carrier_id, _with_header(auth, header), secret)
    facts = {
        "source": carrier_id,
        "auth": auth,
        "proof": words.proof_words(_with_header(auth, header)),
        "own_keys": auth.kind is AuthKind.RSA,
        "in_address": auth.kind is AuthKind.QUERY,
        "address": _address(seat, carrier_id),
        "open": known is not None,
        "header": header,
        "form": form,
        "once": once,
        "heard": connections.heard(seat.shop_id, carrier_id, timezone.now()),
    }
    return show(request, seat, "console/source.html", facts)


def _auth_of(carrier_id: str) -> Auth:
    pack = registry.pack(carrier_id)
    if pack is None or pack.auth is None:
        raise Http404
    return pack.auth


@sensitive_variables("secret")
def _keep(seat: Seat, carrier_id: str, secret: str, *, header: str) -> None:
    now = timezone.now()
    actions.open_door(seat.shop_id, carrier_id, secret, header=header, who=seat.user, now=now)


def _address(seat: Seat, carrier_id: str) -> str:
    return f"{settings.BASE_URL}/hooks/{shops.shop_key(seat.shop_id)}/{carrier_id}"


def _with_header(auth: Auth, header: str) -> Auth:
    return replace(auth, header=header) if header else auth


@sensitive_variables()
def _once(seat: Seat, carrier_id: str, auth: Auth, secret: str) -> tuple[Told, ...]:
    """A secret that was just made, as it is entered at the source."""
    if auth.kind is AuthKind.QUERY:
        return (Told("Address", f"{_address(seat, carrier_id)}{doors.query_of(auth, secret)}"),)
    if auth.kind is AuthKind.BASIC:
        user, _, password = secret.partition(":")
        return (Told("User", user), Told("Password", password))
    if auth.kind is AuthKind.TOKEN:
        return (Told("Header", auth.header), Told("Its value", f"{auth.prefix}{secret}"))
    return (Told("Secret", secret),)
