"""Count, day by day, how well each carrier told of its parcels: one pass over the newest scans of all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.sql.compiler import SQLCompiler

from wismo.plumbing import limits
from wismo.tracking.models import CarrierDay, ScanRecord
from wismo.tracking.rules.polling import OWN
from wismo.tracking.rules.quality import BOUNDS, HOUR, SLOTS
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status

WINDOW = timedelta(days=30)  # what is counted at the first run, and shown
SAME_TOUR = timedelta(hours=18)  # a van leaves in the morning and tries until night
DUPLICATES = "duplicates"  # how the pipeline counts scans told again
UNZONED, AHEAD = -2, -1  # slots beside those of lateness
TO_BUYER = [leg.value for leg in Leg if leg not in TO_MERCHANT]

Group = tuple[int, str, date]  # shop, carrier, day


class _Day(Func):
    """The day of a moment, in UTC: by the database's own function, which Django's cast on SQLite is not."""

    output_field = DateField()
    template = "(%(expressions)s AT TIME ZONE 'UTC')::date"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="date(%(expressions)s)", **extra)


class _Lag(Func):
    """The seconds between two moments, the later given first."""

    output_field = FloatField()
    template, arg_joiner = "EXTRACT(EPOCH FROM %(expressions)s)", " - "

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        told = {"template": "((julianday(%(expressions)s)) * 86400.0)", "arg_joiner": ") - julianday("}
        return self.as_sql(compiler, connection, **told, **extra)


@dataclass(slots=True)
class _Counted:
    """One row in the making."""

    first_scan: int
    scans: int = 0
    unzoned: int = 0
    ahead: int = 0
    lags: list[int] = field(default_factory=lambda: [0] * SLOTS)
    more: dict[str, int] = field(default_factory=dict)


def count_days(now: datetime) -> int:
    """Count the last day counted and all after it, and the day before for what came late; how many rows.

    Each row is written whole, so two who count at once write the same. Days before stay as they were.
    """
    scans, first = _newest(now)
    counted = _by_slot(scans)
    if not counted:
        return 0
    _add(counted, ("delivered", "without_pickup", "without_out", "before_pickup"), _deliveries(scans))
    _add(counted, ("attempts", "attempts_without_out"), _attempts(scans))
    windows = limits.by_subject(DUPLICATES, {carrier for _, carrier, _ in counted}, first)
    for (shop, carrier, window), repeats in windows.items():
        if row := counted.get((shop, carrier, window.date())):
            row.more["repeats"] = repeats
    fields = [f.name for f in CarrierDay._meta.fields if f.name not in {"id", "shop", "carrier", "day"}]
    CarrierDay.objects.bulk_create(
        [_row(group, row) for group, row in sorted(counted.items())],
        update_conflicts=True,
        unique_fields=["shop", "carrier", "day"],
        update_fields=fields,
        batch_size=500,
    )
    return len(counted)


def _newest(now: datetime) -> tuple[QuerySet[ScanRecord], datetime]:
    """The scans to count, and the midnight they begin at.

    They are found by their ids, as no index by time is kept; a day's least id is kept with its row.
    """
    # Not past today: what a clock that went ahead once received must not hold up all that follows.
    last: date | None = CarrierDay.objects.filter(day__lte=now.date()).aggregate(last=Max("day"))["last"]
    day = last - timedelta(days=1) if last else (now - WINDOW).date()
    kept = CarrierDay.objects.filter(day__gte=day).aggregate(first=Min("first_scan"))
    midnight = datetime.combine(day, time(), UTC)
    rows = ScanRecord.objects.filter(pk__gte=kept["first"] or 0, received_at__gte=midnight)
    rows = rows.exclude(source=OWN)  # no carrier told it
    return rows.annotate(day=_Day("received_at")).order_by(), midnight


def _by_slot(scans: QuerySet[ScanRecord]) -> dict[Group, _Counted]:
    lag = _Lag(F("received_at"), F("at"))
    beside = (When(offset=None, then=Value(UNZONED)), When(lag__lt=-HOUR, then=Value(AHEAD)))
    late = (When(lag__lte=bound, then=Value(slot)) for slot, bound in enumerate(BOUNDS))
    slot = Case(*beside, *late, default=Value(len(BOUNDS)), output_field=IntegerField())
    rows = scans.annotate(lag=lag).annotate(slot=slot).values_list("shop_id", "carrier", "day", "slot")
    counted: dict[Group, _Counted] = {}
    for shop, carrier, day, place, n, first in rows.annotate(n=Count("pk"), first=Min("pk")):
        row = counted.setdefault((shop, carrier, day), _Counted(first))
        row.first_scan = min(row.first_scan, first)
        row.scans += n
        if place == UNZONED:
            row.unzoned = n
        elif place == AHEAD:
            row.ahead = n
        else:
            row.lags[place] = n
    return counted


def _of_the_parcel(*statuses: Status) -> QuerySet[ScanRecord]:
    return ScanRecord.objects.filter(
        shipment_id=OuterRef("shipment_id"), status__in=statuses, leg__in=TO_BUYER
    )


def _deliveries(scans: QuerySet[ScanRecord]) -> Iterable[tuple[Any, ...]]:
    pickups = _of_the_parcel(Status.PICKED_UP)
    # A parcel that waits at a shop for its buyer needs no van to the door.
    outs = _of_the_parcel(Status.OUT_FOR_DELIVERY, Status.AVAILABLE_FOR_PICKUP)
    rows = scans.filter(status=Status.DELIVERED, leg__in=TO_BUYER, shipment__isnull=False).annotate(
        picked=Exists(pickups),
        out=Exists(outs.filter(at__lte=OuterRef("at"))),
        picked_later=Exists(pickups.filter(at__gt=OuterRef("at"))),
    )
    return rows.values_list("shop_id", "carrier", "day").annotate(
        n=_parcels(Q()),
        unpicked=_parcels(Q(picked=False)),
        unsent=_parcels(Q(out=False)),
        early=_parcels(Q(picked_later=True)),
    )


def _parcels(which: Q) -> Count:
    return Count("shipment_id", distinct=True, filter=which)


def _attempts(scans: QuerySet[ScanRecord]) -> Iterable[tuple[Any, ...]]:
    outs = _of_the_parcel(Status.OUT_FOR_DELIVERY)
    same = outs.filter(at__lte=OuterRef("at"), at__gte=OuterRef("at") - SAME_TOUR)
    rows = scans.filter(status=Status.FAILED_ATTEMPT, leg__in=TO_BUYER, shipment__isnull=False)
    groups = rows.annotate(out=Exists(same)).values_list("shop_id", "carrier", "day")
    return groups.annotate(n=Count("pk"), unsent=Count("pk", filter=Q(out=False)))


def _add(counted: dict[Group, _Counted], names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    for shop, carrier, day, *numbers in rows:
        if row := counted.get((shop, carrier, day)):  # none for what came in since they were counted
            row.more.update(zip(names, numbers, strict=True))


def _row(group: Group, row: _Counted) -> CarrierDay:
    shop, carrier, day = group
    return CarrierDay(
        shop_id=shop,
        carrier=carrier,
        day=day,
        first_scan=row.first_scan,
        scans=row.scans,
        unzoned=row.unzoned,
        ahead=row.ahead,
        lags=row.lags,
        **row.more,
    )
