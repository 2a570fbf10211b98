"""A text on the desk: which it is, what is written, and the form it is changed by."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils import timezone

from wismo.console import journey_words
from wismo.console.access import Seat
from wismo.console.authoring_forms import TextForm
from wismo.notify.actions import texts as actions
from wismo.notify.actions.authoring import Overtaken
from wismo.notify.channels import passports
from wismo.notify.queries import texts as queries
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.queries.texts import TextKey, TextRow, TextWords
from wismo.notify.wording import PARTS, all_texts

EVERY = "all"  # how "every channel" stands in an address
OVERTAKEN = "Somebody else changed it meanwhile. Nothing was done now: look at what is there, and go on."


def key_of(seat: Seat, key: str, channel: str, language: str) -> TextKey:
    """Which text the address means; a 404 where there is no such journey, channel or language."""
    known = journeys_of(seat.shop_id)
    if key not in known or language not in all_texts():
        raise Http404
    if channel != EVERY and channel not in passports():
        raise Http404
    return TextKey(key, "" if channel == EVERY else channel, language)


def named(channel: str) -> str:
    """A channel by its name."""
    return journey_words.channel_word(channel) if channel else "every channel"


def shown_channels(seat: Seat, which: TextKey) -> tuple[str, ...]:
    """The channels to look at the text in: its own, or those of the journey's route, e-mail first."""
    if which.channel:
        return (which.channel,)
    route = journeys_of(seat.shop_id)[which.journey].channels
    known = [channel for channel in dict.fromkeys(("email", *route)) if channel in passports()]
    return tuple(known)


def parts_of(which: TextKey) -> tuple[str, ...]:
    """The parts that its channel shows."""
    return passports()[which.channel].parts if which.channel else PARTS


def form_of(request: HttpRequest, seat: Seat, which: TextKey, rows: list[TextRow]) -> TextForm:
    """The form, filled with what would be said now."""
    draft, words = draft_of(rows), words_of(rows)
    initial: dict[str, Any] = queries.beneath(seat.shop_id, which) | dict(words.parts)
    shown = shown_channels(seat, which)
    return TextForm(
        request.POST if request.method == "POST" else None,
        which,
        parts_of(which),
        [(channel, named(channel)) for channel in shown],
        **initial,
        mjml=words.mjml,
        seen=draft.stamp if draft else "",
        show=shown[0],
    )


def draft_of(rows: list[TextRow]) -> TextRow | None:
    """The draft among the versions."""
    return next((row for row in rows if row.state == "draft"), None)


def words_of(rows: list[TextRow]) -> TextWords:
    """The draft, or what is published; nothing where the house's words hold."""
    live = [row for state in ("draft", "published") for row in rows if row.state == state]
    return live[0].words if live else TextWords({})


def saved(request: HttpRequest, seat: Seat, which: TextKey, form: TextForm) -> bool:
    """Keep what was written as the draft, and say so; whether that could be done."""
    seen, now = form.cleaned_data["seen"], timezone.now()
    try:
        actions.save_text(seat.shop_id, which, form.words(), seen=seen, who=seat.user, now=now)
    except Overtaken:
        messages.warning(request, OVERTAKEN)
        return False
    messages.success(request, "Saved as a draft. It changes nothing until it is published.")
    return True
