"""Codes no pack maps, and what shops said they mean."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet

from wismo.carriers import registry
from wismo.carriers.patch import Observed, patch
from wismo.plumbing.inbox_queries import ENOUGH
from wismo.plumbing.models import InboxRow
from wismo.tracking.models import CodeMeaning, ScanRecord
from wismo.tracking.rules.meaning import Meaning
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status

SAMPLES = 8  # wordings and places of one code


@dataclass(frozen=True, slots=True)
class UnmappedCode:
    """A source's code without a status, and what came with it."""

    source: str
    code: str
    carriers: tuple[str, ...]  # two at most: the first and the last by name
    texts: tuple[str, ...]  # two at most
    places: tuple[str, ...]  # two at most
    scans: int
    parcels: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class MeaningRow:
    """A code the shop has given a meaning."""

    id: int
    source: str
    code: str
    meaning: Meaning
    text: str  # a sample of what comes with it; "" while none has
    scans: int
    who: str
    at: datetime
    withdrawn: bool  # its scans are being given back


def unmapped_codes(shop_id: int, limit: int = 200) -> list[UnmappedCode]:
    """Codes without a status, those that hold back most parcels first."""
    return _grouped(_unmapped(shop_id), limit)


def unmapped_without_payload(shop_id: int) -> int:
    """How many scans without a status cannot be read again: their payloads have been dropped."""
    payloads = InboxRow.objects.filter(shop_id=shop_id, receipt=OuterRef("receipt"))
    return _unmapped(shop_id).filter(~Exists(payloads)).count()


def unmapped_code(shop_id: int, source: str, code: str) -> UnmappedCode | None:
    """This code; None where no scan of the shop waits for its meaning."""
    return next(iter(_grouped(_unmapped(shop_id).filter(source=source, code=code), 1)), None)


def wordings(shop_id: int, source: str, code: str) -> list[tuple[str, int]]:
    """What came with the unmapped code, each wording with its scans, the most frequent first."""
    return _counted(shop_id, source, code, "text")


def places(shop_id: int, source: str, code: str) -> list[tuple[str, int]]:
    """Where the unmapped code was scanned, each place with its scans, the most frequent first."""
    return _counted(shop_id, source, code, "place")


def unmapped_count(shop_id: int) -> int:
    """How many codes have no status; ENOUGH stands for that many or more."""
    return _unmapped(shop_id).values("source", "code").distinct()[:ENOUGH].count()


def meanings(shop_id: int) -> list[MeaningRow]:
    """What the shop's team said codes mean, the newest first; those withdrawn while scans still have them."""
    rows = list(CodeMeaning.objects.filter(shop_id=shop_id).order_by("-at", "-pk"))
    meant = ScanRecord.objects.filter(shop_id=shop_id, by_shop=True).values("source", "code")
    counted = meant.annotate(n=Count("pk"), sample=Max("text")).values_list("source", "code", "n", "sample")
    found = {(source, code): (n, sample) for source, code, n, sample in counted}
    shown = [(row, *found.get((row.source, row.code), (0, ""))) for row in rows]
    return [_row(row, scans, text) for row, scans, text in shown if scans or row.withdrawn_at is None]


def as_rows(shop_id: int) -> str:
    """The shop's meanings as rows for the packs, in TOML; "" where it has none that a pack lacks."""
    by_source: dict[str, list[Observed]] = defaultdict(list)
    for row in meanings(shop_id):
        if not row.withdrawn:
            told = Observed(row.code, row.text, row.meaning.status, row.meaning.leg, row.meaning.reason)
            by_source[row.source].append(told)
    return "\n".join(filter(None, (_patch(source, rows) for source, rows in sorted(by_source.items()))))


def _patch(source: str, rows: Sequence[Observed]) -> str:
    pack = registry.pack(source)
    known = {row.code for row in rows if pack and pack.statuses.find(row.code)}
    return patch(pack.id if pack else source, rows, known=known)


def meanings_of(shops: Collection[int], codes: Collection[str]) -> dict[tuple[int, str, str], Meaning]:
    """By (shop, source, code), the meanings in force for these codes, in one query."""
    rows = CodeMeaning.objects.filter(shop_id__in=shops, code__among=codes, withdrawn_at=None)
    return {(row.shop_id, row.source, row.code): meaning_of(row) for row in rows}


def meaning_of(row: CodeMeaning) -> Meaning:
    """The meaning a row keeps."""
    return Meaning(Status(row.status), Leg(row.leg), Reason(row.reason) if row.reason else None)


def unsettled() -> QuerySet[CodeMeaning]:
    """Meanings whose scans do not show it yet, and withdrawn ones whose scans still do; of all shops."""
    scans = ScanRecord.objects.filter(
        shop_id=OuterRef("shop_id"), source=OuterRef("source"), code=OuterRef("code")
    )
    given = CodeMeaning.objects.filter(Exists(scans.filter(status="")), withdrawn_at=None)
    taken = CodeMeaning.objects.filter(Exists(scans.filter(by_shop=True)), withdrawn_at__isnull=False)
    return (given | taken).order_by("pk")


def _unmapped(shop_id: int) -> QuerySet[ScanRecord]:
    return ScanRecord.objects.filter(shop_id=shop_id, status="")


def _grouped(rows: QuerySet[ScanRecord], limit: int) -> list[UnmappedCode]:
    # Samples are the ends of the alphabet: two that differ where any do, for the price of one query.
    found = (
        rows
        .values("source", "code")
        .annotate(
            scans=Count("pk"),
            parcels=Count("tracking_number", distinct=True),
            first=Min("received_at"),
            last=Max("received_at"),
            a_carrier=Min("carrier"),
            z_carrier=Max("carrier"),
            a_text=Min("text"),
            z_text=Max("text"),
            a_place=Min("place"),
            z_place=Max("place"),
        )
        .order_by("-parcels", "-scans", "source", "code")
    )
    return [
        UnmappedCode(
            source=row["source"],
            code=row["code"],
            carriers=_both(row["a_carrier"], row["z_carrier"]),
            texts=_both(row["z_text"], row["a_text"]),
            places=_both(row["z_place"], row["a_place"]),
            scans=row["scans"],
            parcels=row["parcels"],
            first_seen=row["first"],
            last_seen=row["last"],
        )
        for row in found[:limit]
    ]


def _both(one: str, other: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (one, other))))


def _counted(shop_id: int, source: str, code: str, field: str) -> list[tuple[str, int]]:
    rows = _unmapped(shop_id).filter(source=source, code=code).exclude(**{field: ""}).values_list(field)
    return list(rows.annotate(n=Count("pk")).order_by("-n", field)[:SAMPLES])


def _row(row: CodeMeaning, scans: int, text: str) -> MeaningRow:
    return MeaningRow(
        id=row.pk,
        source=row.source,
        code=row.code,
        meaning=meaning_of(row),
        text=text,
        scans=scans,
        who=row.who,
        at=row.at,
        withdrawn=row.withdrawn_at is not None,
    )
