"""What people write in their own words is kept as a conversation, and the team answers in it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from wismo.notify.actions.people import remember_address
from wismo.notify.actions.saying import To, Words, say
from wismo.notify.actions.senders import Sender
from wismo.notify.models import Conversation, ConversationEntry
from wismo.notify.queries.conversations import last_order_of, ways_to_answer
from wismo.notify.words import AddressKind
from wismo.plumbing import audit, limits

LONGEST = 4000  # characters of an answer, where its channel says nothing less
# The brand's name and a link still fit. A body holds 1,024 characters at WhatsApp, 640 with a button at
# Messenger, 2,000 on a card of LINE's, 1,600 at Twilio.
_ROOM = {"whatsapp": 900, "messenger": 550, "line": 1900, "sms": 1400}
MOST = 60  # answers in one conversation within an hour


class CannotAnswer(Exception):
    """The answer would not arrive, or is none; says why, and what can be done."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something a person said."""

    channel: str
    sender: Sender
    text: str = field(repr=False)
    at: datetime
    message_id: int | None = None  # what it answers


def take_down(shop_id: int, entry: Entry) -> bool:
    """Keep what was said where the team sees it; whether the conversation was closed, or new."""
    row = _conversation(shop_id, entry)
    opens = row is None or not row.open
    if row is None:
        row = Conversation.objects.create(
            shop_id=shop_id,
            channel=entry.channel,
            address_id=entry.sender.address_id,
            buyer_id=entry.sender.buyer_id,
            heard_at=entry.at,
        )
    else:
        row.open, row.heard_at = True, max(row.heard_at, entry.at)
        row.buyer_id = row.buyer_id or entry.sender.buyer_id
        row.save(update_fields=["open", "heard_at", "buyer"])
    ConversationEntry.objects.create(
        shop_id=shop_id,
        conversation=row,
        inbound=True,
        text=entry.text,
        message_id=entry.message_id,
        at=entry.at,
    )
    return opens


def _conversation(shop_id: int, entry: Entry) -> Conversation | None:
    """The one with this person on the channel, by whichever of their addresses it began."""
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",)).filter(
        shop_id=shop_id, channel=entry.channel, address_id__in=entry.sender.all_addresses
    )
    return rows.order_by("pk").first()


@transaction.atomic
def answer(shop_id: int, conversation_id: int, text: str, *, way: str, who: str, now: datetime) -> int:
    """Queue the team's answer by one of `ways_to_answer`; the message's id. CannotAnswer says why not."""
    row = _locked(shop_id, conversation_id)
    said = text.replace("\r\n", "\n").strip()
    room = _ROOM.get(row.channel if way in {"here", "template"} else way, LONGEST)
    if not said or len(said) > room:
        raise CannotAnswer(f"Write between 1 and {room} characters.")
    if way not in {
        open_way.key for open_way in ways_to_answer(shop_id, conversation_id, now) if open_way.open
    }:
        raise CannotAnswer("This way is closed by now: choose another one.")
    if limits.count(shop_id, "team answers", str(conversation_id), now=now, length=limits.HOUR) > MOST:
        raise CannotAnswer(f"More than {MOST} answers within an hour: wait a little.")
    message_id = say(_to(row, way, now), Words(said), now)
    ConversationEntry.objects.create(
        shop_id=shop_id, conversation=row, inbound=False, text=said, by=who, message_id=message_id, at=now
    )
    row.open, row.said_at = False, now
    row.save(update_fields=["open", "said_at"])
    return message_id


def _to(row: Conversation, way: str, now: datetime) -> To:
    order_id = last_order_of(row.buyer_id)
    channel = row.channel if way in {"here", "template"} else way
    if channel == row.channel:
        return To(row.shop_id, channel, row.address_id, row.address.digest, row.buyer_id, order_id)
    email = row.buyer.email if row.buyer else ""
    address_id = remember_address(row.shop_id, row.buyer_id, AddressKind.EMAIL, email, {}, now)
    return To(row.shop_id, channel, address_id, "", row.buyer_id, order_id)


@transaction.atomic
def close(shop_id: int, conversation_id: int, *, who: str, now: datetime) -> bool:
    """Nobody needs to answer any more; whether somebody did until now."""
    return _set_open(shop_id, conversation_id, to=False, who=who, now=now)


@transaction.atomic
def reopen(shop_id: int, conversation_id: int, *, who: str, now: datetime) -> bool:
    """Somebody should answer after all; whether it was closed until now."""
    return _set_open(shop_id, conversation_id, to=True, who=who, now=now)


def _set_open(shop_id: int, conversation_id: int, *, to: bool, who: str, now: datetime) -> bool:
    rows = Conversation.objects.filter(shop_id=shop_id, pk=conversation_id, open=not to)
    changed = rows.update(open=to) > 0
    if changed:
        did = f"{'reopened' if to else 'closed'} a conversation"
        audit.record(shop_id, who=who, did=did, subject=f"conversation {conversation_id}", now=now)
    return changed


def _locked(shop_id: int, conversation_id: int) -> Conversation:
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("address", "buyer").get(shop_id=shop_id, pk=conversation_id)
