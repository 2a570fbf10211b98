"""From a pack's TOML to a `Pack`, checked whole: a pack that loads can be relied on."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

from wismo.carriers.loading_poll import load_poll
from wismo.carriers.loading_webhook import load_webhook
from wismo.carriers.lookup import Lookup, R
from wismo.carriers.pack import (
    CarrierRow,
    Confidence,
    Format,
    Kind,
    Pack,
    ParcelFields,
    Payload,
    ReasonRow,
    ScanFields,
    StatusRow,
)
from wismo.carriers.patterns import Parser, parser_of, says_year
from wismo.carriers.schema import PackError, Table
from wismo.carriers.times import Naive, TimeRule
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status

_ZONE_FIELDS = ("offset", "zone", "country")


def load_table(file: str, content: str) -> Table:
    """The content of a TOML file as a checked table."""
    try:
        return Table(file, "", tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{file}: not TOML: {error}; correct the file") from error


def load_pack(file: str, content: str) -> Pack:
    """The pack a TOML file describes; PackError with the place and the cure where it is not sound."""
    top = load_table(file, content)
    pack = read_pack(top)
    if pack.auth is None and pack.poll is None:
        raise top.error("webhook", "is missing, and so is poll; say how the carrier's word comes to us")
    return pack


def read_pack(top: Table) -> Pack:
    """The pack in a table, which may hold what the caller has asked for before; PackError as in load_pack."""
    auth, keep_headers = load_webhook(top.table("webhook"))
    rows = [_status(table) for table in top.tables("status")]
    pack = Pack(
        id=_id(top),
        name=top.text("name"),
        kind=top.word("kind", Kind, Kind.CARRIER),
        url=_url(top),
        countries=top.texts("countries"),
        time=_time(top.table("time")),
        auth=auth,
        keep_headers=keep_headers,
        poll=load_poll(top.table("poll")),
        payloads=_payloads(top.tables("payload")),
        statuses=_lookup(top, "status", rows),
        phrases=tuple(row for row in rows if row.contains),
        reasons=_lookup(top, "reason", [_reason(table) for table in top.tables("reason")]),
        carriers=_lookup(top, "carriers", _carriers(top.table("carriers"))),
        legs=_legs(top.table("legs")),
    )
    _check_years(top, pack.time)
    if not pack.payloads:
        raise top.error("payload", "is missing; add a [[payload]] that says where the scans are")
    top.close()
    return pack


def _check_years(top: Table, rule: TimeRule) -> None:
    if rule.without_year and not any("as_of" in one.table("parcel") for one in top.tables("payload")):
        raise top.table("time").error(
            "formats", "a time has no year; say where a parcel has the day it was told: as_of"
        )


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
    patterns = table.texts("formats", ("iso",))
    rule = TimeRule(
        formats=tuple(_format(table, pattern) for pattern in patterns if says_year(pattern)),
        without_year=tuple(_format(table, pattern) for pattern in patterns if not says_year(pattern)),
        naive=naive,
        offsets_true=table.one_of("offsets", ("true", "lie"), "true") == "true",
        zone=_zone(table) if naive is Naive.CARRIER else None,
    )
    table.close()
    return rule


def _format(table: Table, pattern: str) -> Parser:
    try:
        return parser_of(pattern)
    except ValueError as error:
        raise table.error("formats", f"{pattern!r} {error}") from error


def _zone(table: Table) -> tzinfo:
    name = table.text("zone")
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        raise table.error("zone", f"{name!r} is not a time zone; write one such as Asia/Kolkata") from error


def _payloads(tables: Sequence[Table]) -> tuple[Payload, ...]:
    read: dict[str, Payload] = {}
    for table in tables:
        payload = _payload(table, read)
        read[payload.name] = payload
    return tuple(read.values())


def _payload(table: Table, earlier: Mapping[str, Payload]) -> Payload:
    like = earlier.get(table.text("like")) if "like" in table else None
    if "like" in table and like is None:
        raise table.error("like", f"{table.shown('like')!r} names no earlier payload; move this one below it")
    name = table.text("name")
    if name in earlier:
        raise table.error("name", f"{name!r} names an earlier payload too; give each its own name")
    payload = Payload(
        name=name,
        format=table.word("format", Format, like.format if like else Format.JSON),
        lists=table.texts("lists", like.lists if like else ()),
        unwrap=table.getter("unwrap") if "unwrap" in table else None,
        applies=table.getter("when"),
        parcels=table.getter("parcels", "@"),
        keyed_by=table.text("keyed_by", ""),
        scans=table.getter("scans", "@"),
        scans_at=table.shown("scans"),
        current=table.getter("current") if "current" in table else None,
        number_at=like.number_at if like else _number_at(table),
        number_of_parcel=like.number_of_parcel if like else "number" in table.table("parcel"),
        parcel=like.parcel if like else _parcel_fields(table.table("parcel")),
        scan=like.scan if like else _scan_fields(table.table("scan")),
        tells_zone=like.tells_zone if like else any(key in table.table("scan") for key in _ZONE_FIELDS),
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
    contains = " ".join(table.text("contains", "").casefold().split())
    if contains and "code" in table:
        raise table.error("contains", "stands for rows without a code; keep one of the two")
    row = StatusRow(
        code="" if contains else _code(table),
        contains=contains,
        text=table.text("text", ""),
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


def _code(table: Table) -> str:
    code = table.text("code")
    if not code:
        raise table.error("code", 'is empty; write the code, or contains = "…" with words of the text')
    return code


def _reason(table: Table) -> ReasonRow:
    row = ReasonRow(
        code=_code(table),
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
        if not row.code:  # it goes by its words
            continue
        if "*" in row.code[:-1]:
            raise top.error(
                f"[{key} {at}]", f"code {row.code!r}: a wildcard stands only at the end; move it there"
            )
        if row.code in seen:
            raise top.error(
                f"[{key} {at}]", f"code {row.code!r} stands twice; keep one row and note the other"
            )
        seen.add(row.code)
    return Lookup(row for row in rows if row.code)
