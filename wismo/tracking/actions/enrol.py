"""Which parcels are asked about at all: those on their way that an account of their shop can ask about."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from wismo.carriers.port import Fetcher
from wismo.plumbing import bulk
from wismo.shops.queries import AccountFacts, carrier_accounts
from wismo.tracking.models import Poll, PollGate, Shipment
from wismo.tracking.rules.polling import source_for

BATCH = 2000
BATCHES = 50  # of one shop in one sweep; the rest waits for the next
# Shipments are numbered before they are there: one may show up behind the last one that was looked at.
OVERLAP = 10_000
_READ = ("pk", "carrier", "tracking_number", "last_scan_at", "shipped_at", "created_at")
_ROW = (
    "shop",
    "shipment",
    "source",
    "number",
    "due_at",
    "last_news_at",
    "attempts",
    "silent",
    "answer",
    "error",
)


def enrol(now: datetime, fetcher: Fetcher) -> int:
    """Take up parcels that came since the last sweep, or that a new account can ask about; how many.

    A parcel is looked at once for each set of accounts: a sweep costs what is new, not what is there.
    """
    accounts = carrier_accounts()
    _settle_gates(accounts)
    sources: dict[int, list[str]] = defaultdict(list)
    for account in accounts:
        if account.enabled:
            sources[account.shop_id].append(account.source)
    return sum(_enrol_shop(shop_id, told, now, fetcher) for shop_id, told in sources.items())


@transaction.atomic
def _settle_gates(accounts: Sequence[AccountFacts]) -> None:
    """A gate for each account. Where one was removed its parcels are let go, for others to take up."""
    wanted = {(account.shop_id, account.source): account.enabled for account in accounts}
    gates = {(gate.shop_id, gate.source): gate for gate in PollGate.objects.all()}
    for shop_id, source in sorted(gates.keys() - wanted.keys()):
        # The gate first, as all others lock them: nobody waits crosswise.
        PollGate.objects.filter(shop_id=shop_id, source=source).delete()
        Poll.objects.filter(shop_id=shop_id, source=source).delete()
        PollGate.objects.filter(shop_id=shop_id).update(enrolled_to=0)
    # What came while an account was paused is looked at once it is resumed.
    paused = [gate.pk for key, gate in gates.items() if wanted.get(key) is False and gate.enrolled_to]
    if paused:
        PollGate.objects.filter(pk__in=paused).update(enrolled_to=0)
    new = [
        PollGate(shop_id=shop_id, source=source) for shop_id, source in sorted(wanted.keys() - gates.keys())
    ]
    PollGate.objects.bulk_create(new, ignore_conflicts=True)


def _enrol_shop(shop_id: int, sources: Sequence[str], now: datetime, fetcher: Fetcher) -> int:
    gates = PollGate.objects.filter(shop_id=shop_id, source__in=sources)
    reached = min(gates.values_list("enrolled_to", flat=True), default=0)
    shipments = Shipment.objects.filter(shop_id=shop_id)
    newest = shipments.order_by("-pk").values_list("pk", flat=True).first() or 0
    untaken = shipments.filter(ended=False, poll=None, pk__lte=newest).order_by("pk")
    behind, taken = reached - OVERLAP, 0
    for _ in range(BATCHES):
        rows = list(untaken.filter(pk__gt=behind).values_list(*_READ)[:BATCH])
        taken += _take_up(shop_id, rows, sources, now, fetcher)
        behind = rows[-1][0] if len(rows) == BATCH else newest
        if len(rows) < BATCH:
            break
    if behind != reached:
        gates.update(enrolled_to=behind)
    return taken


def _take_up(
    shop_id: int, rows: Sequence[tuple[Any, ...]], sources: Sequence[str], now: datetime, fetcher: Fetcher
) -> int:
    """Those whose carrier one of the sources knows are due at once."""
    by_carrier = {
        carrier: source_for(carrier, sources, fetcher.serves) for carrier in {row[1] for row in rows}
    }
    polls = [
        (shop_id, pk, by_carrier[carrier], number, now, scanned or shipped or created, 0, 0, "", "")
        for pk, carrier, number, scanned, shipped, created in rows
        if by_carrier[carrier]
    ]
    with transaction.atomic():  # alone, SQLite would bring each row to disk by itself
        bulk.insert_new(Poll, _ROW, polls)
    return len(polls)
