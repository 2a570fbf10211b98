"""A journey tried on the shop's own history, before it is published."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wismo.console import words
from wismo.console.access import Seat, seated
from wismo.console.authoring_forms import BacktestForm
from wismo.console.journey_words import channel_word
from wismo.console.page import show
from wismo.notify.backtest import Report, Side, backtest
from wismo.notify.journey.model import Journey, JourneyError
from wismo.notify.queries import authoring
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.rehearsal import Played
from wismo.plumbing import limits

SECONDS = 20.0  # a page must answer; a longer trial is the command line's
MOST = 30  # an hour and shop


class TooLong(Exception):
    """The trial takes longer than a page may; says how far it came."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of both versions."""

    name: str
    draft: str
    published: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Sampled:
    """An order that the two versions treat differently."""

    number: str
    draft: str
    published: str


@require_http_methods(["GET", "HEAD", "POST"])
@seated()
def trial(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    """What the rule would have sent of late, beside the one that holds."""
    rows = authoring.version_rows(seat.shop_id, key)
    draft = next((row for row in rows if row.state == "draft"), None)
    held = journeys_of(seat.shop_id).get(key)
    if held is None and draft is None:
        raise Http404
    form = BacktestForm(request.POST if request.method == "POST" else None)
    facts: dict[str, Any] = {"key": key, "form": form, "draft": draft, "known": held is not None}
    if form.is_valid():
        facts |= _tried(seat, key, draft.source if draft else "", held, form.cleaned_data["days"])
    return show(request, seat, "console/backtest.html", facts)


def _tried(seat: Seat, key: str, source: str, held: Journey | None, days: int) -> dict[str, Any]:
    now = timezone.now()
    try:
        journey = authoring.checked(key, source) if source else held
    except JourneyError as error:
        return {"problems": error.problems}
    if journey is None or limits.count(seat.shop_id, "trials", "shop", now=now, length=limits.HOUR) > MOST:
        return {"refused": f"{MOST} trials were made within this hour. Try again in the next."}
    try:
        report = backtest(seat.shop_id, journey, days=days, now=now, progress=_until(SECONDS))
    except TooLong as error:
        return {"refused": f"{error} Choose fewer days, or run: wismo journey backtest FILE --days {days}"}
    return {
        "report": report,
        "compared": compared(report) if report.tried else [],
        "hours": _hours(report),
        "samples": [
            Sampled(one.order_number, _played(one.draft), _played(one.published)) for one in report.samples
        ],
        "trying": "the draft" if source else "the rule that holds",
    }


def _until(seconds: float) -> Callable[[int, int], None]:
    started = time.monotonic()

    def progress(done: int, total: int) -> None:
        if time.monotonic() - started > seconds:
            raise TooLong(f"After {seconds:.0f} seconds {done:,} of {total:,} orders were tried.")

    return progress


def compared(report: Report) -> list[Compared]:
    """The figures, the draft's beside those of the rule that holds."""
    held = report.published or Side(0)
    ours = report.draft
    found = [
        Compared("Sent", f"{ours.sent:,}", f"{held.sent:,}"),
        Compared("To shoppers", f"{len(ours.buyers):,}", f"{len(held.buyers):,}"),
        Compared("At night", f"{ours.night:,}", f"{held.night:,}", "between 21 and 8 o’clock of the reader"),
        Compared("Put off", f"{ours.deferred:,}", f"{held.deferred:,}", "to the end of the quiet hours"),
        Compared("Held back as stale", f"{ours.stale:,}", f"{held.stale:,}", "no longer true, or no news"),
        Compared(
            "Overtaken", f"{ours.overtaken:,}", f"{held.overtaken:,}", "newer news had happened, yet untold"
        ),
        Compared("Cost", _cost(ours), _cost(held)),
    ]
    found += [
        Compared(f"By {channel_word(name)}", f"{ours.channels[name]:,}", f"{held.channels[name]:,}")
        for name in sorted(ours.channels | held.channels)
    ]
    found += [
        Compared(f"Not sent: {_code(code)}", f"{ours.not_sent[code]:,}", f"{held.not_sent[code]:,}")
        for code in sorted(ours.not_sent | held.not_sent)
    ]
    return found


def _cost(side: Side) -> str:
    known = [f"{micros / 1_000_000:,.2f} {currency}" for currency, micros in sorted(side.cost_micros.items())]
    unpriced = [f"{side.unpriced:,} without a price"] if side.unpriced else []
    return ", ".join([*known, *unpriced]) or "none"


def _code(code: str) -> str:
    said = words.code_words(code)
    return (words.plain(code) if said == code else said).lower()


def _hours(report: Report) -> list[tuple[str, int, int]]:
    held = report.published.hours if report.published else {}
    told = sorted(report.draft.hours.keys() | set(held))
    return [(f"{hour:02}:00", report.draft.hours[hour], held.get(hour, 0)) for hour in told]


def _played(one: Played | None) -> str:
    if one is None:
        return "nothing"
    if one.sent_at is None:
        return f"not sent: {_code(one.code)}"
    return f"{channel_word(one.channel)}, {_when(one.sent_at)}"


def _when(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
