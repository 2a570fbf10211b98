"""How a shopper judges a delivery: a score, and what they want to say. Saved by their own press alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wismo.notify import links
from wismo.notify.actions.feedback import give
from wismo.notify.queries.feedback import Asked, asked
from wismo.notify.rules.feedback import COMMENT_LIMIT, SCALE, FeedbackKind, is_bad
from wismo.plumbing import limits
from wismo.shops.queries import BrandFacts
from wismo.trackpage.choices import wrong_link
from wismo.trackpage.frame import show
from wismo.trackpage.views import brand_or_none, language_for, private

SAVES = 30  # an hour, for one order


@dataclass(frozen=True, slots=True)
class Score:
    """One step of the scale."""

    number: int
    chosen: bool
    icon: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what the ends of its scale mean."""

    question: str
    lead: str
    low: str = ""
    high: str = ""


_FACES = {
    1: ("angry", _("Very bad")),
    2: ("frown", _("Bad")),
    3: ("meh", _("All right")),
    4: ("smile", _("Good")),
    5: ("laugh", _("Very good")),
}


@csrf_exempt  # for the reason that choices.py gives
@private(referrer="no-referrer")
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, *, token: str) -> HttpResponse:
    """The question with the score of the link chosen beforehand; a post saves it, and the last one counts."""
    found = links.read_score(token)
    facts = asked(*found) if found else None
    brand = brand_or_none(facts.shop_id) if facts else None
    if found is None or facts is None or brand is None:
        return wrong_link(request)
    message_id, kind = found
    language = language_for(request, brand, buyer=facts.language)
    with translation.override(language):
        if request.method != "POST":
            return _page(request, brand, facts, kind, _chosen(request.GET, kind))
        score = _chosen(request.POST, kind)
        if score is None:
            return _page(request, brand, facts, kind, None, missing=True)
        now = timezone.now()
        if limits.count(facts.shop_id, "judge", str(facts.order_id), now=now, length=limits.HOUR) > SAVES:
            return HttpResponse(status=429, headers={"Retry-After": "3600"})
        give(message_id, kind, score, request.POST.get("comment", "")[:COMMENT_LIMIT].strip(), now)
        return HttpResponseRedirect(f"{request.path}?saved=1&lang={language}", status=303)


def _page(
    request: HttpRequest,
    brand: BrandFacts,
    facts: Asked,
    kind: FeedbackKind,
    chosen: int | None,
    *,
    missing: bool = False,
) -> HttpResponse:
    saved = facts.score is not None and "saved" in request.GET
    score = chosen if chosen is not None else facts.score
    typed = request.POST.get("comment", "")[:COMMENT_LIMIT]
    context: dict[str, Any] = {
        "words": _question(kind, brand.name),
        "kind": kind.value,
        "number": facts.order_number,
        "scores": [_score(kind, number, chosen=number == score) for number in SCALE[kind]],
        "comment": typed if missing else facts.comment,
        "saved": saved,
        "missing": missing,
        "sorry": facts.score is not None and is_bad(kind, facts.score),
        "contact": brand.support_url or (f"mailto:{brand.support_email}" if brand.support_email else ""),
    }
    return show(request, "trackpage/judge.html", brand, context, status=422 if missing else 200)


def _chosen(fields: Mapping[str, Any], kind: FeedbackKind) -> int | None:
    told = str(fields.get("score", ""))
    number = int(told) if told.isascii() and told.isdecimal() and len(told) <= 2 else -1
    return number if number in SCALE[kind] else None


def _score(kind: FeedbackKind, number: int, *, chosen: bool) -> Score:
    if kind is FeedbackKind.NPS:
        return Score(number, chosen)
    icon, word = _FACES[number]
    return Score(number, chosen, icon, str(word))


def _question(kind: FeedbackKind, shop: str) -> Question:
    if kind is FeedbackKind.NPS:
        return Question(
            gettext("Would you recommend %(shop)s?") % {"shop": shop},
            gettext("0 means not at all, 10 means certainly."),
            gettext("Not at all"),
            gettext("Certainly"),
        )
    return Question(gettext("How was the delivery?"), gettext("Choose one and send it. That is all."))
