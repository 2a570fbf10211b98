"""How a text looks, and a test of it to a member of the team."""

from typing import Any

from csp.decorators import csp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from wismo.console.access import Seat, seated
from wismo.console.authoring_forms import TextForm
from wismo.console.text_desk import form_of, key_of, named, saved, shown_channels, words_of
from wismo.console.views.mailbox import SHUT
from wismo.notify import preview
from wismo.notify.actions import testing
from wismo.notify.port import LetterError
from wismo.notify.preview import NoSuchOrder, Shape, Shown, Trial
from wismo.notify.queries import texts as queries
from wismo.notify.queries.texts import TextKey
from wismo.notify.wording.pen import BrokenText
from wismo.shops.queries import brand_of


@require_http_methods(["GET", "HEAD", "POST"])
@csp(SHUT)
@xframe_options_sameorigin
@seated()
def shown(request: HttpRequest, seat: Seat, key: str, channel: str, language: str) -> HttpResponse:
    """The message as a reader sees it: a page of its own, which can do nothing."""
    which = key_of(seat, key, channel, language)
    form = form_of(request, seat, which, queries.text_rows(seat.shop_id, which))
    words = form.words() if form.is_valid() else words_of(queries.text_rows(seat.shop_id, which))
    given = form.cleaned_data if form.is_bound else {}
    trial = Trial(
        which,
        given.get("show") or shown_channels(seat, which)[0],
        words,
        order=given.get("order", ""),
        parcels=given.get("parcels") or 1,
    )
    dark = bool(given.get("dark"))
    try:
        found = preview.preview(seat.shop_id, trial, timezone.now())
        if found.shape is Shape.MAIL:
            return HttpResponse(preview.mail_html(found, dark=dark))
    except (LetterError, BrokenText) as error:
        return _frame(request, {"error": f"It cannot be written: {error}.", "dark": dark})
    except NoSuchOrder:
        return _frame(request, {"error": f"There is no parcel of an order {trial.order}.", "dark": dark})
    return _frame(request, {"shown": found, "channel": named(trial.channel), "dark": dark})


def _frame(request: HttpRequest, facts: dict[str, Any]) -> HttpResponse:
    found: Shown | None = facts.get("shown")
    letter = found.letter if found else None
    return render(request, "console/shown.html", facts | {"letter": letter})


@require_POST
@seated("agent")
def test(request: HttpRequest, seat: Seat, key: str, channel: str, language: str) -> HttpResponse:
    """Keep the words as a draft, and send them to the member who asks, by the real way."""
    which = key_of(seat, key, channel, language)
    form = form_of(request, seat, which, queries.text_rows(seat.shop_id, which))
    if form.is_valid() and saved(request, seat, which, form):
        _try(request, seat, which, form)
    return redirect("console:journeys-text", seat.slug, key, channel, language)


def _try(request: HttpRequest, seat: Seat, which: TextKey, form: TextForm) -> None:
    given = form.cleaned_data
    trial = Trial(
        which,
        given["show"] or shown_channels(seat, which)[0],
        form.words(),
        order=given["order"],
        parcels=given["parcels"] or 1,
    )
    asker = testing.Asker(seat.user, given["to"], brand_of(seat.shop_id).country)
    try:
        testing.send_test(seat.shop_id, trial, asker, now=timezone.now())
    except (testing.NotSent, LetterError, BrokenText) as error:
        messages.error(request, str(error))
    except NoSuchOrder:
        messages.error(request, f"There is no parcel of an order {trial.order}.")
    else:
        where = given["to"] if testing.destination(trial.channel).asked else seat.user
        messages.success(request, f"A test is on its way to {where}, marked as one.")
