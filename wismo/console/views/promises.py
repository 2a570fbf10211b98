"""What was promised, what it cost and what held; and the ledger it is counted from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wismo.console import promise_words
from wismo.console.access import Seat, seated
from wismo.console.forms import Cursor
from wismo.console.page import show
from wismo.console.promise_chart import weeks_of
from wismo.promise.queries import figures, ledger_rows
from wismo.promise.rules.coverage import FEWEST, Cell, Kept, grouped, together
from wismo.promise.rules.question import Rung

PERIODS = {4: "4 weeks", 12: "12 weeks", 26: "26 weeks"}
USUAL = 12
LONGEST = 12  # rows of one table: those with the most promises
PAGE = 50


@dataclass(frozen=True, slots=True)
class Held:
    """One row of a table: what became of these promises, in words."""

    name: str
    kept: Kept
    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class Table:
    """The same promises seen from one side."""

    heading: str
    column: str
    rows: tuple[Held, ...]
    more: int  # groups that are not shown


@dataclass(frozen=True, slots=True)
class RungShown:
    """How many orders were answered from one rung of the ladder."""

    name: str
    means: str
    orders: int
    share: float  # of all orders, 0 to 1

    @property
    def percent(self) -> float:
        """The same in per cent, for the drawing."""
        return round(100 * self.share, 1)


@require_safe
@seated()
def promises(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The pair in big, by week, and from every side."""
    weeks = _period(request.GET.get("weeks", ""))
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    cells = figures.cells(seat.shop_id, since=first, until=today, zone=ZoneInfo(seat.timezone))
    all_of_it, answers = together(cells), figures.answered(seat.shop_id)
    facts = {
        "all": all_of_it,
        "verdict": promise_words.judged(all_of_it),
        "chart": weeks_of(grouped(cells, lambda cell: cell.week), first=first, count=weeks),
        "tables": _tables(cells) if cells else (),
        "answers": answers,
        "rungs": _rungs(answers),
        "rows": ledger_rows.newest(seat.shop_id, limit=10),
        "weeks": weeks,
        "periods": PERIODS,
        "fewest": FEWEST,
    }
    return show(request, seat, "console/promises.html", facts)


@require_safe
@seated()
def ledger(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every date that was shown, newest first."""
    before = Cursor.of(request.GET)
    rows = ledger_rows.newest(seat.shop_id, before=before, limit=PAGE + 1)
    facts = {
        "rows": rows[:PAGE],
        "first": before is None,
        "next": rows[PAGE - 1].id if len(rows) > PAGE else None,
    }
    return show(request, seat, "console/promise_ledger.html", facts)


def _period(asked: str) -> int:
    return int(asked) if asked.isdecimal() and int(asked) in PERIODS else USUAL


def _tables(cells: Sequence[Cell]) -> tuple[Table, ...]:
    sides: tuple[tuple[str, str, Callable[[Cell], str]], ...] = (
        ("By destination", "To", lambda cell: promise_words.area_words(cell.country, cell.area)),
        ("By carrier", "Carrier", lambda cell: promise_words.carrier_named(cell.carrier)),
        ("By warehouse", "From", lambda cell: cell.warehouse),
        ("By service", "Service", lambda cell: cell.service),
        ("By what the answer stood on", "Rung", lambda cell: promise_words.rung_word(cell.rung)),
    )
    return tuple(_table(heading, column, grouped(cells, by)) for heading, column, by in sides)


def _table(heading: str, column: str, groups: Mapping[str, Kept]) -> Table:
    order = sorted(groups.items(), key=lambda item: (-item[1].promises, item[0]))
    rows = tuple(
        Held(name or "not told", kept, *promise_words.judged(kept)) for name, kept in order[:LONGEST]
    )
    return Table(heading, column, rows, len(order) - len(rows))


def _rungs(answers: figures.Answered) -> list[RungShown]:
    """Every rung that answered, the surest first, and the orders that none did."""
    if not answers.orders:
        return []
    none = {Rung.NONE.value: answers.orders - answers.promised}
    counts = {**{rung.value: answers.by_rung.get(rung.value, 0) for rung in Rung}, **none}
    return [
        RungShown(promise_words.rung_word(rung), promise_words.rung_means(rung), n, n / answers.orders)
        for rung, n in counts.items()
        if n
    ]
