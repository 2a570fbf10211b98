"""Which parcels are asked about at all: those on their way that an account of their shop can ask about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

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


def look_again(parcels: Iterable[tuple[int, int]]) -> None:
    """Let the next sweep look at these parcels (shop, shipment), however long ago they were passed over.

    In the caller's transaction, which may hold shipments but no polls.
    """
    lowest: dict[int, int] = {}
    for shop_id, shipment_id in parcels:
        lowest[shop_id] = min(shipment_id, lowest.get(shop_id, shipment_id))
    for shop_id, shipment_id in sorted(lowest.items()):
        for pk, enrolled_to in _hold(PollGate.objects.filter(shop_id=shop_id)).items():
            PollGate.objects.filter(pk=pk).update(enrolled_to=set_back(enrolled_to, shipment_id))


def set_back(enrolled_to: int, shipment_id: int) -> int:
    """Behind the shipment, and always another than before: a sweep under way sees that it may not go on."""
    return min(enrolled_to, shipment_id) - 1


def _hold(gates: "QuerySet[PollGate]") -> dict[int, int]:
    """How far these gates have looked, locked in one order: nobody waits crosswise."""
    rows = gates.select_for_update(no_key=True).order_by("pk")
    return dict(rows.values_list("pk", "enrolled_to"))


def _settle_gates(accounts: Sequence[AccountFacts]) -> None:
    """A gate for each account. Where one was removed its parcels are let go, for others to take up."""
    wanted = {(account.shop_id, account.source): account.enabled for account in accounts}
    gates = {(gate.shop_id, gate.source): gate for gate in PollGate.objects.all()}
    for shop_id, source in sorted(gates.keys() - wanted.keys()):
        _let_go(shop_id, source)
    # What came while an account was paused is looked at once it is resumed.
    paused = [gate.pk for key, gate in gates.items() if wanted.get(key) is False and gate.enrolled_to]
    if paused:
        PollGate.objects.filter(pk__in=paused).update(enrolled_to=0)
    new = [
        PollGate(shop_id=shop_id, source=source) for shop_id, source in sorted(wanted.keys() - gates.keys())
    ]
    PollGate.objects.bulk_create(new, ignore_conflicts=True)


def _let_go(shop_id: int, source: str) -> None:
    """Batch by batch, so that nobody waits long to write; the gate goes last."""
    for _ in range(BATCHES):
        if _let_some_go(shop_id, source) < BATCH:
            PollGate.objects.filter(shop_id=shop_id, source=source).delete()
            return


@transaction.atomic
def _let_some_go(shop_id: int, source: str) -> int:
    polls = Poll.objects.filter(shop_id=shop_id, source=source)
    some = dict(polls.values_list("pk", "shipment_id")[:BATCH])
    look_again((shop_id, shipment_id) for shipment_id in some.values())  # the gates first, as all lock them
    polls.filter(pk__among=some).delete()
    return len(some)


def _enrol_shop(shop_id: int, sources: Sequence[str], now: datetime, fetcher: Fetcher) -> int:
    gates = PollGate.objects.filter(shop_id=shop_id, source__in=sources)
    before = dict(gates.values_list("pk", "enrolled_to"))
    reached = min(before.values(), default=0)
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
        _reach(gates, before, behind)
    return taken


@transaction.atomic
def _reach(gates: "QuerySet[PollGate]", before: Mapping[int, int], behind: int) -> None:
    """The gates have looked this far, but for those that were set back meanwhile."""
    steady = [pk for pk, enrolled_to in _hold(gates).items() if before.get(pk) == enrolled_to]
    gates.filter(pk__in=steady).update(enrolled_to=behind)


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
