"""What each level would have promised a shop's own parcels, and how often it would have held."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F

from wismo.promise.models import Passage
from wismo.promise.quoting import Quoter
from wismo.promise.rules.frontier import LEVELS, Past, Point, frontier
from wismo.promise.rules.question import Item, Question

WINDOW = timedelta(weeks=8)  # of arrivals: a season shows, a week's noise does not
MOST = 400  # parcels that are asked for again, at every level: a page has half a second
NOON = time(12)  # the hour of an order is not kept; by noon most cut-offs are still to come


@dataclass(frozen=True, slots=True)
class Frontier:
    """The levels, as they would have been."""

    points: tuple[Point, ...]
    parcels: int  # that were asked for again
    unanswered: int  # of these, without a promise today: in no point
    since: date


def frontier_of(shop_id: int, quoter: Quoter, now: datetime, zone: ZoneInfo) -> Frontier:
    """Of the parcels that arrived in the last weeks, by the plan and the tables of today, in two statements.

    Only what arrived is asked for: of a lost parcel nobody knows how many days it would have taken.
    """
    today = now.astimezone(zone).date()
    since = today - WINDOW
    arrived = Passage.objects.filter(shop_id=shop_id, arrived_on__gte=since, arrived_on__lt=today)
    step = max(1, -(-arrived.count() // MOST))
    # Every n-th by its id: as good as drawn by lot, and the same at every look.
    rows = list(arrived.annotate(lot=F("pk") % step).filter(lot=0))
    past = [one for row in rows if (one := _asked_again(row, quoter, zone)) is not None]
    return Frontier(frontier(past), len(rows), len(rows) - len(past), since)


def _asked_again(row: Passage, quoter: Quoter, zone: ZoneInfo) -> Past | None:
    promised = tuple(_days(row, quoter, zone))
    took = (row.arrived_on - row.bought_on).days if row.arrived_on else None
    return Past(promised, took) if len(promised) == len(LEVELS) else None


def _days(row: Passage, quoter: Quoter, zone: ZoneInfo) -> Iterator[int]:
    for level in LEVELS:
        question = Question(
            at=datetime.combine(row.bought_on, NOON, zone),
            country=row.country,
            region=row.region,
            postcode=row.postcode,
            service=row.service,
            warehouse=row.warehouse,
            items=(Item(product_class=row.product_class),),
            level=level,
        )
        latest = quoter.quote(question).latest
        if latest is None:
            return
        yield (latest - row.bought_on).days
