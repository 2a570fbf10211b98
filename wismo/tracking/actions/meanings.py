"""A shop's own meaning of codes no pack maps: given, applied to what came before, rehearsed, withdrawn.

The meaning is kept first; scans take it in batches, each with its shipments folded anew in one transaction.
What was announced stays announced, and what is reached only now is announced with the time it happened.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from wismo.plumbing import bulk
from wismo.plumbing.inbox import bodies
from wismo.tracking.actions.fold import fold, forget, hold
from wismo.tracking.actions.reread import Reading
from wismo.tracking.actions.scans import Received, Recorded, record_scans
from wismo.tracking.models import CodeMeaning, ScanRecord, Shipment
from wismo.tracking.queries.codes import meaning_of, meanings_of, unsettled
from wismo.tracking.queries.effects import Change, changes, seen
from wismo.tracking.rules.meaning import Meaning
from wismo.tracking.rules.summary import Summary
from wismo.vocabulary.status import Leg

BATCH = 500
REHEARSED = 500  # scans, the newest: a look ahead must not hold up those who work
_MEANT = ("status", "leg", "reason", "correction", "by_shop")
NO_CODE = "These scans came without a code. Add a row with their words to the carrier’s pack."


class MeaningError(ValueError):
    """The meaning cannot be given; the message says why and what to do."""


def give(shop_id: int, source: str, code: str, meaning: Meaning, *, who: str, now: datetime) -> None:
    """From now on the shop's scans with this code mean that; `settle` does the same for earlier ones.

    MeaningError where it has a meaning already, or one that is still being withdrawn.
    """
    if not code:
        raise MeaningError(NO_CODE)
    told = {
        "status": meaning.status.value,
        "leg": meaning.leg.value,
        "reason": meaning.reason.value if meaning.reason else "",
        "who": who,
        "at": now,
        "withdrawn_at": None,
    }
    with transaction.atomic():
        named = CodeMeaning.objects.select_for_update().filter(shop_id=shop_id, source=source, code=code)
        row = named.first()
        if row is not None and row.withdrawn_at is None:
            raise MeaningError(f"{code} has a meaning already. Undo it first.")
        if ScanRecord.objects.filter(shop_id=shop_id, source=source, code=code, by_shop=True).exists():
            raise MeaningError(f"The earlier meaning of {code} is still being undone. Try again in a minute.")
        CodeMeaning.objects.update_or_create(shop_id=shop_id, source=source, code=code, defaults=told)


def withdraw(shop_id: int, meaning_id: int, now: datetime) -> tuple[str, str] | None:
    """From now on the code has no meaning again; `settle` gives back its scans. None if there is none."""
    rows = CodeMeaning.objects.filter(shop_id=shop_id, pk=meaning_id, withdrawn_at=None)
    named = rows.values_list("source", "code").first()
    return named if named and rows.update(withdrawn_at=now) else None


def settle(now: datetime, read: Reading, *, shop_id: int | None = None, batches: int = 10) -> int:
    """Bring earlier scans up to the meanings given and withdrawn since, in so many batches; how many scans.

    `read` reads a payload by its pack: a scan given back is as if the meaning had never been.
    """
    due = unsettled() if shop_id is None else unsettled().filter(shop_id=shop_id)
    done = 0
    for row in due[:batches]:
        last = 0
        while batches > 0 and (ids := _next(row, last)):
            batches, last = batches - 1, ids[-1]
            done += _map(row, ids, now) if row.withdrawn_at is None else _give_back(row, ids, now, read)
    return done


def record_as_meant(batch: Sequence[Received], now: datetime) -> Recorded:
    """`record_scans`, with the shop's meaning for codes no pack maps. One look more, where there are such."""
    meant = _meant(batch)
    recorded = record_scans([meant.get((i.shop_id, i.scan.key), i) for i in batch], now) if meant else None
    keys: dict[int, list[str]] = defaultdict(list)
    for shop, key in meant:
        keys[shop].append(key)
    for shop, told in keys.items():
        rows = ScanRecord.objects.filter(shop_id=shop, key__among=told).exclude(status="")
        rows.update(by_shop=True)
    return recorded or record_scans(batch, now)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a meaning would do to the shop's earlier scans."""

    scans: int  # tried: all there are, or the newest REHEARSED
    parcels: int
    changed: tuple[Change, ...]  # the parcels that would read otherwise, the newest news first


@contextmanager
def rehearsal(shop_id: int, source: str, code: str, meaning: Meaning, now: datetime) -> Iterator[Rehearsed]:
    """Give the newest scans the meaning, look around inside the block, and undo it all when it ends.

    So what is shown beforehand is what the very same code would do, reactions and queued messages included.
    """
    row = CodeMeaning(
        shop_id=shop_id, source=source, code=code, status=meaning.status, leg=meaning.leg,
        reason=meaning.reason or "", at=now,
    )  # fmt: skip
    with transaction.atomic():
        ids = list(_scans(row).order_by("-pk").values_list("pk", flat=True)[:REHEARSED])
        parcels = _parcels(shop_id, ids)
        hold(Shipment.objects.filter(shop_id=shop_id, pk__in=parcels))
        before = seen(shop_id, parcels, ids)
        _map(row, ids, now)
        after = seen(shop_id, parcels, ids)
        yield Rehearsed(len(ids), len(parcels), _newest_first(changes(before, after)))
        transaction.set_rollback(True)


def _newest_first(found: Sequence[Change]) -> tuple[Change, ...]:
    return tuple(sorted(found, key=lambda c: (c.news[0].at if c.news else c.at, c.shipment_id), reverse=True))


def _meant(batch: Sequence[Received]) -> dict[tuple[int, str], Received]:
    """Those of the batch that the shop has a meaning for, as it reads them."""
    unmapped = [item for item in batch if item.scan.status is None and item.scan.code]
    if not unmapped:
        return {}
    known = meanings_of({item.shop_id for item in unmapped}, {item.scan.code for item in unmapped})
    meant = {}
    for item in unmapped:
        scan = item.scan
        if meaning := known.get((item.shop_id, scan.source, scan.code)):
            status, leg = meaning.on(scan.leg)
            told = replace(scan, status=status, leg=leg, reason=meaning.reason)
            meant[item.shop_id, scan.key] = replace(item, scan=told)
    return meant


def _scans(row: CodeMeaning) -> "QuerySet[ScanRecord]":
    """The scans that do not show yet what the row says, found by a partial index."""
    coded = ScanRecord.objects.filter(shop_id=row.shop_id, source=row.source, code=row.code)
    return coded.filter(status="") if row.withdrawn_at is None else coded.filter(by_shop=True)


def _next(row: CodeMeaning, last: int) -> list[int]:
    return list(_scans(row).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])


def _parcels(shop_id: int, ids: Collection[int]) -> set[int]:
    rows = ScanRecord.objects.filter(shop_id=shop_id, pk__in=ids, shipment__isnull=False)
    return set(rows.values_list("shipment_id", flat=True))


@transaction.atomic
def _map(row: CodeMeaning, ids: Sequence[int], now: datetime) -> int:
    """Give these scans the meaning and fold their shipments anew; how many took it."""
    meaning = meaning_of(row)
    held = hold(Shipment.objects.filter(shop_id=row.shop_id, pk__in=_parcels(row.shop_id, ids)))
    scans = _locked(row, ids, {shipment.id for shipment in held})
    reason = meaning.reason.value if meaning.reason else ""
    values = [(scan.pk, *meaning.on(Leg(scan.leg)), reason, False, True) for scan in scans]
    bulk.update_rows(ScanRecord, _MEANT, values)
    forget([row.shop_id], held)
    fold([(shipment, Summary()) for shipment in held], now)
    return len(scans)


@transaction.atomic
def _give_back(row: CodeMeaning, ids: Sequence[int], now: datetime, read: Reading) -> int:
    """Read these scans as their packs do today and fold their shipments anew; how many."""
    held = hold(Shipment.objects.filter(shop_id=row.shop_id, pk__in=_parcels(row.shop_id, ids)))
    scans = _locked(row, ids, {shipment.id for shipment in held})
    packed = {
        (receipt, scan.key): scan
        for receipt, source, body in bodies(row.shop_id, [scan.receipt for scan in scans])
        for scan in read(source, body)
    }
    values = []
    for scan in scans:
        told = packed.get((scan.receipt, scan.key))  # None once its payload has been dropped
        status, reason = (told.status or "", told.reason or "") if told else ("", "")
        # A meaning without a leg of its own left the payload's as it was: it may be on its way back.
        kept = Leg(scan.leg) if row.leg == Leg.FORWARD else Leg.FORWARD
        leg, correction = (told.leg, told.correction) if told else (kept, False)
        values.append((scan.pk, status, leg, reason, correction, False))
    bulk.update_rows(ScanRecord, _MEANT, values)
    forget([row.shop_id], held)
    fold([(shipment, Summary()) for shipment in held], now)
    return len(scans)


def _locked(row: CodeMeaning, ids: Sequence[int], parcels: Collection[int]) -> list[ScanRecord]:
    """Those of the scans that still wait, locked after their shipments: whoever joins the two does the same.

    One that joined a shipment meanwhile is left for the next round.
    """
    rows = _scans(row).filter(pk__in=ids).select_for_update(of=("self",), no_key=True).order_by("pk")
    return [scan for scan in rows if scan.shipment_id is None or scan.shipment_id in parcels]
