"""How reliable promises shall be, and what that costs in days: chosen on purpose, on own history."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wismo.console.access import Seat, seated
from wismo.console.page import show
from wismo.console.promise_chart import Curve, curve_of
from wismo.console.promise_forms import LevelForm
from wismo.console.promise_words import early_or_late
from wismo.console.views.promise_plan import drafted
from wismo.promise.plan.reading import PlanError
from wismo.promise.plan.writing import with_level
from wismo.promise.queries.frontiers import frontier_of
from wismo.promise.queries.plans import plan_of, plan_rows, plan_text
from wismo.promise.rules.frontier import Point
from wismo.promise.serving import quoter_of


@dataclass(frozen=True, slots=True)
class PointShown:
    """One level of the frontier, in words."""

    point: Point
    chosen: bool
    came: str  # before or after the promised day, on average
    costs: str  # what one more point costs, from the level before


@require_http_methods(["GET", "HEAD", "POST"])
@seated()
def level(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The frontier; posted, a draft of the plan with another level."""
    plan, _ = plan_of(seat.shop_id)
    may = seat.may("agent")
    form = LevelForm(request.POST if request.method == "POST" and may else None, plan)
    if form.is_valid() and _drafted(request, seat, form):
        return redirect("console:plan-publish", seat.slug)
    now, zone = timezone.now(), ZoneInfo(seat.timezone)
    found = frontier_of(seat.shop_id, quoter_of(seat.shop_id, now), now, zone)
    points = [(point.level, point.on_time, point.promised_days) for point in found.points]
    curve = curve_of(points, plan.level) if points else None
    facts = {
        "plan": plan,
        "form": form,
        "costs": (form["early"], form["late"]),
        "found": found,
        "curve": curve,
        "points": [_shown(point, curve) for point in found.points],
        "may_draft": may,
    }
    return show(request, seat, "console/promise_level.html", facts)


def _shown(point: Point, curve: Curve | None) -> PointShown:
    chosen = curve is not None and point.level == curve.chosen.level
    return PointShown(point, chosen, early_or_late(point.days_early), _costs(point))


def _costs(point: Point) -> str:
    if point.point_costs is None:
        return "–"
    return f"{point.point_costs:.2f} days"


def _drafted(request: HttpRequest, seat: Seat, form: LevelForm) -> bool:
    draft = next((row for row in plan_rows(seat.shop_id) if row.published_at is None), None)
    text, given = draft.text if draft else plan_text(seat.shop_id).text, form.cleaned_data
    try:
        if given["level"] is None:
            new = with_level(text, cost=(float(given["early"]), float(given["late"])))
        else:
            new = with_level(text, level=given["level"])
    except PlanError as error:
        messages.error(request, f"The draft cannot be read, so its level cannot be changed: {error}")
        return False
    return drafted(request, seat, new, draft.stamp if draft else "")
