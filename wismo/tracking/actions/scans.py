"""Scans as their carriers tell them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from wismo.plumbing import bulk
from wismo.tracking.actions.fold import Held, by_name, fold, hold
from wismo.tracking.models import ScanRecord, Shipment, ShipmentNumber
from wismo.tracking.rules.matching import Parcel, parcel_of
from wismo.tracking.rules.summary import Summary, micros, revised_eta, summary_of, unpack_summary
from wismo.vocabulary.status import Scan

_FIELDS = (
    "shop",
    "shipment",
    "key",
    "source",
    "carrier",
    "tracking_number",
    "code",
    "text",
    "status",
    "leg",
    "reason",
    "at",
    "offset",
    "occurred_raw",
    "tz_source",
    "place",
    "eta",
    "correction",
    "received_at",
    "receipt",
)


@dataclass(frozen=True, slots=True)
class Received:
    """A scan and the payload it came in."""

    shop_id: int
    receipt: str
    received_at: datetime
    scan: Scan


Key = tuple[int, str]  # shop, scan
Named = tuple[int, str]  # shop, number or reference


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a batch went."""

    new: int
    duplicates: Counter[tuple[int, str]]  # by shop and source
    moved: frozenset[int] = frozenset()  # shipments there was news of


@transaction.atomic
def record_scans(batch: Sequence[Received], now: datetime) -> Recorded:
    """Keep the scans that are new, bring their shipments up to them, and announce the milestones.

    All consequences are in this transaction. A constant number of statements, however long the batch.
    """
    told = {(item.shop_id, item.scan.key): item for item in batch}
    held = _shipments(batch)
    known = _known(told)
    # In one order for all: two workers told of the same unknown parcels never wait crosswise.
    fresh = [told[key] for key in sorted(told) if key not in known]
    called = by_name(held)
    homes = [_home(item, called) for item in fresh]
    bulk.insert_new(ScanRecord, _FIELDS, [_row(i, home) for i, home in zip(fresh, homes, strict=True)])
    parcels = {shipment.id: shipment for shipment in held}
    news = _news(zip(fresh, homes, strict=True), parcels)
    _add_revised(news, parcels, told, known)
    fold([(parcels[pk], summary) for pk, summary in news.items()], now)
    duplicates = Counter((item.shop_id, item.scan.source) for item in batch)
    duplicates.subtract((item.shop_id, item.scan.source) for item in fresh)
    return Recorded(new=len(fresh), duplicates=+duplicates, moved=frozenset(news))


def _news(homed: Iterable[tuple[Received, int | None]], parcels: dict[int, Held]) -> dict[int, Summary]:
    by_shipment: dict[int, list[Scan]] = defaultdict(list)
    for item, home in homed:
        if home is not None:
            by_shipment[home].append(item.scan)
    return {pk: summary_of(scans, parcels[pk].zone) for pk, scans in by_shipment.items()}


def _add_revised(
    news: dict[int, Summary],
    parcels: dict[int, Held],
    told: dict[Key, Received],
    known: dict[Key, tuple[int | None, date | None]],
) -> None:
    """Days the carrier named anew with a scan it had told before, in place: what is told last counts.

    Only with the parcel's last scan: an older payload may come in late, with an older day.
    """
    for key, (home, first_said) in known.items():
        item, day = told[key], told[key].scan.eta
        if home is None or home not in parcels or home in news or day is None or day == first_said:
            continue
        last = unpack_summary(parcels[home].summary).last
        if last is None or micros(_moment(item)) >= last:
            news[home] = revised_eta(item.received_at, day)


def _moment(item: Received) -> datetime:
    return item.scan.occurred_at or item.scan.sort_at or item.received_at


def _shipments(batch: Sequence[Received]) -> list[Held]:
    """The shipments the batch may speak of, locked."""
    shops = {item.shop_id for item in batch}
    numbers = {item.scan.tracking_number for item in batch}
    named = Q(tracking_number__among=numbers)
    relayed = {item.scan.tracking_number for item in batch if item.scan.source != item.scan.carrier}
    if relayed:
        named |= Q(reference__among=relayed)
    others = ShipmentNumber.objects.filter(shop_id__in=shops)
    if others.exists():  # few shops have any
        named |= Q(pk__in=others.filter(tracking_number__among=numbers).values_list("shipment_id", flat=True))
    return hold(Shipment.objects.filter(named, shop_id__in=shops))


def _known(told: dict[Key, Received]) -> dict[Key, tuple[int | None, date | None]]:
    """Those kept before: each with its shipment, and the day named when it was first told."""
    # Read after the shipments are locked: a second worker with the same scans has waited for the first.
    shops, keys = {shop for shop, _ in told}, [key for _, key in told]
    rows = ScanRecord.objects.filter(shop_id__in=shops, key__among=keys)
    found = rows.values_list("shop_id", "key", "shipment_id", "eta")
    return {(shop, key): (home, eta) for shop, key, home, eta in found if (shop, key) in told}


def _home(item: Received, called: dict[Named, list[Parcel]]) -> int | None:
    scan = item.scan
    parcels = called.get((item.shop_id, scan.tracking_number), ())
    return parcel_of(scan, scan.occurred_at or scan.sort_at, parcels) if parcels else None


def _row(item: Received, home: int | None) -> Sequence[Any]:
    scan = item.scan
    moment = _moment(item)
    offset = moment.utcoffset() if scan.occurred_at else None
    return (
        item.shop_id,
        home,
        scan.key,
        scan.source,
        scan.carrier,
        scan.tracking_number,
        scan.code,
        scan.text,
        scan.status.value if scan.status else "",
        scan.leg.value,
        scan.reason.value if scan.reason else "",
        moment,
        int(offset.total_seconds() // 60) if offset is not None else None,
        scan.occurred_raw,
        scan.tz_source.value,
        scan.place,
        scan.eta,
        scan.correction,
        item.received_at,
        item.receipt,
    )
