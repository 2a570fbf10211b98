"""Journeys: what tells shoppers what, and the shop's own versions of it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wismo.console import journey_words
from wismo.console.access import Seat, seated
from wismo.console.authoring_forms import JourneyForm, PublishForm, VersionForm
from wismo.console.differences import lines_changed
from wismo.console.page import show
from wismo.console.text_desk import OVERTAKEN
from wismo.notify.actions import authoring
from wismo.notify.journey.model import Journey, JourneyError
from wismo.notify.queries import authoring as queries
from wismo.notify.queries.authoring import VersionRow
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.queries.texts import text_marks
from wismo.shops.queries import brand_of
from wismo.vocabulary.toml.notes import Problem

WEEK = timedelta(days=7)

_KEY = re.compile(r"[a-z][a-z0-9_]{1,58}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A journey in the list, in words."""

    row: queries.JourneyRow
    trigger: str
    channels: str


@require_safe
@seated()
def journeys(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every journey, with what its messages came to this week."""
    found = queries.journey_rows(seat.shop_id, timezone.now() - WEEK)
    listed = [
        Listed(
            row,
            journey_words.trigger_words(row.journey),
            ", ".join(journey_words.channel_word(channel) for channel in row.journey.channels),
        )
        for row in sorted(found, key=lambda row: journey_words.in_order(row.journey))
    ]
    facts = {
        "listed": listed,
        "new": queries.drafts_of_new_journeys(seat.shop_id),
        "may_draft": seat.may("agent"),
    }
    return show(request, seat, "console/journeys.html", facts)


@require_safe
@seated()
def journey(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    """One journey: its rule in words, its texts, its versions."""
    found = journeys_of(seat.shop_id).get(key)
    rows = queries.version_rows(seat.shop_id, key)
    if found is None:
        if not rows:
            raise Http404
        return redirect("console:journeys-edit", seat.slug, key)
    facts = {
        "journey": found,
        "trigger": journey_words.trigger_words(found),
        "lines": journey_words.rule_in_words(found),
        "route": journey_words.route_in_words(found),
        "versions": rows,
        "draft": _draft(rows),
        "own": found.version >= queries.OWN_FROM,
        "marks": text_marks(seat.shop_id, key),
        "templates": queries.template_rows(seat.shop_id, key),
        "language": _first_language(seat),
        "may_draft": seat.may("agent"),
        "may_publish": seat.may("owner"),
    }
    return show(request, seat, "console/journey.html", facts)


def _first_language(seat: Seat) -> str:
    offered = brand_of(seat.shop_id).languages
    return offered[0] if offered else "en"


def _draft(rows: list[VersionRow]) -> VersionRow | None:
    return next((row for row in rows if row.state == "draft"), None)


@require_http_methods(["GET", "HEAD", "POST"])
@seated("agent")
def edit(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    """The rule's text: saved as a draft, or thrown away."""
    if not _KEY.fullmatch(key):
        raise Http404
    if request.method == "POST" and request.POST.get("act") == "discard":
        authoring.discard_draft(seat.shop_id, key)
        messages.success(request, "The draft is thrown away.")
        return redirect(*_home_of(seat, key))
    rows = queries.version_rows(seat.shop_id, key)
    draft = _draft(rows)
    source = draft.source if draft else queries.source_in_force(key, rows) or _blank(key)
    data = request.POST if request.method == "POST" else None
    form = JourneyForm(data, source=source, seen=draft.stamp if draft else "")
    if form.is_valid() and _saved(request, seat, key, form.cleaned_data):
        to = "journeys-publish" if request.POST.get("act") == "review" else "journeys-edit"
        return redirect(f"console:{to}", seat.slug, key)
    facts = {
        "key": key,
        "form": form,
        "draft": draft,
        "problems": problems_of(key, str(form["source"].value() or "")),
    }
    return show(request, seat, "console/journey_edit.html", facts)


def _home_of(seat: Seat, key: str) -> tuple[str, ...]:
    if key in journeys_of(seat.shop_id):
        return ("console:journeys-one", seat.slug, key)
    return ("console:journeys", seat.slug)


def _saved(request: HttpRequest, seat: Seat, key: str, given: dict[str, Any]) -> bool:
    now = timezone.now()
    try:
        authoring.save_draft(seat.shop_id, key, given["source"], seen=given["seen"], who=seat.user, now=now)
    except authoring.Overtaken:
        messages.warning(request, OVERTAKEN)
        return False
    messages.success(request, "Saved as a draft. It changes nothing until it is published.")
    return True


def problems_of(key: str, source: str) -> tuple[Problem, ...]:
    """What keeps the text from being published, each with its line."""
    try:
        queries.checked(key, source)
    except JourneyError as error:
        return error.problems
    return ()


def _blank(key: str) -> str:
    return (
        f'key = "{key}"\nversion = 1\non = {{ milestone = "delivered" }}\nsubject = "shipment"\n'
        'legs = ["forward"]\nkind = "transactional"\nmax_age = "2d"\n\n[[route]]\nchannel = "email"\n'
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seated("agent")
def publish(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    """What publishing the draft would change; posted by an owner, publish it."""
    rows = queries.version_rows(seat.shop_id, key)
    draft = _draft(rows)
    if draft is None:
        raise Http404
    form = PublishForm(request.POST if request.method == "POST" else None, seen=draft.stamp)
    if seat.may("owner") and form.is_valid() and _published(request, seat, key, form.cleaned_data):
        return redirect("console:journeys-one", seat.slug, key)
    problems = problems_of(key, draft.source)
    facts = {
        "key": key,
        "draft": draft,
        "form": form,
        "problems": problems,
        "changed": lines_changed(queries.source_in_force(key, rows), draft.source),
        "new": key not in journeys_of(seat.shop_id),
        "lines": [] if problems else journey_words.rule_in_words(queries.checked(key, draft.source)),
        "may_publish": seat.may("owner"),
    }
    return show(request, seat, "console/journey_publish.html", facts)


def _published(request: HttpRequest, seat: Seat, key: str, given: dict[str, Any]) -> bool:
    now = timezone.now()
    try:
        done = authoring.publish(
            seat.shop_id, key, seen=given["seen"], note=given["note"], who=seat.user, now=now
        )
    except authoring.Overtaken:
        messages.warning(request, OVERTAKEN)
        return False
    except JourneyError:
        return False  # the page lists the problems
    messages.success(request, f"Version {done.version} holds from now on, for messages still to be sent too.")
    return True


@require_POST
@seated("owner")
def back(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    """Publish an older version anew, or go back to the standard one."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise Http404
    version, now = form.cleaned_data["version"], timezone.now()
    done: Journey | bool | None
    try:
        if version:
            done = authoring.roll_back(seat.shop_id, key, version, who=seat.user, now=now)
        else:
            done = authoring.withdraw(seat.shop_id, key, who=seat.user, now=now)
    except JourneyError as error:
        messages.error(request, f"Version {version} can no longer be followed: {error}.")
        return redirect(*_home_of(seat, key))
    if not done:
        messages.warning(request, "Nothing was changed: there is no such version to go back to.")
    elif version:
        messages.success(request, f"What was version {version} holds again.")
    else:
        messages.success(request, "The standard version holds again.")
    return redirect(*_home_of(seat, key))


@require_POST
@seated("agent")
def add(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Begin a journey of the shop's own."""
    key = request.POST.get("key", "").strip().lower().replace(" ", "_").replace("-", "_")
    if not _KEY.fullmatch(key):
        messages.error(request, "Name it by letters, digits and underscores, such as gift_reminder.")
        return redirect("console:journeys", seat.slug)
    return redirect("console:journeys-edit", seat.slug, key)
