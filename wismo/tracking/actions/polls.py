"""Whose turn it is to be asked about: rows claimed with a lease, as their account's gate lets them pass."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from wismo.carriers.pack import Rate
from wismo.carriers.port import Account, Asked, Fetcher, Terms
from wismo.plumbing import bulk
from wismo.shops.models import CarrierAccount
from wismo.shops.queries import AccountFacts, carrier_accounts
from wismo.tracking.actions.enrol import set_back
from wismo.tracking.models import Poll, PollGate, Shipment
from wismo.tracking.queries.polling import gate_of
from wismo.tracking.rules.gate import FAILURES, FAR, Gate
from wismo.tracking.rules.polling import Heard, is_over, source_for

LEASE = timedelta(minutes=5)  # outlasts a turn's requests, which end after `fetching.TALK`
UNKNOWN_YET = timedelta(days=1)  # until it is looked again whether the order tells what the source needs
WRITTEN = (
    "source",
    "number",
    "due_at",
    "lease_until",
    "attempts",
    "silent",
    "last_news_at",
    "answered_at",
    "answer",
    "registered_at",
    "error",
)
_READ = (
    *WRITTEN,
    "shop_id",
    "shipment__carrier",
    "shipment__tracking_number",
    "shipment__delivered_at",
    "shipment__ended",
    "shipment__order__country",
    "shipment__order__postcode",
    "shipment__order__buyer__language",
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One request that may be made now, about these parcels."""

    gate_id: int
    shop_id: int
    account: Account
    rate: Rate
    register: bool  # it tells the source the numbers, instead of asking
    probe: bool  # it shows whether an account that failed works again
    at: datetime  # when it was claimed
    parcels: Mapping[int, Asked]  # by the id of their Poll

    @property
    def lease(self) -> datetime:
        """Until when the rows are this worker's."""
        return self.at + LEASE


def claim(now: datetime, fetcher: Fetcher, limit: int, busy: Collection[int] = ()) -> list[Turn]:
    """The requests that may be made now, but at `busy` gates. Two workers share a rate, never a parcel.

    A look without locks finds the gates with work behind them; each is then claimed in its own transaction.
    """
    waiting, turns = _with_work(now, fetcher, busy), list[Turn]()
    for start in range(0, len(waiting), limit):
        turns += _claim_some(waiting[start : start + limit], now, fetcher, limit - len(turns))
        if len(turns) >= limit:
            break
    return turns


def _claim_some(found: Sequence[PollGate], now: datetime, fetcher: Fetcher, limit: int) -> list[Turn]:
    """What these gates let through. Some of them may yield nothing, and then it is others' turn."""
    accounts: dict[int, dict[str, AccountFacts]] = defaultdict(dict)
    for facts in carrier_accounts({row.shop_id for row in found}):
        if facts.enabled:
            accounts[facts.shop_id][facts.source] = facts
    turns: list[Turn] = []
    for row in found:
        terms, mine = fetcher.terms(row.source), accounts[row.shop_id]
        if terms is not None and row.source in mine and len(turns) < limit:
            turns += _claim_at(row.pk, mine, row.source, _Desk(fetcher, terms, now, limit - len(turns)))
    return turns


def _with_work(now: datetime, fetcher: Fetcher, busy: Collection[int]) -> list[PollGate]:
    """Gates that let requests pass and have due parcels behind them, the one asked longest ago first."""
    here = {"shop": OuterRef("shop"), "source": OuterRef("source")}
    account = CarrierAccount.objects.filter(**here, enabled=True)
    mended = account.filter(changed_at__gt=OuterRef("error_at"))  # since then nothing speaks against it
    shut = Q(closed_until__gt=now) | Q(free_at__gt=now, free_at__lte=now + FAR)
    gates = PollGate.objects.filter(
        ~shut | Exists(mended), Exists(account), Exists(_due(now).filter(**here))
    ).exclude(pk__in=busy)
    oldest_first = gates.order_by(F("asked_at").asc(nulls_first=True), "pk")
    found = oldest_first.annotate(mended=Exists(mended))
    return [
        row
        for row in found
        # Rate and quota are not the database's to know: without this, gates shut by them would stay first.
        if (terms := fetcher.terms(row.source)) is not None
        and (row.mended or gate_of(row).allows(terms.rate, now) > 0)
    ]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a claim goes by."""

    fetcher: Fetcher
    terms: Terms
    now: datetime
    limit: int  # requests


@transaction.atomic
def _claim_at(gate_id: int, accounts: Mapping[str, AccountFacts], source: str, desk: _Desk) -> list[Turn]:
    """The requests that one gate lets through; none where another worker is at it."""
    now, rate, facts = desk.now, desk.terms.rate, accounts[source]
    row = PollGate.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=gate_id).first()
    if row is None:
        return []
    mended = row.error_at is not None and row.error_at < facts.changed_at
    gate = Gate() if mended else gate_of(row)
    allowed = min(gate.allows(rate, now), desk.limit)
    polls = _hold(row, now, allowed * desk.terms.batch)
    askable = [poll for poll in polls if _may_ask(poll, accounts, desk)]
    groups = list(_groups(askable, desk.terms, facts.changed_at))[:allowed]
    for poll in chain.from_iterable(groups):
        poll.lease_until = now + LEASE
    save_polls(polls)
    _let_go(row, [poll for poll in polls if not poll.source])
    if groups:
        # What was said of the account as it was before is done with, or each claim would begin at a new gate.
        settled = {"error": "", "error_at": None} if mended else {}
        save_gate(row, gate.take(len(groups), rate, now), asked_at=now, **settled)
    account = Account(row.shop_id, source, facts.changed_at.isoformat(), facts.values)
    return [
        Turn(
            gate_id=gate_id,
            shop_id=row.shop_id,
            account=account,
            rate=rate,
            register=_must_register(group[0], desk.terms, facts.changed_at),
            probe=gate.failures >= FAILURES,
            at=now,
            parcels={poll.pk: _asked(poll) for poll in group},
        )
        for group in groups
    ]


def _let_go(gate: PollGate, polls: Sequence[Poll]) -> None:
    """Nobody asks about them any more, unless a sweep finds that somebody can."""
    if polls:
        Poll.objects.filter(pk__in=[poll.pk for poll in polls]).delete()
        gate.enrolled_to = set_back(gate.enrolled_to, min(poll.shipment_id for poll in polls))
        gate.save(update_fields=["enrolled_to"])


def _hold(gate: PollGate, now: datetime, limit: int) -> list[Poll]:
    """The due parcels behind a gate, locked. Those whose number is another parcel's now rest from here on."""
    rows = (
        _due(now)
        .filter(shop_id=gate.shop_id, source=gate.source)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("shipment__order__buyer")
        .only(*_READ)
        .annotate(superseded=Exists(_newer()))
        .order_by("due_at", "pk")[:limit]
    )
    polls: list[Poll] = []
    for row in rows:
        if row.superseded:
            row.due_at = None
        polls.append(row)
    return polls


def _due(now: datetime) -> "QuerySet[Poll]":
    return Poll.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), due_at__lte=now)


def _newer() -> "QuerySet[Shipment]":
    """A later parcel of the same number: a carrier that uses it again speaks of that one now."""
    return Shipment.objects.filter(
        shop=OuterRef("shop"),
        tracking_number=OuterRef("shipment__tracking_number"),
        carrier=OuterRef("shipment__carrier"),
    ).filter(
        Q(opened__gt=OuterRef("shipment__opened"))
        | Q(opened=OuterRef("shipment__opened"), pk__gt=OuterRef("shipment"))
    )


def _may_ask(poll: Poll, accounts: Mapping[str, AccountFacts], desk: _Desk) -> bool:
    """Whether to ask about it now; if not, the row says when or by whom instead, or (no source) by nobody."""
    shipment, now = poll.shipment, desk.now
    if poll.number != shipment.tracking_number:
        _start_anew(poll, now)
    source = source_for(shipment.carrier, accounts, desk.fetcher.serves)
    if source != poll.source:
        poll.source, poll.registered_at, poll.attempts = source or "", None, 0
        return False
    if poll.due_at is None or is_over(heard_of(poll), now):
        poll.due_at = None
        return False
    missing = [name for name in desk.terms.needs if not getattr(_asked(poll), name, "")]
    if missing:
        poll.due_at, poll.error = now + UNKNOWN_YET, f"the order does not tell the {' and '.join(missing)}"
    return not missing


def _start_anew(poll: Poll, now: datetime) -> None:
    """The shipment's number is another one than was asked about before."""
    poll.number, poll.answer, poll.error = poll.shipment.tracking_number, "", ""
    poll.silent = poll.attempts = 0
    poll.answered_at = poll.registered_at = None
    poll.last_news_at = now


def heard_of(poll: Poll) -> Heard:
    """What the rules go by."""
    return Heard(
        last_news_at=poll.last_news_at,
        silent=poll.silent,
        delivered_at=poll.shipment.delivered_at,
        ended=poll.shipment.ended,
    )


def _groups(polls: Sequence[Poll], terms: Terms, since: datetime) -> Iterator[list[Poll]]:
    """The parcels by request. Where the last one failed they go in halves: the one at fault ends up alone."""
    alike: dict[tuple[bool, int], list[Poll]] = defaultdict(list)
    for poll in polls:
        size = max(1, terms.batch >> min(poll.attempts, 16))
        alike[_must_register(poll, terms, since), size].append(poll)
    for (_, size), several in alike.items():
        for start in range(0, len(several), size):
            yield several[start : start + size]


def _must_register(poll: Poll, terms: Terms, since: datetime) -> bool:
    """Whether the source is still to be told the number, by the account as it is `since` then."""
    return terms.registers and (poll.registered_at is None or poll.registered_at < since)


def _asked(poll: Poll) -> Asked:
    order = poll.shipment.order
    return Asked(
        number=poll.shipment.tracking_number,
        carrier=poll.shipment.carrier,
        postcode=order.postcode,
        country=order.country,
        language=order.buyer.language,
    )


def save_polls(polls: Sequence[Poll]) -> None:
    """Keep what became of the rows."""
    bulk.update_rows(Poll, WRITTEN, [(poll.pk, *(getattr(poll, name) for name in WRITTEN)) for poll in polls])


def save_gate(row: PollGate, gate: Gate, **more: object) -> None:
    """Keep what became of the gate."""
    for name in Gate.__slots__:
        setattr(row, name, getattr(gate, name))
    for name, value in more.items():
        setattr(row, name, value)
    row.save(update_fields=[*Gate.__slots__, *more])
