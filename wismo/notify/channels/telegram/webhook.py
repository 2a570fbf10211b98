"""What Telegram tells: one update a call. core.telegram.org/bots/api#update"""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from wismo.notify.channels.reading import BROKEN, each, json_of
from wismo.notify.port import (
    Account,
    Answer,
    Call,
    Heard,
    HeardChoice,
    HeardOther,
    HeardReply,
    Unreadable,
)
from wismo.notify.words import AddressKind

_START = re.compile(
    r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*"
)  # core.telegram.org/bots/features#deep-linking
_COMMAND = re.compile(r"/(\w+)(?:@\w+)?\s*")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
Part = Mapping[str, Any]


def authentic(account: Account, call: Call) -> bool:
    """Whether the call carries the secret that was given with setWebhook."""
    secret = account.values.get("secret", "")
    said = call.headers.get("x-telegram-bot-api-secret-token", "")
    return bool(secret) and hmac.compare_digest(secret.encode(), said.encode("utf-8", "replace"))


def answer(account: Account, call: Call) -> Answer:
    """A tap is acknowledged in the answer itself, else its button keeps turning."""
    if call.method != "POST":
        return Answer(keep=False)
    try:
        tap = str(json.loads(call.body)["callback_query"]["id"])
    except BROKEN:
        return Answer()
    said = json.dumps({"method": "answerCallbackQuery", "callback_query_id": tap})
    return Answer(body=said, content_type="application/json")


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """The one thing an update tells."""
    update = json_of(body)
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise Unreadable("not an update of Telegram's")
    return each([update], _heard, named="Telegram's updates")


def _heard(update: Part) -> list[Heard]:
    key = str(update["update_id"])
    for name, make in _READ.items():
        if name in update:
            return [make(key, update[name]) or HeardOther(key, name)]
    return [HeardOther(key, next((name for name in update if name != "update_id"), "nothing"))]


def _message(key: str, message: Part) -> Heard | None:
    person = _person(message["chat"])
    if person is None:
        return None
    text, at = str(message.get("text", "")), _at(message)
    if start := _START.fullmatch(text):
        return HeardChoice(key, at, person, granted=True, link=start[1] or "", extra=_name(message))
    command = _COMMAND.fullmatch(text)  # /stop and /help are words like any other
    extra = {**_name(message), **({} if text else {"media": _media(message)})}
    answers = str((message.get("reply_to_message") or {}).get("message_id", ""))
    return HeardReply(key, at, person, text=command[1] if command else text, answers=answers, extra=extra)


def _tap(key: str, tap: Part) -> Heard | None:
    data, message = str(tap.get("data", "")), tap.get("message") or {}
    if not _TOKEN.fullmatch(data):
        return None
    sender = (AddressKind.TELEGRAM, str(tap["from"]["id"]))
    return HeardReply(key, None, sender, token=data, answers=str(message.get("message_id", "")))


def _member(key: str, change: Part) -> Heard | None:
    """The bot was blocked, or let in again."""
    person, status = _person(change["chat"]), change["new_chat_member"]["status"]
    if person is None or status not in {"kicked", "member"}:
        return None
    blocked = status == "kicked"
    return HeardChoice(key, _at(change), person, granted=not blocked, gone=blocked)


_READ: Mapping[str, Callable[[str, Part], Heard | None]] = {
    "message": _message,
    "callback_query": _tap,
    "my_chat_member": _member,
}


def _person(chat: Part) -> tuple[AddressKind, str] | None:
    """Whose private chat it is; what is said in a group is not said to the shop alone."""
    return (AddressKind.TELEGRAM, str(chat["id"])) if chat.get("type") == "private" else None


def _at(part: Part) -> datetime:
    return datetime.fromtimestamp(int(part["date"]), tz=UTC)


def _name(message: Part) -> dict[str, str]:
    names = [str((message.get("from") or {}).get(part, "")) for part in ("first_name", "last_name")]
    return {"name": " ".join(name for name in names if name)}


def _media(message: Part) -> str:
    kinds = ("photo", "voice", "video", "document", "sticker", "location", "contact", "audio")
    return next((kind for kind in kinds if kind in message), "other")
