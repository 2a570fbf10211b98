"""Campaigns: one message to many who agreed to hear of offers."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wismo.console import words
from wismo.console.access import Seat, seated
from wismo.console.campaign_forms import CampaignForm
from wismo.console.page import show
from wismo.notify.actions import campaigns as actions
from wismo.notify.actions.campaigns import CampaignError, Told
from wismo.notify.explain import explain
from wismo.notify.journey.conditions import read_audience, said
from wismo.notify.journey.model import JourneyError
from wismo.notify.queries.audience import Preview, preview
from wismo.notify.queries.campaign_words import reads
from wismo.notify.queries.campaigns import Came, CampaignFacts, came_of, campaign_journeys, campaign_of
from wismo.notify.queries.campaigns import campaigns as listed

STATES = {
    "draft": ("Draft", "warn", "Nobody hears of it before it is started."),
    "running": ("Running", "good", ""),
    "paused": ("Paused", "", "Nothing more leaves until it is resumed."),
    "done": ("Done", "", "Everybody it was meant for was told, or there is a reason below."),
    "ended": ("Ended", "", "It was ended before everybody was told."),
}
_DONE = {
    "start": "It runs. It can be paused at any time.",
    "pause": "It is paused: nothing more leaves.",
    "resume": "It goes on where it was.",
    "end": "It is ended: nobody else is told.",
    "discard": "The draft is thrown away.",
}
_MAY = {
    "draft": ("start", "discard"),
    "running": ("pause", "end"),
    "paused": ("resume", "end"),
}
_ACTS = {
    "start": actions.start,
    "pause": actions.pause,
    "resume": actions.resume,
    "end": actions.end,
    "discard": actions.discard,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A campaign in the list."""

    facts: CampaignFacts
    word: str
    tone: str


@require_safe
@seated()
def campaigns(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every campaign, the newest first."""
    found = [Listed(facts, *STATES[facts.state][:2]) for facts in listed(seat.shop_id)]
    return show(request, seat, "console/campaigns.html", {"listed": found, "may_write": seat.may("owner")})


@require_safe
@seated()
def campaign(request: HttpRequest, seat: Seat, campaign_id: int) -> HttpResponse:
    """A draft with whom it would reach; one that ran with what came of it."""
    facts = _found(seat, campaign_id)
    drafted = facts.state == "draft"
    word, tone, means = STATES[facts.state]
    seen, trouble = _seen(seat, facts) if drafted else (None, "")
    shown = {
        "campaign": facts,
        "word": word,
        "tone": tone,
        "means": means,
        "conditions": _conditions(facts),
        "reads": reads(seat.shop_id, facts.plan),
        "seen": seen,
        "trouble": trouble,
        "barred": _in_words(seen.barred if seen else {}),
        "acts": _MAY.get(facts.state, ()) if seat.may("owner") else (),
        "may_write": seat.may("owner"),
    }
    return show(request, seat, "console/campaign.html", shown | ({} if drafted else _came(seat, facts)))


def _seen(seat: Seat, facts: CampaignFacts) -> tuple[Preview | None, str]:
    """Whom it would reach, or why it cannot be told any more."""
    try:
        return preview(seat.shop_id, facts.plan, timezone.now()), ""
    except LookupError:
        return None, f"There is no journey {facts.journey} any more."
    except JourneyError as error:
        return None, str(error)


def _conditions(facts: CampaignFacts) -> list[str]:
    try:
        return [said(part) for part in read_audience(facts.audience).parts]
    except JourneyError as error:
        return [str(problem) for problem in error.problems]


def _came(seat: Seat, facts: CampaignFacts) -> dict[str, Any]:
    came: Came = came_of(seat.shop_id, facts.id)
    return {"came": came, "reasons": _in_words(came.not_sent)}


def _in_words(codes: Any) -> list[tuple[str, int]]:
    """Why messages are not sent, in a sentence each where a code alone says it."""
    found = []
    for code, n in codes.items():
        try:
            found.append((explain(code, {}), n))
        except KeyError:  # it takes the facts of one message to say it
            found.append((words.plain(code), n))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@seated("owner")
def new(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Write a campaign."""
    form = CampaignForm(request.POST if request.method == "POST" else None, campaign_journeys(seat.shop_id))
    if form.is_valid():
        try:
            made = actions.draft(seat.shop_id, form.told(), who=seat.user, now=timezone.now())
        except CampaignError as error:
            form.blame(error.problems)
        else:
            messages.success(request, "Saved as a draft. See whom it would reach, then start it.")
            return redirect("console:campaigns-one", seat.slug, made)
    return show(request, seat, "console/campaign_edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@seated("owner")
def edit(request: HttpRequest, seat: Seat, campaign_id: int) -> HttpResponse:
    """Change a draft."""
    facts = _found(seat, campaign_id)
    if facts.state != "draft":
        return redirect("console:campaigns-one", seat.slug, campaign_id)
    data = request.POST if request.method == "POST" else None
    form = CampaignForm(data, campaign_journeys(seat.shop_id), facts)
    if form.is_valid() and _changed(request, seat, facts, form):
        return redirect("console:campaigns-one", seat.slug, campaign_id)
    return show(request, seat, "console/campaign_edit.html", {"form": form, "campaign": facts})


def _changed(request: HttpRequest, seat: Seat, facts: CampaignFacts, form: CampaignForm) -> bool:
    told: Told = form.told()
    try:
        changed = actions.change(seat.shop_id, facts.id, told, who=seat.user, now=timezone.now())
    except CampaignError as error:
        form.blame(error.problems)
        return False
    if changed:
        messages.success(request, "The draft is changed.")
    else:
        messages.warning(request, "Nothing was changed: it was started meanwhile.")
    return True


@require_POST
@seated("owner")
def act(request: HttpRequest, seat: Seat, campaign_id: int) -> HttpResponse:
    """Start, pause, resume or end it, or throw the draft away."""
    does, named = _ACTS.get(request.POST.get("act", "")), request.POST.get("act", "")
    if does is None:
        raise Http404
    _found(seat, campaign_id)
    try:
        done = does(seat.shop_id, campaign_id, who=seat.user, now=timezone.now())
    except CampaignError as error:
        messages.error(request, f"It cannot be started as it is: {error}.")
        return redirect("console:campaigns-one", seat.slug, campaign_id)
    if not done:
        messages.warning(request, "Nothing was changed: somebody else was faster.")
    else:
        messages.success(request, _DONE[named])
    if done and named == "discard":
        return redirect("console:campaigns", seat.slug)
    return redirect("console:campaigns-one", seat.slug, campaign_id)


def _found(seat: Seat, campaign_id: int) -> CampaignFacts:
    facts = campaign_of(seat.shop_id, campaign_id) if campaign_id < 1 << 63 else None
    if facts is None:
        raise Http404
    return facts
