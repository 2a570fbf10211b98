"""Orders in a CSV file: one row a line of an order, the rows of one order together.

Columns by name, in any order: reference, number, placed_at and country are needed; updated_at, email, phone,
name, language, amount, currency, postcode, region, city, timezone, promised_on, title, sku, variant and
quantity may be there, and carrier with tracking_number for a parcel that is on its way.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from wismo.orders.rules import LineSnapshot, OrderSnapshot, problems_of
from wismo.vocabulary.money import Money

NEEDED = ("reference", "number", "placed_at", "country")
_TEXTS = ("email", "phone", "name", "language", "postcode", "region", "city", "timezone")
KNOWN = {*NEEDED, *_TEXTS, "amount", "currency", "promised_on", "title", "sku", "variant", "quantity"}
KNOWN |= {"updated_at", "carrier", "tracking_number"}

Row = Mapping[str, str]
_TOO_MANY = "too many fields"  # no column can have this name: it is not among the known ones


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in which line of the file (the first line is 1), and what to do."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class SheetParcel:
    """A parcel of an order, and the line of the file it stands in first."""

    line: int
    carrier: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """A sound order, and its parcels."""

    order: OrderSnapshot
    parcels: tuple[SheetParcel, ...]


def read_sheet(lines: Iterable[str]) -> Iterator[SheetOrder | Problem]:
    """Each order of the file, or what is wrong with it. One bad order does not hold up the others."""
    reader = csv.DictReader(lines, restkey=_TOO_MANY, strict=True)
    wrong = _columns(reader.fieldnames or [])
    if wrong:
        yield Problem(1, wrong)
        return
    seen: dict[str, int] = {}
    try:
        rows = ((reader.line_num, _plain(row)) for row in reader)
        for reference, group in groupby(rows, key=lambda row: row[1].get("reference", "")):
            numbered = list(group)
            line = numbered[0][0]
            if reference in seen:
                what = (
                    f"reference: {reference!r} stands in line {seen[reference]} too; keep its rows together"
                )
                yield Problem(line, what)
                continue
            seen[reference] = line
            crooked = list(_crooked(numbered))
            yield from crooked or _order(numbered)
    except csv.Error as error:
        yield Problem(reader.line_num, f"not readable as CSV: {error}")


def _columns(names: Iterable[str]) -> str:
    told = {name.strip().lower() for name in names}
    missing = [name for name in NEEDED if name not in told]
    if missing:
        told_so = "; is it separated by ; or tabs? It must be by commas" if len(told) < 2 else ""
        return f"the first line must name the columns; missing: {', '.join(missing)}{told_so}"
    unknown = sorted(told - KNOWN)
    return f"unknown columns: {', '.join(unknown)}; known are {', '.join(sorted(KNOWN))}" if unknown else ""


def _plain(row: Mapping[str, str | list[str] | None]) -> Row:
    told = {name.strip().lower(): value.strip() for name, value in row.items() if isinstance(value, str)}
    return told | ({_TOO_MANY: "yes"} if row.get(_TOO_MANY) else {})


def _crooked(rows: list[tuple[int, Row]]) -> Iterator[Problem]:
    for line, row in rows:
        if _TOO_MANY in row:
            yield Problem(line, "more fields than the first line names; is a comma not in quotes?")


def _order(rows: list[tuple[int, Row]]) -> Iterator[SheetOrder | Problem]:
    line, first = rows[0]
    try:
        order = OrderSnapshot(
            reference=first["reference"],
            number=first["number"],
            placed_at=_moment(first, "placed_at"),
            country=first.get("country", "").upper(),
            total=_money(first),
            updated_at=_moment(first, "updated_at") if first.get("updated_at") else None,
            promised_on=_day(first.get("promised_on", "")),
            lines=tuple(_line(row) for _, row in rows if row.get("title") or row.get("sku")),
            email=first.get("email", ""),
            phone=first.get("phone", ""),
            name=first.get("name", ""),
            language=first.get("language", ""),
            postcode=first.get("postcode", ""),
            region=first.get("region", ""),
            city=first.get("city", ""),
            timezone=first.get("timezone", ""),
        )
    except (ValueError, KeyError) as error:
        yield Problem(line, str(error))
        return
    problems = problems_of(order)
    if problems:
        yield from (Problem(line, what) for what in problems)
        return
    parcels: dict[tuple[str, str], SheetParcel] = {}
    for line, row in rows:
        carrier, number = row.get("carrier", "").lower(), row.get("tracking_number", "")
        if number:
            parcels.setdefault((carrier, number), SheetParcel(line, carrier, number))
    yield SheetOrder(order, tuple(parcels.values()))


def _moment(row: Row, name: str) -> datetime:
    text = row.get(name, "")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name}: {text!r} is not a time such as 2026-11-24T09:00:00+01:00") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError(f"promised_on: {text!r} is not a day such as 2026-11-27") from error


def _money(row: Row) -> Money | None:
    amount, currency = row.get("amount", ""), row.get("currency", "").upper()
    try:
        return Money.parse(amount, currency) if amount else None
    except ValueError as error:
        raise ValueError(f"amount: {error}") from error


def _line(row: Row) -> LineSnapshot:
    quantity = row.get("quantity") or "1"
    if not quantity.isdecimal():
        raise ValueError(f"quantity: {quantity!r} is not a whole number")
    sku = row.get("sku", "")
    return LineSnapshot(row.get("title") or sku, sku, row.get("variant", ""), int(quantity))
