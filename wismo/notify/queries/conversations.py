"""Conversations as the team reads them, and the ways they can be answered."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery

from wismo.notify.channels import passports, providers
from wismo.notify.models import Conversation, ConversationEntry, Message, MessageState, ProviderTemplate
from wismo.notify.queries.accounts import accounts_of
from wismo.notify.queries.people import suppressions
from wismo.orders.models import Order

WINDOW = timedelta(
    hours=24
)  # Meta: free text within 24 hours of a person's last words, on WhatsApp and Messenger
SHOWN = 200  # entries of a conversation


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation in a list."""

    id: int
    channel: str
    open: bool
    heard_at: datetime
    said_at: datetime | None
    name: str = field(repr=False)  # of the buyer, else as the provider tells it; "" where nobody knows
    address: str = field(repr=False)
    last: str = field(repr=False)  # the last words of either side
    last_inbound: bool
    buyer_id: int | None


_LAST = ConversationEntry.objects.filter(conversation=OuterRef("pk")).order_by("-pk")


def conversations(
    shop_id: int, *, only_open: bool, before: tuple[datetime, int] | None, limit: int
) -> list[ConversationRow]:
    """The newest first, from below `before`: its moment and id."""
    rows = Conversation.objects.filter(shop_id=shop_id)
    if only_open:
        rows = rows.filter(open=True)
    if before is not None:
        at, pk = before
        rows = rows.filter(Q(heard_at__lt=at) | Q(heard_at=at, pk__lt=pk))
    rows = rows.select_related("address", "buyer").annotate(
        last=Subquery(_LAST.values("text")[:1]), last_inbound=Subquery(_LAST.values("inbound")[:1])
    )
    return [_row(row) for row in rows.order_by("-heard_at", "-pk")[:limit]]


def _row(row: Conversation) -> ConversationRow:
    name = (row.buyer.name if row.buyer else "") or str(row.address.extra.get("name", ""))
    return ConversationRow(
        id=row.pk,
        channel=row.channel,
        open=row.open,
        heard_at=row.heard_at,
        said_at=row.said_at,
        name=name,
        address=row.address.value,
        last=getattr(row, "last", None) or "",
        last_inbound=bool(getattr(row, "last_inbound", True)),
        buyer_id=row.buyer_id,
    )


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One thing said."""

    inbound: bool
    text: str = field(repr=False)
    by: str
    at: datetime
    state: str  # of the message that carries it: queued, sent, not_sent, …; "" where none does
    code: str  # its last decision
    channel: str  # it left by; "" where none did
    journey: str  # of the message it answers; "" for none


@dataclass(frozen=True, slots=True)
class OrderBeside:
    """An order of the person who writes."""

    id: int
    number: str
    placed_at: datetime
    cancelled: bool
    parcels: tuple[tuple[int, str], ...]  # shipment's id and status


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with what was said, and the orders of the person."""

    row: ConversationRow
    entries: tuple[EntryRow, ...]  # the newest SHOWN, the oldest of them first
    orders: tuple[OrderBeside, ...]  # the newest first


def thread(shop_id: int, conversation_id: int) -> Thread | None:
    """One conversation; None where the shop has none of this id."""
    rows = Conversation.objects.filter(shop_id=shop_id, pk=conversation_id)
    row = rows.select_related("address", "buyer").first()
    if row is None:
        return None
    entries = ConversationEntry.objects.filter(conversation=row).select_related("message").order_by("-pk")
    return Thread(_row(row), tuple(_entry(one) for one in reversed(entries[:SHOWN])), _orders(row.buyer_id))


def _entry(row: ConversationEntry) -> EntryRow:
    message = row.message
    carried = message if message and not row.inbound else None
    return EntryRow(
        inbound=row.inbound,
        text=row.text,
        by=row.by,
        at=row.at,
        state=carried.state if carried else "",
        code=carried.code if carried else "",
        channel=carried.channel if carried else "",
        journey=message.journey if message and row.inbound else "",
    )


def _orders(buyer_id: int | None) -> tuple[OrderBeside, ...]:
    if buyer_id is None:
        return ()
    rows = Order.objects.filter(buyer_id=buyer_id).prefetch_related("shipments").order_by("-placed_at", "-pk")
    return tuple(
        OrderBeside(
            row.pk,
            row.number,
            row.placed_at,
            row.cancelled_at is not None,
            tuple((parcel.pk, parcel.status) for parcel in row.shipments.all()),
        )
        for row in rows[:5]
    )


def last_order_of(buyer_id: int | None) -> int | None:
    """The buyer's newest order."""
    if buyer_id is None:
        return None
    return (
        Order.objects
        .filter(buyer_id=buyer_id)
        .order_by("-placed_at", "-pk")
        .values_list("pk", flat=True)
        .first()
    )


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer, and whether it is open now."""

    key: str  # here, template, email
    channel: str
    bar: str = ""  # why it is not open: window, account, stopped, gone
    until: datetime | None = None  # when it closes, as far as known

    @property
    def open(self) -> bool:
        """Whether an answer can leave by it."""
        return not self.bar


def ways_to_answer(shop_id: int, conversation_id: int, now: datetime) -> tuple[Way, ...]:
    """In the same chat; by a text the provider approved, where its window is closed; by e-mail."""
    row = Conversation.objects.select_related("address", "buyer").get(shop_id=shop_id, pk=conversation_id)
    usable = {
        facts.account.channel: facts.account.provider for facts in accounts_of([shop_id]) if facts.usable
    }
    here = _here(row, usable, now)
    ways = [here]
    if here.bar == "window" and _approved(shop_id, usable[row.channel]):
        ways.append(Way("template", row.channel))
    if row.channel != "email" and "email" in usable and row.buyer and row.buyer.email:
        ways.append(Way("email", "email"))
    return tuple(ways)


def _here(row: Conversation, usable: dict[str, str], now: datetime) -> Way:
    passport = passports().get(row.channel)
    closes = row.heard_at + WINDOW if passport and passport.window else None
    if passport is None or row.channel not in usable:
        return Way("here", row.channel, "account")
    if row.address.gone_at is not None:
        return Way("here", row.channel, "gone")
    if _stopped(row, now):
        return Way("here", row.channel, "stopped")
    return Way("here", row.channel, "window" if closes and closes <= now else "", closes)


def _stopped(row: Conversation, now: datetime) -> bool:
    bans = suppressions([row.shop_id], [row.address.digest], now).get(row.address.digest, ())
    return any(ban.scope == "all" and ban.channel in {"", row.channel} for ban in bans)


def _approved(shop_id: int, provider: str) -> bool:
    rows = ProviderTemplate.objects.filter(shop_id=shop_id, provider=provider, journey="team_reply")
    return rows.filter(state="approved").exists()


# ── messages of which nobody knows whether they arrived ───────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A message whose fate is unknown: a person decides."""

    id: int
    journey: str
    channel: str
    provider_name: str
    subject: str = field(repr=False)
    order_number: str
    order_id: int | None
    shipment_id: int | None
    at: datetime  # when it was handed over
    name: str = field(repr=False)


def doubtful(shop_id: int, *, before: int | None, limit: int) -> list[Doubtful]:
    """Messages of unknown fate, the newest first, from below the id `before`."""
    rows = Message.objects.filter(shop_id=shop_id, state=MessageState.UNKNOWN)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.select_related("order", "order__buyer", "buyer").prefetch_related("attempts_made")
    return [_doubtful(row) for row in rows.order_by("-pk")[:limit]]


def _doubtful(row: Message) -> Doubtful:
    buyer = row.buyer or (row.order.buyer if row.order else None)
    last = max(row.attempts_made.all(), key=lambda attempt: attempt.pk, default=None)
    return Doubtful(
        id=row.pk,
        journey=row.journey,
        channel=last.channel if last else row.channel,
        provider_name=_provider_name(last.provider if last else ""),
        subject=row.subject,
        order_number=row.order.number if row.order else "",
        order_id=row.order_id,
        shipment_id=row.shipment_id,
        at=last.started_at if last else row.due_at,
        name=buyer.name if buyer else "",
    )


def _provider_name(provider: str) -> str:
    return providers()[provider].name if provider in providers() else provider
