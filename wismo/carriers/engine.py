"""The one reader of all packs: a payload's bytes become scans.

`read_all` raises `PayloadError` and nothing else, whatever the bytes. Inside a payload of a known shape a
bad scan costs only itself: it becomes a problem that says where, and the others are read.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from wismo.carriers.pack import Kind, Pack, Payload, StatusRow
from wismo.carriers.times import read_day, read_moment
from wismo.carriers.transforms import clean
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TO_MERCHANT, Leg, Scan, Status, normal_number

# NaN and Infinity are not JSON, but some senders write them: they are no value.
_JSON = json.JSONDecoder(parse_constant=lambda _name: None)

# Where a carrier's code for "why" explains the status. Some senders repeat the last reason for ever.
_EXPLAINED = frozenset(
    {
        Status.PICKUP_FAILED, Status.CUSTOMS, Status.DELAYED, Status.HELD, Status.FAILED_ATTEMPT,
        Status.EXPIRED, Status.CANCELLED, Status.LOST, Status.DAMAGED, Status.DISPOSED, Status.RETURNED,
    }
)  # fmt: skip

_CODE, _TEXT, _PLACE, _NUMBER, _RAW_TIME, _CARRIER = 120, 500, 160, 80, 60, 60


class PayloadError(ValueError):
    """Nothing of a payload can be understood; the message says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The scans of a payload, and what of it could not be read: one sentence for each scan that was lost."""

    scans: list[Scan]
    problems: list[str]


class _Unread(ValueError):
    """One scan cannot be read."""


def read_all(pack: Pack, body: bytes) -> Reading:
    """Every scan in a payload; PayloadError where it is not JSON or of no shape the pack knows."""
    data = _decode(body)
    payload = _shape(pack, data)
    scans: list[Scan] = []
    problems: list[str] = []
    for at, parcel in enumerate(_parcels(payload, data), 1):
        if not isinstance(parcel, dict):
            problems.append(f"{payload.name}, parcel {at}: is not an object")
            continue
        _read_parcel(_Parcel(pack, payload, parcel), f"{payload.name}, parcel {at}", scans, problems)
    return Reading(scans, problems)


def _decode(body: bytes) -> Any:
    try:
        return _JSON.decode(body.decode("utf-8-sig"))
    except RecursionError:
        raise PayloadError("not readable as JSON: nested too deeply") from None
    except ValueError as error:
        raise PayloadError(f"not JSON: {error}") from error


def _shape(pack: Pack, data: Any) -> Payload:
    for payload in pack.payloads:
        if payload.applies(data) not in (None, False):
            return payload
    known = ", ".join(payload.name for payload in pack.payloads)
    found = (
        f"the keys {', '.join(map(clean, list(data)[:8]))}" if isinstance(data, dict) else type(data).__name__
    )
    raise PayloadError(f"a payload of no shape {pack.id} is known to send ({known}); found {found[:200]}")


def _parcels(payload: Payload, data: Any) -> list[Any]:
    found = payload.parcels(data)
    if payload.keyed_by and isinstance(found, dict):
        return [
            {**value, payload.keyed_by: key} if isinstance(value, dict) else value
            for key, value in found.items()
        ]
    return _listed(found)


def _listed(found: Any) -> list[Any]:
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


class _Parcel:
    """What a payload says once per parcel, read once."""

    __slots__ = ("carrier", "data", "eta", "leg", "number", "pack", "payload", "reason")

    def __init__(self, pack: Pack, payload: Payload, data: dict[str, Any]) -> None:
        fields = payload.parcel
        self.pack, self.payload, self.data = pack, payload, data
        self.number = fields.number(data)
        self.eta = fields.eta(data)
        self.reason = fields.reason(data)
        self.leg = pack.legs.get(fields.leg(data), Leg.FORWARD)
        self.carrier = pack.id if pack.kind is Kind.CARRIER else _carrier(pack, fields.carrier(data))


def _read_parcel(parcel: _Parcel, where: str, scans: list[Scan], problems: list[str]) -> None:
    told: set[tuple[str, object]] = set()
    for at, data in enumerate(_listed(parcel.payload.scans(parcel.data)), 1):
        scan = _scan_or_problem(parcel, data, f"{where}, scan {at}", problems)
        if scan is not None:
            scans.append(scan)
            told.add((scan.code, scan.sort_at))
    state = parcel.payload.current(parcel.data) if parcel.payload.current else None
    if isinstance(state, dict) and parcel.payload.scan.code(state):
        scan = _scan_or_problem(parcel, state, f"{where}, present state", problems)
        if scan is not None and (scan.code, scan.sort_at) not in told:
            scans.append(scan)


def _scan_or_problem(parcel: _Parcel, data: Any, where: str, problems: list[str]) -> Scan | None:
    try:
        return _scan(parcel, data)
    except _Unread as error:
        problems.append(f"{where}: {error}")
        return None


def _scan(parcel: _Parcel, data: Any) -> Scan:
    if not isinstance(data, dict):
        raise _Unread("is not an object")
    pack, fields = parcel.pack, parcel.payload.scan
    number = normal_number(parcel.number or fields.number(data))
    if not number:
        raise _Unread(f"no tracking number; it is expected at {parcel.payload.number_at}")
    code, text, place = fields.code(data), fields.text(data), fields.place(data)
    when, utc = fields.when(data), fields.utc(data)
    raw = when or utc
    moment = read_moment(pack.time, when, utc)
    row = pack.statuses.find(code)
    leg = row.leg if row and row.leg is not Leg.FORWARD else parcel.leg
    event_id = fields.event_id(data)
    identity = (pack.id, event_id) if event_id else (parcel.carrier, number, raw, code, text, place)
    return Scan(
        source=pack.id,
        carrier=parcel.carrier,
        tracking_number=number[:_NUMBER],
        key=_key(identity),
        code=code[:_CODE],
        text=text[:_TEXT],
        status=_status(row, leg),
        leg=leg,
        reason=_reason(pack, row, fields.reason(data) or parcel.reason),
        occurred_at=moment.occurred_at,
        occurred_raw=raw[:_RAW_TIME],
        tz_source=moment.tz_source,
        place=place[:_PLACE],
        eta=read_day(pack.time, fields.eta(data) or parcel.eta),
        sort_at=moment.sort_at,
        correction=row.correction if row else False,
    )


def _status(row: StatusRow | None, leg: Leg) -> Status | None:
    """A parcel "delivered" on its way back has reached the merchant: it has returned."""
    if row is None:
        return None
    return Status.RETURNED if row.status is Status.DELIVERED and leg in TO_MERCHANT else row.status


def _reason(pack: Pack, row: StatusRow | None, code: str) -> Reason | None:
    if row is None or row.status not in _EXPLAINED:
        return None
    found = pack.reasons.find(code) if code else None
    return found.reason if found else row.reason


def _carrier(pack: Pack, said: str) -> str:
    """Our id of the carrier an aggregator names, else a slug of that name; "" where it names none."""
    row = pack.carriers.find(said.lower())
    if row is not None:
        return row.carrier
    slug = re.sub(r"[\W_]+", "-", said.lower()).strip("-")[:_CARRIER]
    if not slug:
        return "" if pack.kind is Kind.AGGREGATOR else pack.id
    return f"{pack.id}-{slug}"[:_CARRIER] if slug.isdigit() else slug


def _key(identity: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(identity).encode()).hexdigest()[:32]
