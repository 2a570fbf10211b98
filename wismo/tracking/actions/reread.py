"""Codes that had no meaning, read again after their pack was mended."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from wismo.plumbing import bulk
from wismo.plumbing.inbox import bodies
from wismo.tracking.actions.fold import fold, forget, hold
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.rules.summary import Summary
from wismo.vocabulary.status import Scan

BATCH = 500
_READ_ANEW = ("status", "leg", "reason", "correction")
Reading = Callable[[str, bytes], Sequence[Scan]]  # (source, body) -> its scans


def reread(shop_id: int, now: datetime, read: Reading) -> int:
    """Read the shop's unmapped scans again from the payloads they came in; how many have a status now.

    Their shipments are folded anew. What shoppers were told stays told; what is reached only now is announced
    with the time it happened, so old news is not told as new.
    """
    unmapped = ScanRecord.objects.filter(shop_id=shop_id, status="").order_by("pk")
    last, mapped = 0, 0
    while batch := list(unmapped.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        mapped += _reread(shop_id, batch, now, read)
    return mapped


@transaction.atomic
def _reread(shop_id: int, batch: Sequence[ScanRecord], now: datetime, read: Reading) -> int:
    by_receipt: dict[str, list[ScanRecord]] = defaultdict(list)
    for row in batch:
        by_receipt[row.receipt].append(row)
    read_anew = []
    for receipt, source, body in bodies(shop_id, list(by_receipt)):
        scans = {scan.key: scan for scan in read(source, body)}
        read_anew += [(row, scans[row.key]) for row in by_receipt[receipt] if row.key in scans]
    told = [(row, scan) for row, scan in read_anew if scan.status is not None]
    values = [(row.pk, scan.status, scan.leg, scan.reason or "", scan.correction) for row, scan in told]
    bulk.update_rows(ScanRecord, _READ_ANEW, values)
    moved = {row.shipment_id for row, _ in told if row.shipment_id}
    held = hold(Shipment.objects.filter(shop_id=shop_id, pk__in=moved))
    forget([shop_id], held)
    fold([(shipment, Summary()) for shipment in held], now)
    return len(told)
