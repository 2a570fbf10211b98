"""Logging in and out, and where to go from there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wismo.console.access import in_english
from wismo.console.forms import LogIn
from wismo.plumbing import limits
from wismo.plumbing.client import address_of
from wismo.shops import queries as shops

WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 100  # a team may share one
TRIES_PER_ACCOUNT = 10  # from one address: nobody can lock a person out from elsewhere
NO_SHOP = 0  # nobody's shop is known before they are
# The same words whether the person exists, the password is wrong or the limit is reached.
REFUSED = (
    "That e-mail address and password do not fit together. "
    "After too many wrong tries it takes 15 minutes until even the right password is taken."
)


@in_english
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Let a person in who knows the password."""
    form = LogIn(request.POST or None, label_suffix="")
    target = _target(request)
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(target)
    if form.is_valid():
        email, password = form.cleaned_data["email"].lower(), form.cleaned_data["password"]
        address, now = address_of(request), timezone.now()
        allowed = _may_try(address, email, now)
        user = authenticate(request, email=email, password=password) if allowed else None
        if user is not None:
            _count(address, email, now, by=-1)
            login(request, user)
            return redirect(target)
        form.add_error(None, REFUSED)
    status = 200 if request.method == "GET" else 403
    return render(request, "console/login.html", {"form": form, "next": target}, status=status)


@require_POST
@in_english
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("console:login")


@require_GET
@in_english
def home(request: HttpRequest) -> HttpResponse:
    """To the member's first shop."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    mine = shops.memberships(request.user.pk)
    if not mine:
        return render(request, "console/no_shop.html", {"user": request.user}, status=403)
    return redirect("console:overview", slug=mine[0].slug)


def _may_try(address: str, email: str, now: datetime) -> bool:
    """Whether to look at the password. A try counts as failed until it has not: so many at once count too."""
    by_address, by_account = _count(address, email, now, by=1)
    return by_address <= TRIES_PER_ADDRESS and by_account <= TRIES_PER_ACCOUNT


def _count(address: str, email: str, now: datetime, *, by: int) -> tuple[int, int]:
    return (
        limits.count(NO_SHOP, "login_address", address, now=now, length=WINDOW, by=by),
        limits.count(NO_SHOP, "login_account", f"{email} {address}", now=now, length=WINDOW, by=by),
    )


def _target(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else settings.LOGIN_REDIRECT_URL
