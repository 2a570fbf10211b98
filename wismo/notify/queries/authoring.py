"""A shop's journeys as its team sees and changes them: what holds, what is in the making, what it led to."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count

from wismo.notify.channels import passports
from wismo.notify.journey.library import house, house_text
from wismo.notify.journey.model import Journey, JourneyError
from wismo.notify.journey.reading import read
from wismo.notify.models import JourneyVersion, Message, MessageState, ProviderTemplate, VersionState
from wismo.notify.queries.journeys import journeys_of
from wismo.vocabulary.toml.notes import Problem

OWN_FROM = 1001  # versions below are the house's


@dataclass(frozen=True, slots=True)
class Ends:
    """What became of a journey's messages."""

    sent: int = 0
    not_sent: int = 0
    waiting: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class JourneyRow:
    """A journey in the list."""

    journey: Journey
    own: bool  # the shop's own version holds
    draft: bool  # one is in the making
    ends: Ends


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a journey."""

    version: int
    state: VersionState
    source: str = field(repr=False)
    by: str
    note: str
    created_at: datetime
    published_at: datetime | None

    @property
    def stamp(self) -> str:
        """Changes with the text: whoever edits it says what they saw."""
        return stamp_of(self.source)


def stamp_of(source: str) -> str:
    """The same for the same text."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def journey_rows(shop_id: int, since: datetime) -> list[JourneyRow]:
    """Every journey of the shop by key, with what its messages since then came to, in three queries."""
    drafts = set(
        JourneyVersion.objects.filter(shop_id=shop_id, state=VersionState.DRAFT).values_list("key", flat=True)
    )
    ends = _ends(shop_id, since)
    known = journeys_of(shop_id)
    return [
        JourneyRow(journey, journey.version >= OWN_FROM, key in drafts, ends.get(key, Ends()))
        for key, journey in sorted(known.items())
    ]


def drafts_of_new_journeys(shop_id: int) -> list[str]:
    """The keys of journeys that are in the making and were never published."""
    drafts = JourneyVersion.objects.filter(shop_id=shop_id, state=VersionState.DRAFT)
    return sorted(set(drafts.values_list("key", flat=True)) - journeys_of(shop_id).keys())


def _ends(shop_id: int, since: datetime) -> Mapping[str, Ends]:
    found = Message.objects.filter(shop_id=shop_id, created_at__gte=since).order_by()
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, state, n in found.values_list("journey", "state").annotate(n=Count("pk")):
        counts[key][_END.get(state, "waiting")] += n
    return {key: Ends(**by_end) for key, by_end in counts.items()}


_END = {
    MessageState.SENT: "sent",
    MessageState.AWAITING: "sent",
    MessageState.NOT_SENT: "not_sent",
    MessageState.UNKNOWN: "unknown",
}


def version_rows(shop_id: int, key: str) -> list[VersionRow]:
    """Every version of the shop's own, the newest first."""
    found = JourneyVersion.objects.filter(shop_id=shop_id, key=key).order_by("-version")
    return [
        VersionRow(
            version=row.version,
            state=VersionState(row.state),
            source=row.source,
            by=row.by,
            note=row.note,
            created_at=row.created_at,
            published_at=row.published_at,
        )
        for row in found
    ]


def source_in_force(key: str, rows: list[VersionRow]) -> str:
    """The text of the version that holds: the shop's published one, or the house's; "" for neither."""
    published = next((row.source for row in rows if row.state is VersionState.PUBLISHED), "")
    return published or (house_text(key) if key in house() else "")


def checked(key: str, source: str, *, version: int = OWN_FROM) -> Journey:
    """The journey that the text says; JourneyError where it could not be published as `key`."""
    journey = read(source, channels=passports().keys(), version=version)
    if journey.key != key:
        raise JourneyError([Problem(1, "key", f'write key = "{key}": a journey keeps its key')])
    return journey


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A text that a provider approved, or has still to."""

    provider: str
    language: str
    name: str
    category: str
    state: str
    reason: str
    body: str = field(repr=False)
    variables: tuple[str, ...]
    provider_language: str
    extra: Mapping[str, Any] = field(repr=False)


def template_rows(shop_id: int, journey: str) -> list[TemplateRow]:
    """The providers' templates of a journey."""
    found = ProviderTemplate.objects.filter(shop_id=shop_id, journey=journey).order_by("provider", "language")
    copied = (
        "provider",
        "language",
        "name",
        "category",
        "state",
        "reason",
        "body",
        "provider_language",
        "extra",
    )
    return [
        TemplateRow(variables=tuple(row.variables), **{name: getattr(row, name) for name in copied})
        for row in found
    ]
