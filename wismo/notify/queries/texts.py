"""A shop's own words: those that hold, for who writes messages, and all versions, for who edits them."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wismo.notify.models import TextVersion, VersionState
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.rules.lint import Draft, Finding, Level, lint, page_findings
from wismo.notify.wording import NO_OWN, OwnText, OwnTexts, all_texts
from wismo.notify.wording.pages import GIVEN, compiled
from wismo.notify.wording.pen import BrokenText
from wismo.notify.wording.variables import made_up
from wismo.notify.words import Kind
from wismo.shops.queries import brand_of


@dataclass(frozen=True, slots=True)
class TextKey:
    """Which text is meant: of a journey, for one channel ("": for all), in one language."""

    journey: str
    channel: str
    language: str

    def __str__(self) -> str:
        return f"{self.journey} {self.channel or 'every channel'} {self.language}"


@dataclass(frozen=True, slots=True)
class TextWords:
    """What a person wrote for one key."""

    parts: Mapping[str, str]
    mjml: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TextRow:
    """One version of a text."""

    version: int
    state: VersionState
    words: TextWords
    by: str
    created_at: datetime
    published_at: datetime | None

    @property
    def stamp(self) -> str:
        """Changes with what is written: whoever edits it says what they saw."""
        return stamp_of(self.words)


def stamp_of(words: TextWords) -> str:
    """The same for the same words."""
    told = json.dumps([sorted(words.parts.items()), words.mjml])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def own_texts_of(shop_ids: Collection[int]) -> Mapping[int, OwnTexts]:
    """What each shop has published of its own, in one query: a change holds for the next message."""
    found: dict[int, dict[tuple[str, str, str], OwnText]] = defaultdict(dict)
    told = TextVersion.objects.filter(shop_id__in=set(shop_ids), state=VersionState.PUBLISHED)
    for row in told.only("shop_id", "journey", "channel", "language", "version", "parts", "html"):
        key = (row.journey, row.channel, row.language)
        found[row.shop_id][key] = OwnText(row.version, row.parts, row.html)
    return {shop: OwnTexts(found[shop]) if shop in found else NO_OWN for shop in shop_ids}


def text_rows(shop_id: int, key: TextKey) -> list[TextRow]:
    """Every version of this text, the newest first."""
    found = TextVersion.objects.filter(
        shop_id=shop_id, journey=key.journey, channel=key.channel, language=key.language
    )
    return [_row(row) for row in found.order_by("-version")]


def _row(row: TextVersion) -> TextRow:
    words = TextWords(row.parts, row.mjml)
    state = VersionState(row.state)
    return TextRow(row.version, state, words, row.by, row.created_at, row.published_at)


def beneath(shop_id: int, key: TextKey) -> dict[str, str]:
    """What holds where this key says nothing: the shop's words for every channel, then the house's."""
    found = dict(all_texts()[key.language].journey.get(key.journey, {}))
    if key.channel:
        every = own_texts_of([shop_id])[shop_id].by_key.get((key.journey, "", key.language))
        found |= every.parts if every else {}
    return found


@dataclass(frozen=True, slots=True)
class TextMark:
    """That a shop has a text of its own, published or in the making."""

    key: TextKey
    state: VersionState


def text_marks(shop_id: int, journey: str) -> list[TextMark]:
    """Which texts of a journey the shop has of its own."""
    live = (VersionState.DRAFT, VersionState.PUBLISHED)
    found = TextVersion.objects.filter(shop_id=shop_id, journey=journey, state__in=live)
    told = found.order_by("channel", "language").values_list("channel", "language", "state")
    return [TextMark(TextKey(journey, channel, tag), VersionState(state)) for channel, tag, state in told]


def findings_of(shop_id: int, key: TextKey, words: TextWords) -> list[Finding]:
    """What is to be looked at before these words are published."""
    journey = journeys_of(shop_id).get(key.journey)
    kind = journey.kind if journey else Kind.TRANSACTIONAL
    texts = all_texts()[key.language]
    values = made_up(texts, brand_of(shop_id).name)
    house = beneath(shop_id, key)
    found = lint(Draft(key.channel, key.language, kind, words.parts, house, values))
    if words.mjml:
        found += _page_findings(words.mjml, kind)
    return found


def _page_findings(mjml: str, kind: Kind) -> list[Finding]:
    try:
        page = compiled(mjml)
    except BrokenText as error:
        return [Finding(Level.ERROR, "mjml", error.why, error.line)]
    return page_findings(page, kind, GIVEN)
