"""The one reader of all packs: a payload's bytes become scans.

`read_all` raises `PayloadError` and nothing else, whatever the bytes. Inside a payload of a known shape a
bad scan costs only itself: it becomes a problem that says where, and the others are read.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from wismo.carriers.characters import Undecodable
from wismo.carriers.directory import carrier, carrier_of
from wismo.carriers.pack import Kind, Pack, Payload, ScanFields, StatusRow
from wismo.carriers.shapes import NoShape, shape_of
from wismo.carriers.times import NOWHERE, Naive, TimeRule, Whereabouts, of_carrier, read_day, read_moment
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TO_MERCHANT, Leg, Scan, Status, normal_number

# Where a carrier's code for "why" explains the status. Some senders repeat the last reason for ever.
_EXPLAINED = frozenset(
    {
        Status.PICKUP_FAILED, Status.CUSTOMS, Status.DELAYED, Status.HELD, Status.FAILED_ATTEMPT,
        Status.EXPIRED, Status.CANCELLED, Status.LOST, Status.DAMAGED, Status.DISPOSED, Status.RETURNED,
    }
)  # fmt: skip

_FORWARD, _DELIVERED = Leg.FORWARD, Status.DELIVERED  # an enum's members take long to look up
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
    """Every scan in a payload; PayloadError where it is not readable, or of no shape the pack knows."""
    try:
        payload, data = shape_of(pack, body)
    except (Undecodable, NoShape) as error:
        raise PayloadError(str(error)) from error
    reading = Reading([], [])
    for at, parcel in enumerate(_parcels(payload, data), 1):
        if isinstance(parcel, dict):
            _read_parcel(_Parcel(pack, payload, parcel, at), reading)
        else:
            reading.problems.append(f"{payload.name}, parcel {at}: is not an object")
    return reading


def _parcels(payload: Payload, data: Any) -> list[Any]:
    found = payload.parcels(data)
    if payload.keyed_by and isinstance(found, dict):
        return [
            {**value, payload.keyed_by: key} if isinstance(value, dict) else value
            for key, value in found.items()
        ]
    return _listed(found)


def _listed(found: Any) -> list[Any]:
    if found.__class__ is list:
        return found
    return [] if found is None else [found]


class _Parcel:
    """What a payload says once per parcel, read once."""

    __slots__ = (
        "as_of",
        "at",
        "carrier",
        "data",
        "eta",
        "leg",
        "number",
        "pack",
        "payload",
        "reason",
        "time",
    )

    def __init__(self, pack: Pack, payload: Payload, data: dict[str, Any], at: int) -> None:
        fields = payload.parcel
        self.pack, self.payload, self.data, self.at = pack, payload, data, at
        self.number = normal_number(fields.number(data))
        self.eta = fields.eta(data)
        self.reason = fields.reason(data)
        self.as_of = _day(fields.as_of(data)) if pack.time.without_year else None
        self.leg = pack.legs.get(fields.leg(data), _FORWARD) if pack.legs else _FORWARD
        self.carrier, self.time = pack.id, pack.time
        if pack.kind is not Kind.CARRIER:
            self.carrier = _carrier(pack, fields.carrier(data))
            self.time = _time(pack.time, self.carrier)

    def problem(self, where: str, error: _Unread) -> str:
        """The sentence that tells of a scan that cannot be read."""
        return f"{self.payload.name}, parcel {self.at}, {where}: {error}"

    def lost(self) -> str:
        """The sentence that tells of a parcel that should have scans and has none; "" where it need not.

        An answer to a question may say that nothing has happened yet; it names the parcel then. What
        a source posts unasked tells something, and an element without a number is no parcel.
        """
        only_posts = self.pack.auth is not None and self.pack.poll is None
        if not self.payload.number_of_parcel or (self.number and not only_posts):
            return ""
        missing = {} if self.number else {"tracking number": self.payload.number_at}
        missing["scans"] = self.payload.scans_at or "the parcel itself"
        what, places = " and no ".join(missing), " and ".join(missing.values())
        return f"{self.payload.name}, parcel {self.at}: no {what}; expected at {places}"


def _read_parcel(parcel: _Parcel, reading: Reading) -> None:
    payload, scans, problems = parcel.payload, [], len(reading.problems)
    for at, data in enumerate(_listed(payload.scans(parcel.data)), 1):
        try:
            scans.append(_scan(parcel, data))
        except _Unread as error:
            reading.problems.append(parcel.problem(f"scan {at}", error))
    state = payload.current(parcel.data) if payload.current else None
    if isinstance(state, dict) and payload.scan.code(state):
        try:
            present = _scan(parcel, state)
        except _Unread as error:
            reading.problems.append(parcel.problem("present state", error))
        else:
            if all((scan.code, scan.sort_at) != (present.code, present.sort_at) for scan in scans):
                scans.append(present)
    reading.scans.extend(scans)
    if not scans and len(reading.problems) == problems and (lost := parcel.lost()):
        reading.problems.append(lost)


def _scan(parcel: _Parcel, data: Any) -> Scan:
    if data.__class__ is not dict:
        raise _Unread("is not an object")
    pack, fields = parcel.pack, parcel.payload.scan
    number = parcel.number or normal_number(fields.number(data))
    if not 0 < len(number) <= _NUMBER:
        raise _no_number(parcel, number)
    code, text, place = fields.code(data), fields.text(data), fields.place(data)
    when, utc = fields.when(data), fields.utc(data)
    raw = when or utc
    where = _whereabouts(fields, data) if parcel.payload.tells_zone else NOWHERE
    occurred_at, sort_at, tz_source = read_moment(parcel.time, when, utc, where, parcel.as_of)
    row = pack.statuses.find(code[:_CODE]) or (_phrase(pack, code, text) if pack.phrases else None)
    status, leg = meaning(row, parcel.leg) if row else (None, parcel.leg)
    event_id = fields.event_id(data)
    eta = fields.eta(data) or parcel.eta
    return Scan(
        source=pack.id,
        carrier=parcel.carrier,
        tracking_number=number,
        key=_key((pack.id, event_id) if event_id else (parcel.carrier, number, raw, code, text, place)),
        code=code[:_CODE],
        text=text[:_TEXT],
        status=status,
        leg=leg,
        reason=_reason(pack, row, fields.reason(data) or parcel.reason),
        occurred_at=occurred_at,
        occurred_raw=raw[:_RAW_TIME],
        tz_source=tz_source,
        place=place[:_PLACE],
        eta=read_day(pack.time, eta) if eta else None,
        sort_at=sort_at,
        correction=row.correction if row else False,
    )


def _no_number(parcel: _Parcel, number: str) -> _Unread:
    """Why a scan without a number we can keep is not read: one that was cut could be another parcel's."""
    if number:
        return _Unread(f"a tracking number of {len(number)} characters; {_NUMBER} at most are one")
    return _Unread(f"no tracking number; it is expected at {parcel.payload.number_at}")


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return None


def _time(rule: TimeRule, carrier_id: str) -> TimeRule:
    """How an aggregator's times of a carrier are read: where they have no zone, it may be the carrier's."""
    if rule.naive is Naive.CARRIER:
        return rule
    known = carrier(carrier_id)
    return of_carrier(rule, known.zone) if known and known.zone and not known.worldwide else rule


def _whereabouts(fields: ScanFields, data: dict[str, Any]) -> Whereabouts:
    return Whereabouts(fields.offset(data), fields.zone(data), fields.country(data))


def meaning(row: StatusRow, told: Leg) -> tuple[Status, Leg]:
    """What a row says of a parcel whose carrier told of this leg; the row's own leg wins.

    A parcel "delivered" on its way back has reached the merchant: it has returned.
    """
    leg = told if row.leg is _FORWARD else row.leg
    if row.status is _DELIVERED and leg in TO_MERCHANT:
        return Status.RETURNED, leg
    return row.status, leg


def _phrase(pack: Pack, code: str, text: str) -> StatusRow | None:
    """The first row whose words the carrier's words contain, for carriers that give no codes."""
    said = " ".join(f"{code} {text}".casefold().split())
    for row in pack.phrases:
        if row.contains in said:
            return row
    return None


def _reason(pack: Pack, row: StatusRow | None, code: str) -> Reason | None:
    if row is None or (not code and row.reason is None) or row.status not in _EXPLAINED:
        return None
    found = pack.reasons.find(code[:_CODE]) if code else None
    return found.reason if found else row.reason


def _carrier(pack: Pack, said: str) -> str:
    """Our id of the carrier an aggregator names, else a slug of that name; "" where it names none."""
    row = pack.carriers.find(said[:_CODE].lower())
    if row is not None:
        return row.carrier
    known = carrier_of(pack.id, said) if said else None
    if known is not None:
        return known
    slug = re.sub(r"[\W_]+", "-", said.lower()).strip("-")[:_CARRIER]
    if not slug:
        return "" if pack.kind is Kind.AGGREGATOR else pack.id
    return f"{pack.id}-{slug}"[:_CARRIER] if slug.isdigit() else slug


def _key(identity: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(identity).encode()).hexdigest()[:32]
