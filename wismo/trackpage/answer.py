"""The page of a button: the same answer for e-mail, and for channels that have no buttons.

Opening it does nothing: mail scanners open every link. The press of its one button does.
"""

from dataclasses import dataclass
from datetime import UTC

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from wismo.notify.actions.answering import LONGEST, follow_on_page
from wismo.notify.queries.answers import Asked
from wismo.notify.queries.answers import asked as asked_by
from wismo.notify.words import ReplyAction
from wismo.plumbing import tokens
from wismo.trackpage.frame import show
from wismo.trackpage.views import brand_or_none, gone, language_for, private


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says."""

    title: str
    text: str = ""
    button: str = ""
    asks: str = ""  # the label of a field to write in; "" for none
    tone: str = ""  # good or warn, once there is an answer


# Same-origin for the reason that views.find gives.
@private(referrer="same-origin")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show what the button does; posted, do it and show what came of it."""
    now = timezone.now()
    asked = asked_by(token, now.astimezone(UTC).date())
    brand = brand_or_none(asked.context.shop_id) if asked else None
    if asked is None or brand is None:
        return gone(request, None)
    language = language_for(request, brand, buyer=asked.language)
    if request.method == "POST":
        if not asked.outcome:
            follow_on_page(asked, request.POST.get("text", ""), now)
        here = reverse("trackpage:answer", kwargs={"token": token})
        return HttpResponseRedirect(f"{here}?lang={language}")
    with translation.override(language):
        context = {"words": words_for(asked), "asked": asked, "longest": LONGEST, "order_url": _order(asked)}
        return show(request, "trackpage/answer.html", brand, context)


def _order(asked: Asked) -> str:
    order_id = asked.context.order_id
    if order_id is None:
        return ""
    return reverse("trackpage:track", kwargs={"token": tokens.make("track", asked.context.shop_id, order_id)})


def words_for(asked: Asked) -> Words:
    """By what was answered before, by what is still possible, else by what is asked."""
    if asked.outcome:
        return _answered(asked.outcome)
    return _no_longer() if asked.bar else _question(asked.action)


def _answered(outcome: str) -> Words:
    thanks = gettext("Thank you. We have it.")
    if outcome == "no_longer_possible":
        return _no_longer()
    if outcome == "stopped":
        text = gettext("You get no more messages at this address.")
        return Words(gettext("Messages are stopped"), text, tone="good")
    if outcome == "to_team":
        return Words(thanks, gettext("Somebody from the shop will answer you."), tone="good")
    return Words(thanks, gettext("You need not do anything else."), tone="good")


def _no_longer() -> Words:
    text = gettext("Things have moved on since we wrote. The order’s page shows where they stand now.")
    return Words(gettext("That is no longer possible"), text, tone="warn")


def _question(action: ReplyAction) -> Words:
    """One heading, one sentence and one button an action."""
    return (_by_writing() | _by_pressing())[action]


def _by_writing() -> dict[ReplyAction, Words]:
    send = gettext("Send")
    return {
        ReplyAction.CHANGE_ADDRESS: Words(
            gettext("Change the delivery address"),
            gettext("Write the right address here. The shop passes it on to the carrier."),
            send,
            gettext("The right address"),
        ),
        ReplyAction.CHOOSE_SLOT: Words(
            gettext("Choose another day"),
            gettext("Write which day or time suits you. The shop passes it on to the carrier."),
            send,
            gettext("Day or time"),
        ),
        ReplyAction.PROBLEM: Words(
            gettext("What is wrong?"),
            gettext("Somebody from the shop reads this and answers you."),
            send,
            gettext("What happened?"),
        ),
    }


def _by_pressing() -> dict[ReplyAction, Words]:
    return {
        ReplyAction.CONFIRM_ADDRESS: Words(
            gettext("Is the delivery address right?"),
            gettext("If it is, confirm it here, and the carrier tries again."),
            gettext("The address is right"),
        ),
        ReplyAction.COLLECT: Words(
            gettext("Collect it yourself"),
            gettext("The shop asks the carrier to keep the parcel at a pick-up point for you."),
            gettext("I will collect it"),
        ),
        ReplyAction.PAY_ONLINE: Words(
            gettext("Pay online"),
            gettext("You need no cash at the door then. The shop sends you the way to pay."),
            gettext("I would like to pay online"),
        ),
        ReplyAction.STOP: Words(
            gettext("Stop these messages?"),
            gettext("You get nothing more at this address, not even news of your parcel."),
            gettext("Stop these messages"),
        ),
    }
