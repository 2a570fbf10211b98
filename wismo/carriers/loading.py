"""From a pack's TOML to a `Pack`, checked whole: a pack that loads can be relied on."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

from wismo.carriers.lookup import Lookup, R
from wismo.carriers.pack import (
    Auth,
    AuthKind,
    CarrierRow,
    Confidence,
    Kind,
    Pack,
    ParcelFields,
    Payload,
    ReasonRow,
    ScanFields,
    StatusRow,
)
from wismo.carriers.schema import PackError, Table
from wismo.carriers.times import Naive, Offsets, TimeRule
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status

_UNVERIFIED = "unverified"


def load_table(file: str, content: str) -> Table:
    """The content of a TOML file as a checked table."""
    try:
        return Table(file, "", tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{file}: not TOML: {error}; correct the file") from error


def load_pack(file: str, content: str) -> Pack:
    """The pack a TOML file describes; PackError with the place and the cure where it is not sound."""
    top = load_table(file, content)
    webhook = top.table("webhook")
    auth = _auth(webhook.table("auth"))
    pack = Pack(
        id=_id(top),
        name=top.text("name"),
        kind=top.word("kind", Kind, Kind.CARRIER),
        url=_url(top),
        countries=top.texts("countries"),
        time=_time(top.table("time")),
        auth=auth,
        keep_headers=_keep_headers(webhook, auth),
        payloads=_payloads(top.tables("payload")),
        statuses=_lookup(top, "status", [_status(table) for table in top.tables("status")]),
        reasons=_lookup(top, "reason", [_reason(table) for table in top.tables("reason")]),
        carriers=_lookup(top, "carriers", _carriers(top.table("carriers"))),
        legs=_legs(top.table("legs")),
    )
    if not pack.payloads:
        raise top.error("payload", "is missing; add a [[payload]] that says where the scans are")
    webhook.close()
    top.close()
    return pack


def _id(top: Table) -> str:
    value = top.text("id")
    if f"{value}.toml" != top.file:
        raise top.error("id", f"{value!r} is not the name of the file; make them the same")
    return value


def _url(top: Table) -> str:
    url = top.text("url", "")
    if url and "{number}" not in url:
        raise top.error(
            "url", f"{url!r} has no place for the tracking number; write {{number}} where it goes"
        )
    return url


def _time(table: Table) -> TimeRule:
    naive = table.word("naive", Naive)
    rule = TimeRule(
        formats=table.texts("formats", ("iso",)),
        naive=naive,
        offsets=table.word("offsets", Offsets, Offsets.TRUE),
        zone=_zone(table) if naive is Naive.CARRIER else None,
    )
    table.close()
    return rule


def _zone(table: Table) -> tzinfo:
    name = table.text("zone")
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        raise table.error("zone", f"{name!r} is not a time zone; write one such as Asia/Kolkata") from error


def _auth(table: Table) -> Auth:
    kind = table.word("kind", AuthKind)
    auth = Auth(
        kind=kind,
        header=table.text("header").lower(),
        digest=table.one_of("digest", ("sha1", "sha256", "sha512"), "sha256"),
        encoding=table.one_of("encoding", ("hex", "base64"), "hex"),
        prefix=table.text("prefix", ""),
        normalise=table.one_of("normalise", ("none", "NFKD"), "none"),
        confidence=table.one_of("confidence", [*Confidence, _UNVERIFIED]),
    )
    table.text("note", "")
    table.close()
    return auth


def _keep_headers(table: Table, auth: Auth) -> tuple[str, ...]:
    headers = tuple(header.lower() for header in table.texts("keep_headers"))
    for secret in {auth.header, "authorization", "cookie"} & set(headers):
        raise table.error("keep_headers", f"{secret!r} carries a secret, which is never kept; leave it out")
    return headers


def _payloads(tables: Sequence[Table]) -> tuple[Payload, ...]:
    read: dict[str, Payload] = {}
    for table in tables:
        payload = _payload(table, read)
        read[payload.name] = payload
    return tuple(read.values())


def _payload(table: Table, earlier: Mapping[str, Payload]) -> Payload:
    like = earlier[table.one_of("like", list(earlier))] if "like" in table else None
    name = table.text("name")
    if name in earlier:
        raise table.error("name", f"{name!r} names an earlier payload too; give each its own name")
    payload = Payload(
        name=name,
        applies=table.getter("when"),
        parcels=table.getter("parcels", "@"),
        keyed_by=table.text("keyed_by", ""),
        scans=table.getter("scans", "@"),
        current=table.getter("current") if "current" in table else None,
        number_at=like.number_at if like else _number_at(table),
        parcel=like.parcel if like else _parcel_fields(table.table("parcel")),
        scan=like.scan if like else _scan_fields(table.table("scan")),
    )
    table.close()
    return payload


def _number_at(table: Table) -> str:
    tables = [table.table("parcel"), table.table("scan")]
    at = " or ".join(fields.shown("number") for fields in tables if "number" in fields)
    if not at:
        raise tables[0].error("number", "is missing; say where the tracking number is, here or in the scan")
    return at


def _parcel_fields(table: Table) -> ParcelFields:
    fields = ParcelFields(**{key: table.reader(key) for key in ParcelFields.__slots__})
    table.close()
    return fields


def _scan_fields(table: Table) -> ScanFields:
    fields = ScanFields(**{key: table.reader(key) for key in ScanFields.__slots__})
    table.close()
    return fields


def _status(table: Table) -> StatusRow:
    row = StatusRow(
        code=table.text("code"),
        status=table.word("status", Status),
        leg=table.word("leg", Leg, Leg.FORWARD),
        reason=table.word("reason", Reason) if "reason" in table else None,
        correction=table.flag("correction"),
        source=table.text("source"),
        confidence=table.word("confidence", Confidence),
        note=table.text("note", ""),
    )
    if row.status is Status.DELIVERED and row.leg in TO_MERCHANT:
        raise table.error("status", "a parcel delivered on its way back has returned; write returned")
    table.close()
    return row


def _reason(table: Table) -> ReasonRow:
    row = ReasonRow(
        code=table.text("code"),
        reason=table.word("reason", Reason),
        source=table.text("source"),
        confidence=table.word("confidence", Confidence),
        note=table.text("note", ""),
    )
    table.close()
    return row


def _carriers(table: Table) -> list[CarrierRow]:
    for name in table:
        if name != name.lower():
            raise table.error(name, "names of carriers are compared in lower case; write it so")
    return [CarrierRow(name, table.text(name)) for name in table]


def _legs(table: Table) -> dict[str, Leg]:
    return {said: table.word(said, Leg) for said in table}


def _lookup(top: Table, key: str, rows: Sequence[R]) -> Lookup[R]:
    seen: set[str] = set()
    for at, row in enumerate(rows, 1):
        if "*" in row.code[:-1]:
            raise top.error(
                f"[{key} {at}]", f"code {row.code!r}: a wildcard stands only at the end; move it there"
            )
        if row.code in seen:
            raise top.error(
                f"[{key} {at}]", f"code {row.code!r} stands twice; keep one row and note the other"
            )
        seen.add(row.code)
    return Lookup(rows)
