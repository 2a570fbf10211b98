"""Codes that no pack maps: what they may mean, and what they mean for this shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wismo.carriers.registry import carrier_name
from wismo.carriers.suggestions import Suggestion, suggester
from wismo.console import words
from wismo.console.access import Seat, seated
from wismo.console.foreknown import preview_of
from wismo.console.forms import Identifier, MeaningForm
from wismo.console.page import show
from wismo.plumbing import audit
from wismo.plumbing.audit import Act
from wismo.tracking.actions import meanings
from wismo.tracking.jobs import settle_meanings
from wismo.tracking.queries import codes as found
from wismo.tracking.queries.codes import UnmappedCode
from wismo.tracking.rules.meaning import Meaning

SHOWN, ACTS = 200, 5
SUBJECT = 120  # characters of what an audit row is about
GONE = "No scan waits for the meaning of that code any more."
MAPPED, UNDONE = "mapped a code", "undid a code"


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A code with what it may mean, and the address where that is tried."""

    code: UnmappedCode
    suggestion: Suggestion | None
    query: str


@require_safe
@seated()
def codes(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Codes without a status, those that hold back most parcels first, and those the team has mapped."""
    rows = found.unmapped_codes(seat.shop_id, SHOWN)
    facts = {
        "rows": [_shown(row) for row in rows],
        "full": len(rows) == SHOWN,
        "meanings": found.meanings(seat.shop_id),
        "acts": _acts(seat.shop_id),
        "may_map": seat.may("agent"),
    }
    return show(request, seat, "console/codes.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@seated("agent")
def mapping(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Try a meaning and see what it would change; posted, give it."""
    given = request.POST if request.method == "POST" else request.GET
    source, code = given.get("source", ""), given.get("code", "")
    row = found.unmapped_code(seat.shop_id, source, code)
    if row is None or not code:
        messages.warning(request, GONE if code else meanings.NO_CODE)
        return redirect("console:codes", slug=seat.slug)
    now = timezone.now()
    wordings = found.wordings(seat.shop_id, source, code)
    suggestion = _suggested(row, [text for text, _ in wordings])
    form = MeaningForm(given if "status" in given else None, initial=_initial(row, suggestion))
    meaning = form.meaning()
    if request.method == "POST" and meaning is not None and _give(request, seat, row, meaning, now):
        return redirect("console:codes", slug=seat.slug)
    facts = {
        "row": row,
        "wordings": wordings,
        "places": found.places(seat.shop_id, source, code),
        "suggestion": suggestion,
        "form": form,
        "meaning": meaning,
        "preview": preview_of(seat, row, meaning, now) if meaning else None,
    }
    return show(request, seat, "console/codes_map.html", facts)


@require_POST
@seated("agent")
def undo(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take a meaning back."""
    now = timezone.now()
    with transaction.atomic():
        named = meanings.withdraw(seat.shop_id, Identifier.of(request.POST), now)
        if named is not None:
            _keep(seat, UNDONE, *named, now)
    if named is None:
        messages.warning(request, "That meaning is not there any more: somebody else has undone it.")
    else:
        count = settle_meanings(now, seat.shop_id)
        messages.success(request, f"{_named(*named)} has no meaning again; {_scans(count)} read as before.")
    return redirect("console:codes", slug=seat.slug)


@require_safe
@seated()
def export(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The shop's meanings as rows to paste into the packs."""
    text = found.as_rows(seat.shop_id) or "# No code has a meaning here that its pack lacks.\n"
    name = f'attachment; filename="{seat.slug}-codes.toml"'
    return HttpResponse(text, content_type="application/toml", headers={"Content-Disposition": name})


def _acts(shop_id: int) -> list[Act]:
    """What the team last did to codes, newest first."""
    both = [act for did in (MAPPED, UNDONE) for act in audit.latest(shop_id, did, limit=ACTS)]
    return sorted(both, key=lambda act: act.at, reverse=True)[:ACTS]


def _shown(row: UnmappedCode) -> CodeShown:
    suggestion = _suggested(row, row.texts)
    return CodeShown(row, suggestion, urlencode(_initial(row, suggestion)))


def _suggested(row: UnmappedCode, texts: Sequence[str]) -> Suggestion | None:
    return suggester().suggest(row.source, row.code, texts)


def _initial(row: UnmappedCode, suggestion: Suggestion | None) -> dict[str, str]:
    told = {"source": row.source, "code": row.code}
    if suggestion is not None:
        reason = suggestion.reason.value if suggestion.reason else ""
        told |= {"status": suggestion.status.value, "leg": suggestion.leg.value, "reason": reason}
    return told


def _give(request: HttpRequest, seat: Seat, row: UnmappedCode, meaning: Meaning, now: datetime) -> bool:
    """Whether the code has the meaning now; said to the person either way."""
    try:
        with transaction.atomic():
            meanings.give(seat.shop_id, row.source, row.code, meaning, who=seat.user, now=now)
            _keep(seat, MAPPED, row.source, row.code, now)
    except meanings.MeaningError as error:
        messages.error(request, str(error))
        return False
    count = settle_meanings(now, seat.shop_id)
    word = words.meaning_words(meaning.status).lower()
    rest = f" The other {row.scans - count:,} follow in a moment." if row.scans > count else ""
    named = _named(row.source, row.code)
    messages.success(request, f"{named} means here from now on: {word}; {_scans(count)} took it.{rest}")
    return True


def _keep(seat: Seat, did: str, source: str, code: str, now: datetime) -> None:
    audit.record(seat.shop_id, who=seat.user, did=did, subject=_named(source, code)[:SUBJECT], now=now)


def _named(source: str, code: str) -> str:
    return f"{code} of {carrier_name(source)}"


def _scans(count: int) -> str:
    return "1 scan" if count == 1 else f"{count:,} scans"
