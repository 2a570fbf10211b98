"""What LINE tells: messages, taps, friends who come and go, notification messages that arrived."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from wismo.notify.channels.reading import each, json_of
from wismo.notify.port import (
    Account,
    Answer,
    Call,
    Heard,
    HeardChoice,
    HeardOther,
    HeardReceipt,
    HeardReply,
)
from wismo.notify.words import AddressKind, ReceiptState

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LINK = re.compile(r"\s*link-([A-Za-z0-9_-]{1,64})\s*")
Event = Mapping[str, Any]


def authentic(account: Account, call: Call) -> bool:
    """Whether LINE signed these very bytes with the channel's secret."""
    secret, said = account.values.get("secret", ""), call.headers.get("x-line-signature", "")
    made = hmac.new(secret.encode(), call.body, hashlib.sha256).digest()
    return bool(secret) and hmac.compare_digest(base64.b64encode(made), said.encode("utf-8", "replace"))


def answer(account: Account, call: Call) -> Answer:
    """LINE wants 200 alone; its test of the address has no events, and is not kept."""
    return Answer(keep=call.method == "POST")


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """Every event of the delivery, whether it has a consequence or not."""
    told = json_of(body)
    events = told.get("events") if isinstance(told, dict) else None
    return each(events, lambda event: [_heard(event)], named="LINE's events")


def _heard(event: Event) -> Heard:
    make = _READ.get(str(event["type"]))
    heard = make(event) if make else None
    return heard or HeardOther(_key(event), str(event["type"]))


def _message(event: Event) -> Heard | None:
    sender = _person(event)
    if sender is None or event.get("mode") == "standby":  # LINE: another of the channel's modules answers
        return None
    message = event["message"]
    extra = {"reply_token": event.get("replyToken", "")}
    if message["type"] != "text":
        extra["media"] = message["type"]
    quoted = str(message.get("quotedMessageId", ""))
    text = str(message.get("text", "")) if message["type"] == "text" else ""
    if link := _LINK.fullmatch(text):  # the words that our link on the tracking page writes for them
        return HeardChoice(_key(event), _at(event), sender, granted=True, link=link[1])
    return HeardReply(_key(event), _at(event), sender, text=text, answers=quoted, extra=extra)


def _postback(event: Event) -> Heard | None:
    sender, data = _person(event), str(event["postback"]["data"])
    if sender is None or not _TOKEN.fullmatch(data):  # of the shop's own rich menu
        return None
    extra = {"reply_token": event.get("replyToken", "")}
    return HeardReply(_key(event), _at(event), sender, token=data, extra=extra)


def _follow(event: Event) -> Heard | None:
    sender = _person(event)
    return HeardChoice(_key(event), _at(event), sender, granted=True) if sender else None


def _unfollow(event: Event) -> Heard | None:
    sender = _person(event)
    return HeardChoice(_key(event), _at(event), sender, granted=False, gone=True) if sender else None


def _link(event: Event) -> Heard | None:
    sender, link = _person(event), event["link"]
    if sender is None or link["result"] != "ok":
        return None
    return HeardChoice(_key(event), _at(event), sender, granted=True, link=str(link["nonce"]))


def _delivery(event: Event) -> Heard | None:
    # The tag is our reference; without one LINE says the hashed number, which is nobody's message.
    tag = str(event["delivery"]["data"])
    if len(tag) != 36:
        return None
    return HeardReceipt(_key(event), ReceiptState.DELIVERED, _at(event), reference=tag)


_READ: Mapping[str, Callable[[Event], Heard | None]] = {
    "message": _message,
    "postback": _postback,
    "follow": _follow,
    "unfollow": _unfollow,
    "accountLink": _link,
    "delivery": _delivery,
}


def _person(event: Event) -> tuple[AddressKind, str] | None:
    """Who it is from, in a chat of their own: what is said in a group is not said to the shop alone."""
    source = event.get("source") or {}
    return (AddressKind.LINE, str(source["userId"])) if source.get("type") == "user" else None


def _at(event: Event) -> datetime:
    return datetime.fromtimestamp(int(event["timestamp"]) / 1000, tz=UTC)


def _key(event: Event) -> str:
    """The same event told again has the same; LINE gave events none before 2022."""
    made = json.dumps(event, sort_keys=True).encode()
    return str(event.get("webhookEventId") or hashlib.sha256(made).hexdigest())
