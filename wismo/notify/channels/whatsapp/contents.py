"""What is in a WhatsApp message of any type: its words, the token of a button, the rest for people."""

from collections.abc import Mapping
from typing import Any

from wismo.notify.channels.meta_api import dicts, part

Value = Mapping[str, Any]
Contents = tuple[str, str, dict[str, Any]]
_MEDIA = ("image", "video", "audio", "document", "sticker", "voice")


def contents(message: Value) -> Contents:
    """Text, token and extra of a message."""
    kind = str(message.get("type", ""))
    told = part(message, kind)
    if kind == "edit":
        text, token, extra = contents(part(told, "message"))
        return text, token, {**extra, "edits": str(told.get("original_message_id") or "")}
    if kind in _MEDIA:
        return _media(kind, told)
    reader = _READERS.get(kind)
    text, token, extra = reader(message, told) if reader else ("", "", {"media": kind})
    advertisement = part(message, "referral").get("source_id")
    return text, token, {**extra, **({"advertisement": str(advertisement)} if advertisement else {})}


def _text(_message: Value, told: Value) -> Contents:
    return str(told.get("body") or ""), "", {}


def _button(_message: Value, told: Value) -> Contents:
    """A quick reply of a template."""
    return str(told.get("text") or ""), str(told.get("payload") or ""), {}


def _interactive(_message: Value, told: Value) -> Contents:
    """A button or a row of a list; or a filled-in form, whose answers are JSON in a string."""
    kind = str(told.get("type", ""))
    chosen = part(told, kind)
    if kind == "nfm_reply":
        return str(chosen.get("body") or ""), "", {"form": str(chosen.get("response_json") or "")[:4000]}
    return str(chosen.get("title") or ""), str(chosen.get("id") or ""), {}


def _media(kind: str, told: Value) -> Contents:
    file = {name: str(told[name]) for name in ("id", "mime_type", "filename") if told.get(name)}
    return str(told.get("caption") or ""), "", {"media": kind, "file": file}


def _location(_message: Value, told: Value) -> Contents:
    place = {name: told[name] for name in ("latitude", "longitude", "name", "address") if name in told}
    words = [str(told[name]) for name in ("name", "address") if told.get(name)]
    return ", ".join(words), "", {"media": "location", "place": place}


def _contacts(message: Value, _told: Value) -> Contents:
    people = [str(part(card, "name").get("formatted_name") or "") for card in dicts(message.get("contacts"))]
    return ", ".join(filter(None, people)), "", {"media": "contacts"}


def _order(_message: Value, told: Value) -> Contents:
    items = [str(item.get("product_retailer_id") or "") for item in dicts(told.get("product_items"))]
    return str(told.get("text") or ""), "", {"media": "order", "items": items}


_READERS = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
}
