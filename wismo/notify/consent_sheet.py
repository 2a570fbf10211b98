"""Consents and refusals in a CSV file: one row what one address said of one kind of message on one channel.

Columns by name, in any order: address, channel, kind and granted are needed; at, confirmed, wording and page
may be there. `kind` is transactional, feedback, marketing, or all; granted and confirmed are yes or no.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wismo.notify.rules.addresses import normal
from wismo.notify.words import AddressKind, Kind
from wismo.vocabulary.calendar import is_plausible_moment
from wismo.vocabulary.text import can_keep

NEEDED = ("address", "channel", "kind", "granted")
KNOWN = {*NEEDED, "at", "confirmed", "wording", "page"}
_YES_NO = {"yes": True, "no": False}
_LONGEST = {"wording": 2000, "page": 300}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in which line of the file (the first line is 1), and what to do."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """What one address said."""

    address_kind: AddressKind
    address: str = field(repr=False)
    channel: str
    kind: Kind | None  # None: all messages
    granted: bool
    confirmed: bool
    at: datetime | None
    wording: str
    page: str


def read_sheet(
    lines: Iterable[str], reaches: Mapping[str, Collection[AddressKind]]
) -> Iterator[SheetChoice | Problem]:
    """Each row, or what is wrong with it; `reaches` says which kinds of address each channel writes to."""
    reader = csv.DictReader(lines, strict=True)
    names = {name.strip().lower() for name in reader.fieldnames or []}
    missing, unknown = [name for name in NEEDED if name not in names], sorted(names - KNOWN)
    if missing or unknown:
        told = f"missing: {', '.join(missing)}" if missing else f"unknown: {', '.join(unknown)}"
        yield Problem(
            1, f"the first line must name the columns; {told}; known are {', '.join(sorted(KNOWN))}"
        )
        return
    try:
        for row in reader:
            plain = {str(name).strip().lower(): str(value or "").strip() for name, value in row.items()}
            try:
                yield _choice(plain, reaches)
            except ValueError as error:
                yield Problem(reader.line_num, str(error))
    except csv.Error as error:
        yield Problem(reader.line_num, f"not readable as CSV: {error}")


def _choice(row: Mapping[str, str], reaches: Mapping[str, Collection[AddressKind]]) -> SheetChoice:
    channel = row["channel"].lower()
    if channel not in reaches:
        raise ValueError(f"channel: {channel!r} is none of {', '.join(sorted(reaches))}")
    address_kind, address = _address(row["address"], reaches[channel])
    for name, limit in _LONGEST.items():
        if len(row.get(name, "")) > limit or not can_keep(row.get(name, "")):
            raise ValueError(f"{name}: at most {limit} characters")
    return SheetChoice(
        address_kind=address_kind,
        address=address,
        channel=channel,
        kind=_kind(row["kind"].lower()),
        granted=_yes_no("granted", row["granted"]),
        confirmed=_yes_no("confirmed", row.get("confirmed") or "no"),
        at=_moment(row.get("at", "")),
        wording=row.get("wording", ""),
        page=row.get("page", ""),
    )


def _address(told: str, kinds: Collection[AddressKind]) -> tuple[AddressKind, str]:
    for kind in kinds:
        if kind is not AddressKind.BUYER and (found := normal(kind, told)):
            return kind, found
    wanted = " or ".join(kind.value for kind in kinds)
    raise ValueError(f"address: not one of the kind {wanted}; write a phone number as +4915112345678")


def _kind(told: str) -> Kind | None:
    if told == "all":
        return None
    if told not in set(Kind):
        raise ValueError(f"kind: {told!r} is none of {', '.join(Kind)}, all")
    return Kind(told)


def _yes_no(name: str, told: str) -> bool:
    if told.lower() not in _YES_NO:
        raise ValueError(f"{name}: write yes or no, not {told!r}")
    return _YES_NO[told.lower()]


def _moment(told: str) -> datetime | None:
    if not told:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        at = None
    if at is None or not is_plausible_moment(at):
        raise ValueError(f"at: {told!r} is not a time with its offset such as 2026-11-24T09:00:00+01:00")
    return at
