"""The words of a journey: changed, looked at in every channel, published."""

from dataclasses import dataclass

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from wismo.console.access import Seat, seated
from wismo.console.authoring_forms import PART_WORDS, PublishForm, TextForm, VersionForm
from wismo.console.differences import Piece, words_changed
from wismo.console.page import show
from wismo.console.text_desk import (
    EVERY,
    OVERTAKEN,
    draft_of,
    form_of,
    key_of,
    named,
    saved,
    shown_channels,
    words_of,
)
from wismo.notify.actions import testing
from wismo.notify.actions import texts as actions
from wismo.notify.actions.authoring import Overtaken
from wismo.notify.channels import passports
from wismo.notify.queries import texts as queries
from wismo.notify.queries.texts import TextKey, TextRow, TextWords
from wismo.notify.rules.lint import Level
from wismo.notify.wording import PARTS, all_texts
from wismo.notify.wording.variables import VARIABLES
from wismo.shops.queries import brand_of


@dataclass(frozen=True, slots=True)
class PartChange:
    """How one part would change."""

    name: str
    pieces: list[Piece]


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": ["'self'"]})
@seated()
def text(request: HttpRequest, seat: Seat, key: str, channel: str, language: str) -> HttpResponse:
    """The words of one journey, channel and language, beside how they look."""
    which = key_of(seat, key, channel, language)
    rows = queries.text_rows(seat.shop_id, which)
    if request.method == "POST" and request.POST.get("act") == "discard" and seat.may("agent"):
        actions.discard_text(seat.shop_id, which)
        messages.success(request, "The draft is thrown away.")
        return redirect(request.path)
    form = form_of(request, seat, which, rows)
    if seat.may("agent") and form.is_valid() and saved(request, seat, which, form):
        if request.POST.get("act") == "review":
            return redirect("console:journeys-text-publish", seat.slug, key, channel, language)
        return redirect(request.path)
    draft, shown = draft_of(rows), form["show"].value() or form["show"].initial
    facts = {
        "which": which,
        "channel": channel,
        "channel_name": named(which.channel),
        "form": form,
        "rows": rows,
        "draft": draft,
        "published": next((row for row in rows if row.state == "published"), None),
        "findings": queries.findings_of(
            seat.shop_id, which, form.words() if form.is_valid() else words_of(rows)
        ),
        "variables": VARIABLES.values(),
        "languages": _languages(seat),
        "channels": [(EVERY, "Every channel"), *((p.key, p.name) for p in passports().values())],
        "mail": shown == "email",
        "asks_to": any(testing.destination(name).asked for name in shown_channels(seat, which)),
        "may_draft": seat.may("agent"),
        "may_publish": seat.may("owner"),
    }
    return show(request, seat, "console/text.html", facts)


def _written(form: TextForm, rows: list[TextRow]) -> TextWords:
    return form.words() if form.is_valid() else words_of(rows)


def _languages(seat: Seat) -> list[tuple[str, str, bool]]:
    """Tag, its own name for itself, and whether the shop offers it: those first."""
    offered = brand_of(seat.shop_id).languages
    told = [(tag, _language_name(tag), tag in offered) for tag in all_texts()]
    return sorted(told, key=lambda one: (not one[2], one[1].casefold()))


def _language_name(tag: str) -> str:
    locale = all_texts()[tag].locale
    return locale.get_display_name("en") or tag


@require_http_methods(["GET", "HEAD", "POST"])
@seated("agent")
def publish(request: HttpRequest, seat: Seat, key: str, channel: str, language: str) -> HttpResponse:
    """What publishing the draft would change; posted by an owner, publish it."""
    which = key_of(seat, key, channel, language)
    rows = queries.text_rows(seat.shop_id, which)
    draft = draft_of(rows)
    if draft is None:
        raise Http404
    form = PublishForm(request.POST if request.method == "POST" else None, seen=draft.stamp)
    if seat.may("owner") and form.is_valid() and _published(request, seat, which, form.cleaned_data["seen"]):
        return redirect("console:journeys-text", seat.slug, key, channel, language)
    findings = queries.findings_of(seat.shop_id, which, draft.words)
    facts = {
        "which": which,
        "channel": channel,
        "channel_name": named(which.channel),
        "form": form,
        "changes": _changes(seat, which, rows, draft),
        "mjml": draft.words.mjml,
        "findings": findings,
        "broken": any(finding.level is Level.ERROR for finding in findings),
        "may_publish": seat.may("owner"),
    }
    return show(request, seat, "console/text_publish.html", facts)


def _changes(seat: Seat, which: TextKey, rows: list[TextRow], draft: TextRow) -> list[PartChange]:
    below = queries.beneath(seat.shop_id, which)
    held = next((row.words.parts for row in rows if row.state == "published"), {})
    before, after = below | dict(held), below | dict(draft.words.parts)
    return [
        PartChange(PART_WORDS[part][0], words_changed(before.get(part, ""), after.get(part, "")))
        for part in PARTS
        if before.get(part, "") != after.get(part, "")
    ]


def _published(request: HttpRequest, seat: Seat, which: TextKey, seen: str) -> bool:
    try:
        actions.publish_text(seat.shop_id, which, seen=seen, who=seat.user, now=timezone.now())
    except Overtaken:
        messages.warning(request, OVERTAKEN)
        return False
    except actions.TextError:
        return False  # the page lists what is wrong
    messages.success(request, "Your words hold from now on, for messages still to be sent too.")
    return True


@require_POST
@seated("owner")
def back(request: HttpRequest, seat: Seat, key: str, channel: str, language: str) -> HttpResponse:
    """Publish an older version anew, or go back to the standard text."""
    which, form = key_of(seat, key, channel, language), VersionForm(request.POST)
    if not form.is_valid():
        raise Http404
    version, now = form.cleaned_data["version"], timezone.now()
    try:
        if version:
            done = bool(actions.roll_text_back(seat.shop_id, which, version, who=seat.user, now=now))
        else:
            done = actions.withdraw_text(seat.shop_id, which, who=seat.user, now=now)
    except actions.TextError as error:
        messages.error(request, f"Version {version} can no longer be used: {error}.")
    else:
        _say_back(request, version, done=done)
    return redirect("console:journeys-text", seat.slug, key, channel, language)


def _say_back(request: HttpRequest, version: int, *, done: bool) -> None:
    if not done:
        messages.warning(request, "Nothing was changed: there is no such version to go back to.")
    elif version:
        messages.success(request, f"What was version {version} holds again.")
    else:
        messages.success(request, "The standard text holds again.")
