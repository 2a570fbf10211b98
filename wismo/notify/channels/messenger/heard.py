"""What a Page's webhook says: messages, taps, links followed, what was delivered, templates."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from wismo.notify.channels.meta_api import dicts, part, payload
from wismo.notify.channels.reading import each
from wismo.notify.port import (
    Account,
    Heard,
    HeardChoice,
    HeardOther,
    HeardReceipt,
    HeardReply,
    HeardTemplate,
)
from wismo.notify.words import AddressKind, ReceiptState

Value = Mapping[str, Any]
_MILLISECONDS = 1000
_DIGITS_OF_A_TIME = 14
_TEMPLATE_STATES = {
    "APPROVED": "approved",
    "PENDING": "pending",
    "REJECTED": "rejected",
    "PAUSED": "paused",
    "DISABLED": "disabled",
}


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """All that a payload says, in its order. Threads that another app has (`standby`) are none of ours."""
    return _read(body, headers)


def reader(account: Account) -> Callable[[bytes, Mapping[str, str]], list[Heard]]:
    """The same for this account's Page alone: Meta tells an app of all its Pages, also of another shop's."""
    return partial(_read, page=account.values.get("page_id", ""))


def _read(body: bytes, _headers: Mapping[str, str], page: str = "") -> list[Heard]:
    told = payload(body, "page")
    parts: list[tuple[Value, str, Value]] = []
    for entry in dicts(told.get("entry")):
        if page and str(entry.get("id") or page) != page:
            parts.append((entry, "another", {}))
            continue
        parts += [(entry, "event", event) for event in dicts(entry.get("messaging"))]
        parts += [(entry, "change", change) for change in dicts(entry.get("changes"))]
        if not entry.get("messaging") and not entry.get("changes"):
            parts.append((entry, "", {}))
    return each(parts, lambda part_of: _part(*part_of), named="Meta's events")


def _part(entry: Value, kind: str, told: Value) -> list[Heard]:
    if kind == "event":
        return _event(told)
    if kind == "change":
        return [_change(entry, told)]
    if kind == "another":
        return [HeardOther(_key(entry), "of another Page")]
    return [HeardOther(_key(entry), "standby" if "standby" in entry else "entry")]


def _event(event: Value) -> list[Heard]:
    for name, reader in _READERS.items():
        if name in event:
            found = reader(event, part(event, name))
            return found or [HeardOther(_key(event), name)]
    names = sorted(set(event) - {"sender", "recipient", "timestamp"})
    return [HeardOther(_key(event), ", ".join(names) or "event")]


def _message(event: Value, told: Value) -> list[Heard]:
    mid = str(told.get("mid") or "")
    if not mid:
        return []
    if told.get("is_echo"):
        return _echo(event, told, mid)
    sender = _person(event)
    if sender is None:
        return []
    files = [str(file.get("type") or "") for file in dicts(told.get("attachments"))]
    reply = HeardReply(
        key=mid,
        at=_moment(event.get("timestamp")),
        sender=sender,
        text=str(told.get("text") or ""),
        token=str(part(told, "quick_reply").get("payload") or ""),
        answers=str(part(told, "reply_to").get("mid") or ""),
        extra={"media": files[0]} if files else {},
    )
    return [*_linked(event, part(told, "referral"), f"{mid}:link"), reply]


def _echo(event: Value, told: Value, mid: str) -> list[Heard]:
    """What the Page said. Ours carries our reference, and settles a hand-over whose answer was lost."""
    reference = str(told.get("metadata") or "")
    if not reference:
        return [HeardOther(f"{mid}:echo", "message of the Page by other means")]
    at = _moment(event.get("timestamp"))
    return [HeardReceipt(f"{mid}:echo", ReceiptState.ACCEPTED, at, provider_id=mid, reference=reference)]


def _postback(event: Value, told: Value) -> list[Heard]:
    sender, key = _person(event), str(told.get("mid") or _key(event))
    if sender is None:
        return []
    linked = _linked(event, part(told, "referral"), f"{key}:link")
    if linked:
        return linked  # "Get started" of who came by a link of ours: the link says it all
    return [
        HeardReply(
            key=key,
            at=_moment(event.get("timestamp")),
            sender=sender,
            text=str(told.get("title") or ""),
            token=str(told.get("payload") or ""),
        )
    ]


def _referral(event: Value, told: Value) -> list[Heard]:
    return _linked(event, told, _key(event))


def _linked(event: Value, told: Value, key: str) -> list[Heard]:
    """Who followed m.me/<page>?ref=<token>, or a plug-in of ours, wants to hear from the shop here."""
    sender, ref = _person(event), str(told.get("ref") or "")
    if sender is None or not ref:
        return []
    return [HeardChoice(key, _moment(event.get("timestamp")), sender, granted=True, link=ref)]


def _delivery(event: Value, told: Value) -> list[Heard]:
    mids = told.get("mids")
    at = _moment(told.get("watermark"))
    return [
        HeardReceipt(f"{mid}:delivered", ReceiptState.DELIVERED, at, provider_id=str(mid), to=_person(event))
        for mid in (mids if isinstance(mids, list) else [])
    ]


def _nothing(_event: Value, _told: Value) -> list[Heard]:
    return []


_READERS: Mapping[str, Callable[[Value, Value], list[Heard]]] = {
    "message": _message,
    "postback": _postback,
    "referral": _referral,
    "optin": _referral,
    "delivery": _delivery,
    "read": _nothing,  # says until when, not what: no message is known by it
}


def _change(entry: Value, change: Value) -> Heard:
    value, key = part(change, "value"), _key([entry.get("id"), entry.get("time"), change])
    if change.get("field") != "message_template_status_update":
        return HeardOther(key, str(change.get("field") or "change"))
    return HeardTemplate(
        key=key,
        name=str(value.get("message_template_name") or ""),
        language=str(value.get("message_template_language") or ""),
        state=_TEMPLATE_STATES.get(str(value.get("event")), ""),
        reason=str(value.get("reason") or "")[:200],
    )


def _person(event: Value) -> tuple[AddressKind, str] | None:
    psid = str(part(event, "sender").get("id") or "")
    return (AddressKind.MESSENGER, psid) if psid else None


def _key(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:40]


def _moment(milliseconds: object) -> datetime | None:
    text = str(milliseconds)
    if not text.isdecimal() or len(text) > _DIGITS_OF_A_TIME:
        return None
    return datetime.fromtimestamp(int(text) / _MILLISECONDS, UTC)
