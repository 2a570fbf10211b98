"""How asking carriers goes, account by account, as a team and an operator look at it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from wismo.carriers.askable import askable
from wismo.shops.models import CarrierAccount
from wismo.shops.queries import AccountFacts, carrier_accounts
from wismo.tracking.models import Poll, PollGate
from wismo.tracking.rules.gate import Circuit, Gate


@dataclass(frozen=True, slots=True)
class SourcePolling:
    """One account of the shop, and the parcels that are asked about by it."""

    source: str
    enabled: bool
    lacking: tuple[str, ...]  # what is still to be entered, by name
    due: int  # parcels to be asked about now
    waiting: int  # parcels to be asked about later
    expired: int  # parcels nobody was heard of for too long; a scan revives them
    failing: int  # of those due or waiting: their last request was of no use
    circuit: Circuit
    closed_until: datetime | None  # while the circuit is open or paused
    used: int  # requests of this day, UTC
    per_day: int | None  # how many it may be; None: no limit is known
    asked_at: datetime | None
    error: str  # the last one of the account
    error_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asking:
    """When one parcel is asked about, as its page tells it."""

    source: str
    due_at: datetime | None  # None: it rests
    answered_at: datetime | None
    expired_at: datetime | None
    error: str  # why the last request was of no use
    enabled: bool  # whether the account may be used
    closed_until: datetime | None  # no request of the account is made before


def polling_of(shop_id: int, now: datetime) -> list[SourcePolling]:
    """Every account of the shop, in the order they were first entered. Four queries."""
    gates = {gate.source: gate for gate in PollGate.objects.filter(shop_id=shop_id)}
    due, later, useless = Q(due_at__lte=now), Q(due_at__gt=now), Count("pk", filter=~Q(error=""))
    under_way = Poll.objects.filter(shop_id=shop_id, due_at__isnull=False).values("source")
    counted = under_way.annotate(n=Count("pk", filter=due), m=Count("pk", filter=later), k=useless)
    counts = {source: (n, m, k) for source, n, m, k in counted.values_list("source", "n", "m", "k")}
    silent = Poll.objects.filter(shop_id=shop_id, expired_at__isnull=False).values("source")
    expired = dict(silent.annotate(n=Count("pk")).values_list("source", "n"))
    found = []
    for account in carrier_accounts([shop_id]):
        row = gates.get(account.source, PollGate())
        parcels = (*counts.get(account.source, (0, 0, 0)), expired.get(account.source, 0))
        found.append(_of(account, row, parcels, now))
    return found


def _of(
    account: AccountFacts, row: PollGate, parcels: tuple[int, int, int, int], now: datetime
) -> SourcePolling:
    way, gate = askable().get(account.source), gate_of(row)
    due, waiting, failing, expired = parcels
    circuit = gate.circuit(now)
    return SourcePolling(
        source=account.source,
        enabled=account.enabled,
        lacking=way.lacking(account.values) if way else (),
        due=due,
        waiting=waiting,
        expired=expired,
        failing=failing,
        circuit=circuit,
        closed_until=gate.closed_until if circuit in {Circuit.OPEN, Circuit.PAUSED} else None,
        used=gate.used_on(now),
        per_day=way.rate.per_day if way else None,
        asked_at=row.asked_at,
        error=row.error,
        error_at=row.error_at,
    )


def asking_of(shop_id: int, shipment_id: int) -> Asking | None:
    """When the shop's shipment is asked about; None where it is not."""
    here = {"shop": OuterRef("shop"), "source": OuterRef("source")}
    account, gate = CarrierAccount.objects.filter(**here), PollGate.objects.filter(**here)
    told = Poll.objects.filter(shop_id=shop_id, shipment_id=shipment_id).values_list(
        *("source", "due_at", "answered_at", "expired_at", "error"),
        Coalesce(Subquery(account.values("enabled")[:1]), Value(value=False)),
        Subquery(gate.values("closed_until")[:1]),
    )
    row = told.first()
    return Asking(*row) if row else None


def gate_of(row: PollGate) -> Gate:
    """The gate as the rules see it."""
    return Gate(row.free_at, row.closed_until, row.failures, row.day, row.used)
