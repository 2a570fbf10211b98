"""What was promised, what it cost, and what held: read from the ledger, added up by the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncDate, TruncWeek

from wismo.orders.models import Order
from wismo.promise.models import Place, Promise
from wismo.promise.rules.coverage import Cell, Kept

RECENT = 2000  # orders that the answers' coverage is taken of: so its cost has a bound
DAY = timedelta(days=1)
_WAYS = ("week", "country", "area", "carrier", "warehouse", "service", "rung")


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of the newest orders were placed under a promise, and what became of it on the way."""

    orders: int
    by_rung: Mapping[str, int]  # orders placed under a promise, by the rung it stood on
    changes: int  # times another day was shown later
    changed: int  # orders it was shown for

    @property
    def promised(self) -> int:
        """Orders placed under a promise."""
        return sum(self.by_rung.values())

    @property
    def changes_each(self) -> float:
        """Times another day was shown, of an order with a promise; 0 of none."""
        return self.changes / self.promised if self.promised else 0.0


def cells(shop_id: int, *, since: date, until: date, zone: ZoneInfo) -> list[Cell]:
    """What became of the first promises whose day lies in [since, until), in one statement.

    Of a cancelled order only what arrived all the same counts: nobody broke the rest.
    """
    due = Promise.objects.filter(shop_id=shop_id, first=True, latest__gte=since, latest__lt=until)
    counted = due.exclude(order__cancelled_at__isnull=False, arrived_on=None)
    rows = (
        counted
        .annotate(week=TruncWeek("latest"), asked_on=TruncDate("asked_at", tzinfo=zone))
        .values(*_WAYS)
        .annotate(
            promises=Count("pk"),
            held=Count("pk", filter=Q(kept=True)),
            arrived=Count("pk", filter=Q(arrived_on__isnull=False)),
            promised=Sum(ExpressionWrapper(F("latest") - F("asked_on"), DurationField())),
            early=Sum(ExpressionWrapper(F("latest") - F("arrived_on"), DurationField())),
            aimed=Sum("level"),
            unaimed=Count("pk", filter=Q(level=0)),
        )
        .order_by()
    )
    return [Cell(**{name: row[name] for name in _WAYS}, kept=_kept(row)) for row in rows]


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(
        promises=row["promises"],
        kept=row["held"],
        unheard=row["promises"] - row["arrived"],
        promised_days=row["promised"] / DAY,
        arrived=row["arrived"],
        early_days=row["early"] / DAY if row["early"] is not None else 0.0,
        level=row["aimed"],
        unaimed=row["unaimed"],
    )


def answered(shop_id: int) -> Answered:
    """Of the newest orders, in three statements."""
    newest = Order.objects.filter(shop_id=shop_id).order_by("-pk").values("pk")[:RECENT]
    rows = (
        Promise.objects
        .filter(shop_id=shop_id, order__in=newest, first=True)
        .values_list("rung")
        .annotate(Count("pk"))
        .order_by()
    )
    moved = Promise.objects.filter(shop_id=shop_id, order__in=newest, first=False, place=Place.PAGE)
    later = moved.aggregate(shown=Count("pk"), orders=Count("order", distinct=True))
    return Answered(
        orders=newest.count(),
        by_rung=dict(rows),
        changes=later["shown"],
        changed=later["orders"],
    )
