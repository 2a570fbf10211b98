"""The id of an answer: a signed text that holds the promise itself, so that no row need be there first."""

import base64
import binascii
import functools
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from wismo.plumbing import secrets, tokens

KEPT = timedelta(days=30)  # from being shown to being ordered under
_VERSION = "1"
_MAC = 12  # bytes of the HMAC-SHA256: nobody tries 2^96 of them at our door
_LONGEST = 32_768  # characters: a cart of many kinds of goods has many reasons
_WIDGET = "pk_"

Reason = dict[str, Any]  # {"code": …, "facts": {…}}: see rules/reasons.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A date as it was shown, as the ledger holds it. Of the destination, no more than its area."""

    key: str
    place: str  # see models/ledger.py
    shown_at: datetime
    asked_at: datetime
    earliest: date
    latest: date
    level: float
    rung: str
    sample: int
    reasons: Sequence[Reason]
    warehouse: str
    carrier: str
    service: str
    country: str
    area: str
    plan_version: int
    learning_id: int | None
    calendar_version: str


class NotOurs(ValueError):
    """This text is no promise that can be taken; the message says why and what to do."""


class _Told(msgspec.Struct, array_like=True, gc=False):
    """What is written into the text: moments in seconds, days and the end as steps from them."""

    key: str
    place: str
    shown_at: int
    asked_at: int
    earliest: int
    latest: int
    level: float
    rung: str
    sample: int
    reasons: list[tuple[str, dict[str, Any]]]
    warehouse: str
    carrier: str
    service: str
    country: str
    area: str
    plan_version: int
    learning_id: int | None
    calendar_version: str


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Told)
_SAME = (
    *("key", "place", "level", "rung", "sample", "warehouse", "carrier", "service", "country", "area"),
    *("plan_version", "learning_id", "calendar_version"),
)


def new_key(now: datetime) -> str:
    """A name for a date that is shown `now`: the second, so that names of a time lie together, and chance."""
    return _written(int(now.timestamp()).to_bytes(4, "big") + os.urandom(8))


def sign(shop_id: int, shown: Shown) -> str:
    """The id the answer carries: it can be read again by `read` alone, for this shop alone."""
    told = _Told(
        shown_at=int(shown.shown_at.timestamp()),
        asked_at=int(shown.asked_at.timestamp()),
        earliest=shown.earliest.toordinal(),
        latest=shown.latest.toordinal(),
        reasons=[(reason["code"], reason["facts"]) for reason in shown.reasons],
        **{name: getattr(shown, name) for name in _SAME},
    )
    raw = _ENCODER.encode(told)
    return _VERSION + _written(_mac(shop_id, raw) + raw)


def read(shop_id: int, text: str, at: datetime) -> Shown:
    """The promise in the text, for an order placed `at`. NotOurs where it is not this shop's, or too old."""
    raw = _raw(text)
    mac, told = raw[:_MAC], raw[_MAC:]
    if not hmac.compare_digest(mac, _mac(shop_id, told)):
        raise NotOurs("it is no id this shop was given; send it as the answer had it, or leave it out")
    shown = _shown(_DECODER.decode(told))
    if at - shown.shown_at > KEPT:
        over = (shown.shown_at + KEPT).date()
        raise NotOurs(f"it was good for orders until {over}; ask for a new one, or leave it out")
    return shown


def _shown(told: _Told) -> Shown:
    return Shown(
        shown_at=datetime.fromtimestamp(told.shown_at, tz=UTC),
        asked_at=datetime.fromtimestamp(told.asked_at, tz=UTC),
        earliest=date.fromordinal(told.earliest),
        latest=date.fromordinal(told.latest),
        reasons=[{"code": code, "facts": facts} for code, facts in told.reasons],
        **{name: getattr(told, name) for name in _SAME},
    )


def _raw(text: str) -> bytes:
    """The bytes of the text; none where it is written otherwise than we write."""
    if text[:1] != _VERSION or len(text) > _LONGEST:
        return b""
    written = text[1:]
    try:
        padded = written.encode("ascii") + b"=" * (-len(written) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return b""
    return raw if _written(raw) == written else b""


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _mac(shop_id: int, told: bytes) -> bytes:
    signed = _VERSION.encode() + shop_id.to_bytes(8, "big") + told
    return hmac.digest(secrets.key_for("promises"), signed, "sha256")[:_MAC]


def widget_key(shop_id: int, generation: int) -> str:
    """The shop's public key, which stands in its pages. The generation that counts is the plan's `widget`."""
    return _WIDGET + tokens.make_short("widget", shop_id, generation)


@functools.lru_cache(maxsize=4096)
def shop_of_widget_key(text: str) -> tuple[int, int] | None:
    """The shop and the generation of a public key; None where it is none of ours."""
    if not text.startswith(_WIDGET):
        return None
    ids = tokens.read_short("widget", text.removeprefix(_WIDGET))
    return (ids[0], ids[1]) if ids and len(ids) == 2 else None
