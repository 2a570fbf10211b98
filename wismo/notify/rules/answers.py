"""Answers by one tap: the token a button carries, and what can still be done when it comes back. Pure."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from wismo.notify.words import ReplyAction
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status

LIFE = timedelta(days=30)  # after which a button is only old paper
_EPOCH = date(2026, 1, 1)
_TOLD, _MAC = 19, 12  # bytes
# A byte names the action in tokens that live on in chats: append only.
_ACTIONS = (
    *(ReplyAction.CONFIRM_ADDRESS, ReplyAction.CHANGE_ADDRESS, ReplyAction.CHOOSE_SLOT),
    *(ReplyAction.COLLECT, ReplyAction.PAY_ONLINE, ReplyAction.PROBLEM, ReplyAction.STOP),
)


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a button's token says: which hand-over it came with, and the answer."""

    reference: str  # the attempt's
    action: ReplyAction
    expired: bool


def make_token(key: bytes, reference: str, action: ReplyAction, *, made: date) -> str:
    """A token of 42 characters: it names the attempt and the action, and nobody else can make one."""
    last = (made + LIFE - _EPOCH).days
    told = UUID(reference).bytes + bytes([_ACTIONS.index(action)]) + last.to_bytes(2, "big")
    return _written(told + _mac(key, told))


def read_token(key: bytes, token: str, *, today: date) -> Tapped | None:
    """What the token says; None where it was not made by us."""
    try:
        raw = base64.b64decode(
            token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    told, mac = raw[:-_MAC], raw[-_MAC:]
    ours = len(told) == _TOLD and hmac.compare_digest(mac, _mac(key, told)) and token == _written(raw)
    if not ours or told[16] >= len(_ACTIONS):
        return None
    last = _EPOCH + timedelta(days=int.from_bytes(told[17:19], "big"))
    return Tapped(str(UUID(bytes=told[:16])), _ACTIONS[told[16]], expired=today > last)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _mac(key: bytes, told: bytes) -> bytes:
    return hmac.digest(key, told, "sha256")[:_MAC]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel as an answer needs to know it."""

    status: Status
    leg: Leg
    ended: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order and what it is about stand at the moment somebody answers."""

    cancelled: bool
    cash_on_delivery: bool
    parcels: tuple[Parcel, ...]  # the one the message was about, else all the buyer still waits for


_ALWAYS = frozenset({ReplyAction.PROBLEM, ReplyAction.STOP})
_ABOUT_ADDRESS = frozenset({ReplyAction.CONFIRM_ADDRESS, ReplyAction.CHANGE_ADDRESS})
_WITH_THE_DRIVER = frozenset({Status.OUT_FOR_DELIVERY, Status.AVAILABLE_FOR_PICKUP})


def hindrance(action: ReplyAction, standing: Standing) -> str:
    """Why the answer comes too late, in one word; "" where it can still be followed."""
    if action in _ALWAYS:
        return ""
    if standing.cancelled:
        return "cancelled"
    if standing.parcels and not any(_underway(parcel) for parcel in standing.parcels):
        return "ended"
    if action is ReplyAction.PAY_ONLINE:
        return "" if standing.cash_on_delivery else "paid"
    return _hindered_by_parcels(action, [parcel for parcel in standing.parcels if _underway(parcel)])


def _hindered_by_parcels(action: ReplyAction, parcels: list[Parcel]) -> str:
    if not parcels:
        return "" if action in _ABOUT_ADDRESS else "nothing_shipped"
    if action is ReplyAction.CONFIRM_ADDRESS:
        return ""  # it changes nothing, and tells the carrier's next driver
    return "with_the_driver" if all(parcel.status in _WITH_THE_DRIVER for parcel in parcels) else ""


def _underway(parcel: Parcel) -> bool:
    return not parcel.ended and parcel.leg not in TO_MERCHANT
