"""How parcels read before something is tried, and after: for showing what it would do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.queries.milestones import reached
from wismo.tracking.queries.scans import moment_of
from wismo.vocabulary.status import Leg, Status


@dataclass(frozen=True, slots=True)
class News:
    """A line of the shopper's page: a scan that has a status."""

    at: datetime
    status: Status
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Point:
    """A milestone and when it was reached."""

    milestone: str
    episode: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What is told of one parcel."""

    order_id: int
    order_number: str
    carrier: str
    tracking_number: str
    status: Status
    leg: Leg
    late: bool
    at: datetime  # of its last scan, or of its registration
    points: frozenset[Point]
    news: tuple[News, ...]  # of the scans in question only, the newest first


@dataclass(frozen=True, slots=True)
class Change:
    """A parcel that reads otherwise."""

    shipment_id: int
    order_id: int
    order_number: str
    carrier: str
    tracking_number: str
    at: datetime
    status: Status
    status_then: Status
    leg: Leg
    leg_then: Leg
    late: bool
    late_then: bool
    reached: tuple[Point, ...]  # oldest first
    taken_back: tuple[Point, ...]
    news: tuple[News, ...]  # lines its page would have had, the newest first

    @property
    def moves(self) -> bool:
        """Whether more changes than lines on the page."""
        before = (self.status, self.leg, self.late)
        return before != (self.status_then, self.leg_then, self.late_then) or bool(self.reached)


def seen(shop_id: int, parcels: Collection[int], scans: Collection[int]) -> dict[int, Seen]:
    """The shop's parcels as they stand in this transaction, with the lines these scans give; two queries."""
    lines: dict[int | None, list[News]] = {}
    rows = ScanRecord.objects.filter(shop_id=shop_id, pk__in=scans, shipment__isnull=False)
    for scan in rows.exclude(status="").order_by("-at", "-pk"):
        at = moment_of(scan.at, scan.offset)
        lines.setdefault(scan.shipment_id, []).append(News(at, Status(scan.status), scan.text, scan.place))
    found = Shipment.objects.filter(shop_id=shop_id, pk__in=parcels).select_related("order")
    return {row.pk: _seen(row, tuple(lines.get(row.pk, ()))) for row in found.defer("summary", "items")}


def changes(before: Mapping[int, Seen], after: Mapping[int, Seen]) -> list[Change]:
    """What differs, parcel by parcel."""
    both = ((pk, was, after[pk]) for pk, was in before.items() if pk in after)
    return [_change(pk, was, then) for pk, was, then in both if was != then]


def _seen(row: Shipment, news: tuple[News, ...]) -> Seen:
    return Seen(
        order_id=row.order_id,
        order_number=row.order.number,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        status=Status(row.status),
        leg=Leg(row.leg),
        late=row.late,
        at=row.last_scan_at or row.created_at,
        points=frozenset(Point(*told) for told in reached(row.milestones)),
        news=news,
    )


def _change(shipment_id: int, was: Seen, then: Seen) -> Change:
    names = {(p.milestone, p.episode) for p in was.points}
    names_then = {(p.milestone, p.episode) for p in then.points}
    fresh = (p for p in then.points if (p.milestone, p.episode) not in names)
    gone = (p for p in was.points if (p.milestone, p.episode) not in names_then)
    return Change(
        shipment_id=shipment_id,
        order_id=was.order_id,
        order_number=was.order_number,
        carrier=was.carrier,
        tracking_number=was.tracking_number,
        at=then.at,
        status=was.status,
        status_then=then.status,
        leg=was.leg,
        leg_then=then.leg,
        late=was.late,
        late_then=then.late,
        reached=tuple(sorted(fresh, key=lambda p: (p.at, p.milestone))),
        taken_back=tuple(sorted(gone, key=lambda p: (p.at, p.milestone))),
        news=then.news,
    )
