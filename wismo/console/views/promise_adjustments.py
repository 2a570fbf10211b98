"""Days that are different: told by people, or by feeds; and how the feeds do."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from wismo.console import promise_words
from wismo.console.access import Seat, seated
from wismo.console.forms import Identifier
from wismo.console.page import show
from wismo.console.promise_forms import AdjustmentForm, FeedForm
from wismo.promise.actions import adjustments as actions
from wismo.promise.plan.model import Plan
from wismo.promise.queries.plans import AdjustmentRow, adjustment_rows, feed_rows, plan_of
from wismo.promise.rules.declared import read_rows

GONE = timedelta(days=30)  # what was over before is no longer listed


@dataclass(frozen=True, slots=True)
class AdjustmentShown:
    """An adjustment in words."""

    row: AdjustmentRow
    what: str
    where: str


@require_http_methods(["GET", "HEAD", "POST"])
@seated()
def adjustments(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What is and will be different; posted, one thing more."""
    plan, today = plan_of(seat.shop_id)[0], timezone.localdate()
    may = seat.may("agent")
    form = AdjustmentForm(request.POST if request.method == "POST" and may else None, plan, today)
    if form.is_valid() and _kept(request, seat, form, plan):
        return redirect("console:adjustments", seat.slug)
    shown = [_shown(row) for row in adjustment_rows(seat.shop_id, today - GONE)]
    over = [one for one in shown if one.row.ended_at is not None or one.row.last_day < today]
    facts = {
        "coming": [one for one in shown if one not in over],
        "over": over,
        "today": today,
        "feeds": feed_rows(seat.shop_id),
        "form": form,
        "feed_form": FeedForm(None),
        "may_write": may,
        "may_connect": seat.may("owner"),
    }
    return show(request, seat, "console/promise_adjustments.html", facts)


def _shown(row: AdjustmentRow) -> AdjustmentShown:
    what = promise_words.effect_words(row.effect, row.stage, row.days)
    where = promise_words.scope_words(row.warehouse, row.carrier, row.service, row.country, row.postcodes)
    return AdjustmentShown(row, what, where)


def _kept(request: HttpRequest, seat: Seat, form: AdjustmentForm, plan: Plan) -> bool:
    rows, problems = read_rows([form.told()], plan=plan)
    if problems:
        for problem in problems:
            form.add_error(None, problem.says)
        return False
    actions.keep_adjustments(seat.shop_id, rows, source=actions.PERSON, who=seat.user, now=timezone.now())
    messages.success(request, "Kept. Promises follow it within seconds.")
    return True


@require_POST
@seated("agent")
def end(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take one back, as of now."""
    given = Identifier.of(request.POST)
    if actions.end_adjustment(seat.shop_id, given, who=seat.user, now=timezone.now()):
        messages.success(request, "Taken back. Promises follow within seconds.")
    else:
        messages.warning(request, "Nothing was changed: it is over already.")
    return redirect("console:adjustments", seat.slug)


@require_POST
@seated("owner")
def feed(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Let a feed be asked from now on, or no longer."""
    form = FeedForm(request.POST)
    if request.POST.get("act") == "drop":
        if actions.drop_feed(seat.shop_id, request.POST.get("name", ""), who=seat.user, now=timezone.now()):
            messages.success(request, "It is no longer asked. What it told of days to come is taken back.")
    elif form.is_valid():
        given = form.cleaned_data
        actions.keep_feed(seat.shop_id, given["name"], given["url"], who=seat.user, now=timezone.now())
        messages.success(request, "It is asked at once, and every hour from then on.")
    else:
        said = "; ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, f"The feed was not kept: {said}")
    return redirect("console:adjustments", seat.slug)
