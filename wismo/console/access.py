"""The one guard of the console: who may see which shop's pages.

A shop that does not exist and a shop whose team one is not on answer alike, so that nobody can find out
which shops there are.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from wismo.plumbing.client import refuse_unkept
from wismo.shops import queries as shops

P = ParamSpec("P")
RANK = {"viewer": 0, "agent": 1, "owner": 2}


@dataclass(frozen=True, slots=True)
class Seat:
    """A logged-in person's place on the team of the shop whose page is asked for."""

    shop_id: int
    slug: str
    name: str
    role: str
    user: str  # their e-mail address
    timezone: str
    synthetic: bool
    elsewhere: tuple[shops.Membership, ...]  # their other shops

    def may(self, role: str) -> bool:
        """Whether they may do what this role may."""
        return RANK[self.role] >= RANK[role]

    @property
    def sees_shoppers(self) -> bool:
        """Whether shoppers' names and addresses are shown in full."""
        return self.may("agent")


View = Callable[..., HttpResponse]
SeatedView = Callable[Concatenate[HttpRequest, Seat, P], HttpResponse]


def in_english(view: View) -> View:
    """The console speaks English, no cache keeps its pages, and what nobody can keep goes no further."""

    @functools.wraps(view)
    def face(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_unkept(request)
        with translation.override("en"):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = "en"
        add_never_cache_headers(response)
        return response

    return face


def seated(role: str = "viewer") -> Callable[[SeatedView[P]], View]:
    """Give the view its `Seat`; to anyone who has none, the log-in or a 404; to a lower role, a 403."""

    def guard(view: SeatedView[P]) -> View:
        @functools.wraps(view)
        @in_english
        def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            seat = _seat(request.user.pk, request.user.email, slug)
            if seat is None:
                raise Http404
            if not seat.may(role):
                facts = {"seat": seat, "needs": role, "owners": shops.owners_of(seat.shop_id)}
                return render(request, "console/forbidden.html", facts, status=403)
            with timezone.override(ZoneInfo(seat.timezone)):
                return view(request, seat, *args, **kwargs)

        return guarded

    return guard


def _seat(user_id: int, email: str, slug: str) -> Seat | None:
    mine = shops.memberships(user_id)
    here = next((m for m in mine if m.slug == slug), None)
    if here is None:
        return None
    return Seat(
        shop_id=here.shop_id,
        slug=here.slug,
        name=here.name,
        role=here.role,
        user=email,
        timezone=here.timezone,
        synthetic=here.synthetic,
        elsewhere=tuple(m for m in mine if m.slug != slug),
    )
