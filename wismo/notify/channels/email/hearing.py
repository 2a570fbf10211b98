"""What every provider of e-mail tells in its own words, in the house's. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from wismo.notify.channels.reading import each, json_of
from wismo.notify.port import Heard, HeardChoice, HeardOther, HeardReceipt, Unreadable
from wismo.notify.words import AddressKind, Failure, Kind, ReceiptState

REFERENCE: Final = "wismo_reference"  # our name for an attempt, in the data providers say back
_CODE = 60  # characters of a code that are kept


class Sort(StrEnum):
    """The events all providers have, whatever they call them."""

    ACCEPTED = "accepted"  # queued, sent, deferred: on its way
    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    HARD = "hard"  # bounced for good: there is no such mailbox
    SOFT = "soft"  # bounced, and may work another day: a full mailbox
    BLOCKED = "blocked"  # the provider no longer writes to this address
    WITHHELD = "withheld"  # refused by the reader's mail server, for what it thinks of the sender or the mail
    CONTENT = "content"  # the provider could not or would not send this mail
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    OTHER = "other"


_FAILURES = {
    Sort.HARD: Failure.INVALID,
    Sort.SOFT: Failure.ADDRESS,
    Sort.BLOCKED: Failure.ADDRESS,
    Sort.WITHHELD: Failure.WITHHELD,
    Sort.CONTENT: Failure.CONTENT,
}
_STATES = {
    Sort.ACCEPTED: ReceiptState.ACCEPTED,
    Sort.DELIVERED: ReceiptState.DELIVERED,
    Sort.OPENED: ReceiptState.READ,
    Sort.CLICKED: ReceiptState.CLICKED,
    Sort.COMPLAINED: ReceiptState.COMPLAINED,
    Sort.UNSUBSCRIBED: ReceiptState.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event, read out of a provider's payload."""

    sort: Sort
    name: str  # the provider's own word for it
    key: str = ""  # the provider's own id of this event
    at: datetime | None = None
    provider_id: str = ""
    reference: str = ""
    code: str = ""
    address: str = field(default="", repr=False)


def heard(told: Told) -> list[Heard]:
    """What follows from it: a receipt, and where the reader unsubscribed their choice as well."""
    key = _key(told)
    if told.sort is Sort.OTHER:
        return [HeardOther(key, told.name or "unnamed")]
    address = (AddressKind.EMAIL, told.address) if told.address else None
    receipt = HeardReceipt(
        key=key,
        state=_STATES.get(told.sort, ReceiptState.FAILED),
        at=told.at,
        provider_id=told.provider_id,
        reference=told.reference,
        code=told.code[:_CODE],
        failure=_FAILURES.get(told.sort),
        soft=told.sort is Sort.SOFT,
        to=address,
    )
    if told.sort is not Sort.UNSUBSCRIBED or address is None:
        return [receipt]
    # Facts of their own order are not what the reader ended: those need no consent.
    return [receipt, *(_ended(key, told.at, address, kind) for kind in (Kind.FEEDBACK, Kind.MARKETING))]


def _ended(key: str, at: datetime | None, address: tuple[AddressKind, str], scope: Kind) -> HeardChoice:
    return HeardChoice(key=f"{key}:{scope}", at=at, address=address, granted=False, scope=scope)


def _key(told: Told) -> str:
    """The same for the same event told twice, and short; one event may speak of several readers."""
    own = told.key or "|".join((told.provider_id, told.reference, told.at.isoformat() if told.at else ""))
    return f"{told.sort}:{made_of(f'{told.name}|{told.address}|{own}'.encode(errors='replace'))}"


def made_of(told: bytes) -> str:
    """A key of what was told, where the provider gives none."""
    return hashlib.sha256(told).hexdigest()[:32]


# ── reading JSON that anybody may have written ────────────────────────────────────────────────────────────


def every(body: bytes, read_one: Callable[[Mapping[str, Any]], list[Heard]]) -> list[Heard]:
    """What the JSON objects of a payload say, one or a list of them; Unreadable where it has none."""

    def read(found: Any) -> list[Heard]:
        if not isinstance(found, dict):
            raise Unreadable("it is not an object of JSON")
        return read_one(found)

    found = json_of(body)
    return each(found if isinstance(found, list) else [found], read, named="the events")


def within(found: Any, *path: str) -> Mapping[str, Any]:
    """The object at this path; empty where there is none."""
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text(found: Mapping[str, Any], *names: str) -> str:
    """The first of these that is a text or a number, as text."""
    for name in names:
        value = found.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value):
            return str(value)
    return ""


def named(found: Any, name: str, value: str) -> dict[str, str]:
    """A list of pairs as a mapping, by names in lower case: mail headers, as most providers tell them."""
    pairs = found if isinstance(found, list) else []
    return {text(one, name).lower(): text(one, value) for one in pairs if isinstance(one, Mapping)}


def packed(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object that a text holds as JSON; empty where it holds none."""
    try:
        return within({"": json.loads(text(found, name))}, "")
    except (ValueError, RecursionError):
        return {}


def of_epoch(value: Any, per_second: int = 1) -> datetime | None:
    """The moment so many seconds, or parts of one, after 1970."""
    try:
        return datetime.fromtimestamp(float(value) / per_second, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def of_iso(value: Any) -> datetime | None:
    """The moment written by ISO 8601; one without a zone is of UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def bracketed(message_id: str) -> str:
    """A Message-ID as it stands in mail: some providers tell it bare, and elsewhere in brackets."""
    return f"<{message_id}>" if message_id and not message_id.startswith("<") else message_id
