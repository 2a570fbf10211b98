"""The channels shoppers are written to by, and the shop's accounts at their providers."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wismo.console.access import Seat, seated
from wismo.console.authoring_forms import ChannelForm, TestForm
from wismo.console.page import show
from wismo.notify.actions import accounts, testing
from wismo.notify.channels import Passport, ProviderFacts, passports, providers
from wismo.notify.port import LetterError
from wismo.notify.preview import Trial
from wismo.notify.queries.accounts import AccountFacts, accounts_of, hook_url
from wismo.notify.queries.texts import TextKey
from wismo.shops import queries as shops
from wismo.shops.queries import brand_of

TRIED = "order_confirmed"  # what a channel is tried with


@dataclass(frozen=True, slots=True)
class Connected:
    """An account, and how it stands in a word."""

    facts: AccountFacts
    provider: ProviderFacts
    word: str
    tone: str
    why: str
    resting: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A channel, with what is connected and what could be."""

    passport: Passport
    connected: tuple[Connected, ...]
    others: tuple[ProviderFacts, ...]

    @property
    def asks(self) -> bool:
        """Whether a test of it needs a number or an id."""
        return testing.destination(self.passport.key).asked


@require_safe
@seated()
def channels(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every channel."""
    now = timezone.now()
    found = accounts_of([seat.shop_id])
    facts = {
        "listed": _listed(found, now),
        "may_connect": seat.may("owner"),
        "may_test": seat.may("agent"),
    }
    return show(request, seat, "console/channels.html", facts)


def _listed(found: list[AccountFacts], now: datetime) -> list[Listed]:
    by_provider = {facts.account.provider: facts for facts in found}
    listed = []
    for passport in passports().values():
        own = [p for p in passport.providers if p.key in by_provider]
        connected = tuple(_connected(by_provider[p.key], p, now) for p in own)
        # Without an account there is nothing to enter, and nothing to connect: the feed is always there.
        others = tuple(p for p in passport.providers if p.key not in by_provider)
        listed.append(Listed(passport, connected, others))
    return sorted(listed, key=lambda one: (not one.connected, one.passport.name.casefold()))


def _connected(facts: AccountFacts, provider: ProviderFacts, now: datetime) -> Connected:
    resting = facts.resting_until is not None and facts.resting_until > now
    return Connected(facts, provider, *_state(facts, now), resting=resting)


def _state(facts: AccountFacts, now: datetime) -> tuple[str, str, str]:
    """The word for how an account stands, its tone, and why."""
    if facts.id is None:
        return "The house’s own", "good", "Used because this shop has entered none of its own."
    if facts.lacking:
        return "Incomplete", "bad", f"Still to be entered: {', '.join(facts.lacking)}."
    if not facts.enabled:
        return "Paused by your team", "", "Nothing is sent by it until somebody resumes it."
    if facts.resting_until and facts.resting_until > now:
        why = facts.trouble or "its provider refused several messages in a row"
        return "At rest", "warn", f"Left alone for a while: {why}."
    return "In use", "good", ""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@seated("owner")
@sensitive_variables()
def account(request: HttpRequest, seat: Seat, provider: str) -> HttpResponse:
    """What the provider is asked with, the address it calls back, and how it goes."""
    way = providers().get(provider)
    if way is None:
        raise Http404
    found = {facts.account.provider: facts for facts in accounts_of([seat.shop_id])}.get(provider)
    held = dict(found.account.values) if found and found.id is not None else {}
    price = found.price if found else None
    form = ChannelForm(request.POST if request.method == "POST" else None, way.fields, held, price)
    now = timezone.now()
    if form.is_valid():
        try:
            accounts.set_account(seat.shop_id, provider, form.values(), who=seat.user, now=now)
            if form.price != price:
                accounts.set_price(seat.shop_id, provider, form.price, who=seat.user, now=now)
        except ValueError as error:
            form.add_error(None, f"{error}.")
        else:
            messages.success(request, f"Messages can leave by {way.name} from now on. Send yourself a test.")
            return redirect("console:channels-one", seat.slug, provider)
    facts = {
        "way": way,
        "passport": passports()[way.channel],
        "form": form,
        "connected": _connected(found, way, now) if found else None,
        "hook": hook_url(shops.shop_key(seat.shop_id), provider) if way.hears else "",
        "test": TestForm(),
        "asks_to": testing.destination(way.channel).asked,
    }
    return show(request, seat, "console/channel.html", facts)


@require_POST
@seated("agent")
def switch(request: HttpRequest, seat: Seat, provider: str) -> HttpResponse:
    """Pause the account, or resume it."""
    way, now = providers().get(provider), timezone.now()
    if way is None:
        raise Http404
    resumes = request.POST.get("to") == "resume"
    act = accounts.resume_account if resumes else accounts.pause_account
    if not act(seat.shop_id, provider, who=seat.user, now=now):
        messages.warning(request, "Nothing was changed: somebody else was faster, or there is no account.")
    elif resumes:
        messages.success(request, f"Messages leave by {way.name} again.")
    else:
        messages.success(request, f"Nothing leaves by {way.name} until somebody resumes it.")
    return redirect("console:channels", seat.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@seated("owner")
def remove(request: HttpRequest, seat: Seat, provider: str) -> HttpResponse:
    """Say what forgetting the account means; posted, forget it."""
    way, now = providers().get(provider), timezone.now()
    if way is None:
        raise Http404
    if request.method == "POST":
        if accounts.remove_account(seat.shop_id, provider, who=seat.user, now=now):
            messages.success(request, f"The account of {way.name} is forgotten.")
        else:
            messages.warning(request, f"There was no account of {way.name} any more.")
        return redirect("console:channels", seat.slug)
    return show(request, seat, "console/channel_remove.html", {"way": way})


@require_POST
@seated("agent")
def test(request: HttpRequest, seat: Seat, provider: str) -> HttpResponse:
    """Send the member who asks one marked message by this account."""
    way, form = providers().get(provider), TestForm(request.POST)
    if way is None or not form.is_valid():
        raise Http404
    brand = brand_of(seat.shop_id)
    trial = Trial(TextKey(TRIED, "", brand.languages[0] if brand.languages else "en"), way.channel)
    asker = testing.Asker(seat.user, form.cleaned_data["to"], brand.country)
    try:
        testing.send_test(seat.shop_id, trial, asker, now=timezone.now(), provider=provider)
    except (testing.NotSent, LetterError) as error:
        messages.error(request, str(error))
    else:
        where = asker.typed if testing.destination(way.channel).asked else seat.user
        messages.success(request, f"A test is on its way to {where}, marked as one.")
    if seat.may("owner"):
        return redirect("console:channels-one", seat.slug, provider)
    return redirect("console:channels", seat.slug)
