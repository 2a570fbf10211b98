"""The plan: read, changed, published, taken back; and what it would promise now."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wismo.console import plan_words
from wismo.console.access import Seat, seated
from wismo.console.authoring_forms import PublishForm, VersionForm
from wismo.console.differences import lines_changed
from wismo.console.page import show
from wismo.console.promise_forms import PlanForm, TryForm
from wismo.console.text_desk import OVERTAKEN
from wismo.promise.actions import plans
from wismo.promise.plan.changes import diff
from wismo.promise.plan.reading import PlanError, read
from wismo.promise.plan.warnings import warnings
from wismo.promise.queries.plans import PlanRow, plan_of, plan_rows, plan_text
from wismo.promise.rules.explaining import Step
from wismo.promise.rules.question import Answer
from wismo.promise.rules.reasons import say, words
from wismo.promise.serving import quoter_of
from wismo.vocabulary.toml.notes import Problem


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of an answer, in words."""

    says: str
    day: date | None
    share: float | None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """What would be promised now, and why."""

    answer: Answer
    reasons: list[str]
    steps: list[StepShown]


@require_safe
@seated()
def plan(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What the plan says, its versions, and a destination to try it on."""
    found, version = plan_of(seat.shop_id)
    rows = plan_rows(seat.shop_id)
    form = TryForm(request.GET if "country" in request.GET else None, found)
    facts = {
        "plan": found,
        "version": version,
        "parts": plan_words.plan_in_words(found),
        "odd": warnings(found),
        "rows": rows,
        "draft": _draft(rows),
        "form": form,
        "tried": _tried(seat, form) if form.is_valid() else None,
        "may_draft": seat.may("agent"),
        "may_publish": seat.may("owner"),
    }
    return show(request, seat, "console/promise_plan.html", facts)


def _draft(rows: list[PlanRow]) -> PlanRow | None:
    return next((row for row in rows if row.published_at is None), None)


def _tried(seat: Seat, form: TryForm) -> AnswerShown:
    now = timezone.now()
    quoter, question = quoter_of(seat.shop_id, now), form.question(now)
    answer = quoter.quote(question)
    return AnswerShown(answer, words(answer.reasons), [_step(step) for step in quoter.explain(question)])


def _step(step: Step) -> StepShown:
    return StepShown(say(step.code, step.facts), step.day, step.share)


@require_http_methods(["GET", "HEAD", "POST"])
@seated("agent")
def edit(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The plan's text: saved as a draft, or thrown away."""
    if request.method == "POST" and request.POST.get("act") == "discard":
        plans.discard_plan_draft(seat.shop_id)
        messages.success(request, "The draft is thrown away.")
        return redirect("console:plan", seat.slug)
    draft = _draft(plan_rows(seat.shop_id))
    source = draft.text if draft else plan_text(seat.shop_id).text
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, source=source, seen=draft.stamp if draft else "")
    if form.is_valid() and drafted(request, seat, form.cleaned_data["source"], form.cleaned_data["seen"]):
        to = "plan-publish" if request.POST.get("act") == "review" else "plan-edit"
        return redirect(f"console:{to}", seat.slug)
    problems = problems_of(str(form["source"].value() or ""))
    facts = {"form": form, "draft": draft, "problems": problems}
    return show(request, seat, "console/promise_plan_edit.html", facts)


def drafted(request: HttpRequest, seat: Seat, text: str, seen: str) -> bool:
    """Keep the text as the draft, and say so; whether nobody else had changed it."""
    try:
        plans.draft_plan(seat.shop_id, text, who=seat.user, now=timezone.now(), seen=seen)
    except plans.Overtaken:
        messages.warning(request, OVERTAKEN)
        return False
    messages.success(request, "Saved as a draft. It changes nothing until it is published.")
    return True


def problems_of(text: str) -> tuple[Problem, ...]:
    """What keeps the text from being published, each with its line."""
    try:
        read(text, today=timezone.localdate())
    except PlanError as error:
        return tuple(error.problems)
    return ()


@require_http_methods(["GET", "HEAD", "POST"])
@seated("agent")
def publish(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What publishing the draft would change; posted by an owner, publish it."""
    draft = _draft(plan_rows(seat.shop_id))
    if draft is None:
        raise Http404
    form = PublishForm(request.POST if request.method == "POST" else None, seen=draft.stamp)
    if seat.may("owner") and form.is_valid() and _published(request, seat, form.cleaned_data["seen"]):
        return redirect("console:plan", seat.slug)
    in_force, problems = plan_text(seat.shop_id).text, problems_of(draft.text)
    new = None if problems else read(draft.text)
    facts = {
        "draft": draft,
        "form": form,
        "problems": problems,
        "changed": lines_changed(in_force, draft.text),
        "changes": diff(plan_of(seat.shop_id)[0], new) if new else (),
        "odd": warnings(new) if new else (),
        "may_publish": seat.may("owner"),
    }
    return show(request, seat, "console/promise_plan_publish.html", facts)


def _published(request: HttpRequest, seat: Seat, seen: str) -> bool:
    try:
        version = plans.publish_plan(seat.shop_id, who=seat.user, now=timezone.now(), seen=seen)
    except plans.Overtaken:
        messages.warning(request, OVERTAKEN)
        return False
    except PlanError:
        return False  # the page lists the problems
    messages.success(request, f"Version {version} holds. Every answer follows it within seconds.")
    return True


@require_POST
@seated("owner")
def back(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Publish an older version anew."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise Http404
    version = form.cleaned_data["version"]
    try:
        done = plans.roll_back_plan(seat.shop_id, version, who=seat.user, now=timezone.now())
    except PlanError as error:
        messages.error(request, f"Version {version} can no longer be followed: {error}.")
        return redirect("console:plan", seat.slug)
    if done:
        messages.success(request, f"What was version {version} holds again.")
    else:
        messages.warning(request, "Nothing was changed: there is no such version to go back to.")
    return redirect("console:plan", seat.slug)
