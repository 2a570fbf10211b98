"""A shop's own words: drafted, published, taken back. Published versions never change."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from wismo.notify.actions.authoring import Overtaken
from wismo.notify.models import TextVersion, VersionState
from wismo.notify.queries.texts import TextKey, TextWords, beneath, findings_of, stamp_of
from wismo.notify.rules.lint import LONGEST, Finding, Level
from wismo.notify.wording import PARTS, all_texts, pages
from wismo.plumbing import audit


class TextError(ValueError):
    """The words cannot be published: all that is wrong with them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f"{finding.part}: {finding.text}" for finding in findings))
        self.findings = tuple(findings)


def save_text(shop_id: int, key: TextKey, words: TextWords, *, seen: str, who: str, now: datetime) -> None:
    """Keep the words as the draft, finished or not; a part left empty or unchanged is the house's.

    `seen` is the stamp of the draft that was edited, "" where there was none; Overtaken where it has changed.
    """
    if key.language not in all_texts():
        raise ValueError(f"{key.language!r} is none of {', '.join(all_texts())}")
    kept = _kept(words, key, beneath(shop_id, key))
    try:
        with transaction.atomic():
            draft = _draft(shop_id, key)
            if (stamp_of(TextWords(draft.parts, draft.mjml)) if draft else "") != seen:
                raise Overtaken
            draft = draft or _new(shop_id, key)
            draft.parts, draft.mjml, draft.by, draft.created_at = dict(kept.parts), kept.mjml, who, now
            draft.save()
    except IntegrityError as error:  # two first drafts at the same moment
        raise Overtaken from error


def _kept(words: TextWords, key: TextKey, below: Mapping[str, str]) -> TextWords:
    told = {part: words.parts.get(part, "").replace("\r\n", "\n").strip() for part in PARTS}
    # What says the same as what lies beneath is not the shop's own, and follows it when that gets better.
    parts = {
        part: text[:LONGEST] for part, text in told.items() if text and text != below.get(part, "").strip()
    }
    mjml = words.mjml.replace("\r\n", "\n").strip()[: pages.LONGEST] if key.channel == "email" else ""
    return TextWords(parts, mjml)


@transaction.atomic
def discard_text(shop_id: int, key: TextKey) -> bool:
    """Throw the draft away; whether there was one."""
    return _rows(shop_id, key).filter(state=VersionState.DRAFT).delete()[0] > 0


@transaction.atomic
def publish_text(shop_id: int, key: TextKey, *, seen: str, who: str, now: datetime) -> int:
    """Let the draft's words hold from now on, and return their version.

    TextError where they could not be filled in for every reader; Overtaken where they are not those `seen`.
    """
    draft = _draft(shop_id, key)
    if draft is None or stamp_of(TextWords(draft.parts, draft.mjml)) != seen:
        raise Overtaken
    _publish(shop_id, key, draft, who, now)
    audit.record(shop_id, who=who, did="published a text", subject=f"{key} {draft.version}"[:120], now=now)
    return draft.version


@transaction.atomic
def roll_text_back(shop_id: int, key: TextKey, version: int, *, who: str, now: datetime) -> int | None:
    """Publish an older version anew, as the newest, and return its number; None where there is none such."""
    older = _rows(shop_id, key).select_for_update().exclude(state=VersionState.DRAFT)
    old = older.filter(version=version).first()
    if old is None:
        return None
    row = _new(shop_id, key)
    row.parts, row.mjml, row.created_at = old.parts, old.mjml, now
    _publish(shop_id, key, row, who, now)
    audit.record(shop_id, who=who, did="rolled a text back", subject=f"{key} {row.version}"[:120], now=now)
    return row.version


@transaction.atomic
def withdraw_text(shop_id: int, key: TextKey, *, who: str, now: datetime) -> bool:
    """Let the house's words hold again; whether words of the shop's did."""
    withdrawn = _retire(shop_id, key)
    if withdrawn:
        audit.record(shop_id, who=who, did="went back to the standard text", subject=str(key)[:120], now=now)
    return withdrawn


def _publish(shop_id: int, key: TextKey, row: TextVersion, who: str, now: datetime) -> None:
    words = TextWords(row.parts, row.mjml)
    errors = [f for f in findings_of(shop_id, key, words) if f.level is Level.ERROR]
    if not (row.parts or row.mjml):
        errors = [Finding(Level.ERROR, "", "nothing is written: go back to the standard text instead")]
    if errors:
        raise TextError(errors)
    _retire(shop_id, key)
    row.html = pages.compiled(row.mjml) if row.mjml else ""
    row.state, row.by, row.published_at = VersionState.PUBLISHED, who, now
    row.save()


def _rows(shop_id: int, key: TextKey) -> QuerySet[TextVersion]:
    return TextVersion.objects.filter(
        shop_id=shop_id, journey=key.journey, channel=key.channel, language=key.language
    )


def _draft(shop_id: int, key: TextKey) -> TextVersion | None:
    return _rows(shop_id, key).select_for_update().filter(state=VersionState.DRAFT).first()


def _new(shop_id: int, key: TextKey) -> TextVersion:
    last = _rows(shop_id, key).order_by("-version").values_list("version", flat=True).first()
    return TextVersion(
        shop_id=shop_id,
        journey=key.journey,
        channel=key.channel,
        language=key.language,
        version=(last or 0) + 1,
    )


def _retire(shop_id: int, key: TextKey) -> bool:
    return _rows(shop_id, key).filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED) > 0
