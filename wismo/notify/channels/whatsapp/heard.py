"""What Meta says of WhatsApp messages, people and templates. One payload can hold many of each."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from wismo.notify.channels.meta_api import dicts, failure_of, part, payload
from wismo.notify.channels.reading import each
from wismo.notify.channels.whatsapp.contents import contents
from wismo.notify.port import (
    Account,
    Heard,
    HeardChoice,
    HeardOther,
    HeardReceipt,
    HeardReply,
    HeardTemplate,
)
from wismo.notify.words import AddressKind, Failure, Kind, ReceiptState

_DIGITS = re.compile(r"\+?(\d{5,20})")
_STATES = {
    "sent": ReceiptState.ACCEPTED,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.READ,
    "played": ReceiptState.READ,
    "failed": ReceiptState.FAILED,
}
# Meta: message_template_status_update, `event`. What is not here leaves the template as it is.
TEMPLATE_STATES = {
    "APPROVED": "approved",
    "REINSTATED": "approved",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
    "REJECTED": "rejected",
    "PAUSED": "paused",
    "DISABLED": "disabled",
    "PENDING_DELETION": "disabled",
    "DELETED": "disabled",
    "ARCHIVED": "disabled",
}
_WITHOUT_WORDS = frozenset({"reaction", "revoke", "system", "request_welcome"})
Value = Mapping[str, Any]
AddressOf = tuple[AddressKind, str]


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """All that a payload says, in its order."""
    return _read(body, headers)


def reader(account: Account) -> Callable[[bytes, Mapping[str, str]], list[Heard]]:
    """The same for this account's number alone.

    Meta tells an app of all the numbers it serves, at one address: another's may be another shop's.
    """
    values = account.values
    return partial(_read, number=values.get("phone_number_id", ""), business=values.get("waba_id", ""))


def _read(body: bytes, _headers: Mapping[str, str], number: str = "", business: str = "") -> list[Heard]:
    told = payload(body, "whatsapp_business_account")
    changes = [(e, change) for e in dicts(told.get("entry")) for change in dicts(e.get("changes"))]

    def heard(both: tuple[Value, Value]) -> list[Heard]:
        foreign = _is_anothers(*both, number, business)
        return [HeardOther(_key(*both), "of another number")] if foreign else _change(*both)

    return each(changes, heard, named="Meta's changes")


def _is_anothers(entry: Value, change: Value, number: str, business: str) -> bool:
    """By the number, where it is told; news of templates are of a business alone."""
    told = part(part(change, "value"), "metadata").get("phone_number_id")
    if told:
        return bool(number) and str(told) != number
    return bool(business) and str(entry.get("id") or business) != business


def _change(entry: Value, change: Value) -> list[Heard]:
    field, value = str(change.get("field", "")), part(change, "value")
    key = _key(entry, change)
    reader = _READERS.get(field)
    found = reader(key, value) if reader else []
    if found:
        return found
    event = value.get("event")
    return [HeardOther(key, f"{field} {event}" if event else field)]


def _key(entry: Value, change: Value) -> str:
    """Of what has no id of its own: the same told twice has the same."""
    return _digest([entry.get("id"), entry.get("time"), change])


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:40]


# ── messages and what became of them ──────────────────────────────────────────────────────────────────────


def _messages(_key_of_all: str, value: Value) -> list[Heard]:
    contacts = dicts(value.get("contacts"))
    statuses = [heard for status in dicts(value.get("statuses")) for heard in _status(status)]
    return statuses + [_message(message, contacts) for message in dicts(value.get("messages"))]


def _status(status: Value) -> list[Heard]:
    message_id, word = str(status.get("id", "")), str(status.get("status", ""))
    state, key = _STATES.get(word), f"{message_id}:{word}"
    if state is None or not message_id:
        return [HeardOther(key if message_id else _digest(status), f"status {word}")]
    error = next(iter(dicts(status.get("errors"))), {})
    failed = state is ReceiptState.FAILED
    to = next(iter(_addresses(status.get("recipient_id"), status.get("recipient_user_id"))), None)
    receipt = HeardReceipt(
        key=key,
        state=state,
        at=_moment(status.get("timestamp")),
        provider_id=message_id,
        reference=str(status.get("biz_opaque_callback_data") or ""),
        code=str(error.get("code", "")),
        failure=(failure_of(error.get("code")) or Failure.CONTENT) if failed else None,
        soft=failed and failure_of(error.get("code")) in {Failure.BUSY, Failure.BROKEN},
        to=to,
    )
    if receipt.failure is Failure.OPTED_OUT and to is not None:
        return [receipt, HeardChoice(f"{key}:stop", receipt.at, to, granted=False, scope=Kind.MARKETING)]
    return [receipt]


def _message(message: Value, contacts: list[Value]) -> Heard:
    kind, key = str(message.get("type", "")), str(message.get("id") or _digest(message))
    contact = _contact(message, contacts)
    found = _addresses(message.get("from"), message.get("from_user_id"), contact)
    if kind in _WITHOUT_WORDS or not found:
        what = part(message, "system").get("type") or kind
        return HeardOther(key, f"message {what}")
    text, token, extra = contents(message)
    name = part(contact, "profile").get("name")
    return HeardReply(
        key=key,
        at=_moment(message.get("timestamp")),
        sender=found[0],
        text=text,
        token=token,
        answers=str(part(message, "context").get("id") or ""),
        also=tuple(found[1:]),
        extra={**extra, **({"name": str(name)} if name else {})},
    )


def _contact(message: Value, contacts: list[Value]) -> Value:
    """Who a message is from: Meta tells people beside messages, and of some only the id."""
    sender, user = message.get("from"), message.get("from_user_id")
    for contact in contacts:
        if (sender and contact.get("wa_id") == sender) or (user and contact.get("user_id") == user):
            return contact
    return contacts[0] if len(contacts) == 1 and not (sender or user) else {}


def _addresses(phone: object, user: object, contact: Value | None = None) -> list[AddressOf]:
    """The person's phone number and business-scoped id, as far as they are told."""
    contact = contact or {}
    number = _DIGITS.fullmatch(str(phone or contact.get("wa_id") or ""))
    scoped = str(user or contact.get("user_id") or "")
    found: list[AddressOf] = [(AddressKind.PHONE, f"+{number.group(1)}")] if number else []
    return found + ([(AddressKind.WHATSAPP, scoped)] if scoped else [])


# ── preferences and templates ─────────────────────────────────────────────────────────────────────────────


def _preferences(key: str, value: Value) -> list[Heard]:
    found: list[Heard] = []
    for number, told in enumerate(dicts(value.get("user_preferences"))):
        address = next(iter(_addresses(told.get("wa_id"), told.get("user_id"))), None)
        if address is None or told.get("category") != "marketing_messages":
            continue
        granted = told.get("value") in {"resume", "signup"}
        extra = {"detail": str(told.get("detail") or "")}
        found.append(
            HeardChoice(
                f"{key}:{number}",
                _moment(told.get("timestamp")),
                address,
                granted,
                Kind.MARKETING,
                extra=extra,
            )
        )
    return found


def _template(key: str, value: Value, *, state: str = "", category: str = "", reason: str = "") -> Heard:
    name, language = value.get("message_template_name"), value.get("message_template_language")
    return HeardTemplate(key, str(name or ""), str(language or ""), state, category.lower(), reason[:200])


def _template_state(key: str, value: Value) -> list[Heard]:
    state = TEMPLATE_STATES.get(str(value.get("event", "")), "")
    reason = str(value.get("reason") or "")
    return [_template(key, value, state=state, reason="" if reason == "NONE" else reason)]


def _template_category(key: str, value: Value) -> list[Heard]:
    return [_template(key, value, category=str(value.get("new_category") or ""))]


def _template_quality(key: str, value: Value) -> list[Heard]:
    return [_template(key, value, reason=f"quality {value.get('new_quality_score', '')}")]


def _moment(seconds: object) -> datetime | None:
    text = str(seconds)
    return datetime.fromtimestamp(int(text), UTC) if text.isdecimal() and len(text) <= 11 else None


_READERS: Mapping[str, Callable[[str, Value], list[Heard]]] = {
    "messages": _messages,
    "user_preferences": _preferences,
    "message_template_status_update": _template_state,
    "template_category_update": _template_category,
    "message_template_quality_update": _template_quality,
}
