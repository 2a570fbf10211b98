"""A shop's own journeys: drafted, published, taken back. Published versions never change."""

from datetime import datetime

from django.db import IntegrityError, transaction

from wismo.notify.journey.model import Journey
from wismo.notify.models import JourneyVersion, VersionState
from wismo.notify.queries.authoring import OWN_FROM, checked, stamp_of
from wismo.plumbing import audit

LONGEST = 40_000  # characters of a journey's text


class Overtaken(Exception):
    """Somebody else changed it meanwhile: nothing was done."""


def save_draft(shop_id: int, key: str, source: str, *, seen: str, who: str, now: datetime) -> None:
    """Keep the text as the journey's draft, finished or not; Overtaken where it is no longer the one `seen`.

    `seen` is the stamp of the draft that was edited; "" where there was none.
    """
    text = source.replace("\r\n", "\n")[:LONGEST]
    try:
        with transaction.atomic():
            draft = _draft(shop_id, key)
            if (stamp_of(draft.source) if draft else "") != seen:
                raise Overtaken
            draft = draft or _new(shop_id, key)
            draft.source, draft.by, draft.created_at = text, who, now
            draft.save()
    except IntegrityError as error:  # two first drafts at the same moment
        raise Overtaken from error


@transaction.atomic
def discard_draft(shop_id: int, key: str) -> bool:
    """Throw the draft away; whether there was one."""
    drafts = JourneyVersion.objects.filter(shop_id=shop_id, key=key, state=VersionState.DRAFT)
    return drafts.delete()[0] > 0


@transaction.atomic
def publish(shop_id: int, key: str, *, seen: str, note: str, who: str, now: datetime) -> Journey:
    """Let the draft hold from now on. JourneyError where it cannot; Overtaken if it changed."""
    draft = _draft(shop_id, key)
    if draft is None or stamp_of(draft.source) != seen:
        raise Overtaken
    journey = checked(key, draft.source, version=draft.version)
    _retire(shop_id, key)
    draft.state, draft.published_at, draft.by, draft.note = VersionState.PUBLISHED, now, who, note[:200]
    draft.save()
    _trace(shop_id, "published a journey", f"{key} {draft.version}", who, now)
    return journey


@transaction.atomic
def roll_back(shop_id: int, key: str, version: int, *, who: str, now: datetime) -> Journey | None:
    """Publish an older version anew, as the newest; None where there is none such. JourneyError as above."""
    rows = JourneyVersion.objects.select_for_update().filter(shop_id=shop_id, key=key)
    old = rows.filter(version=version).exclude(state=VersionState.DRAFT).first()
    if old is None:
        return None
    row = _new(shop_id, key)
    journey = checked(key, old.source, version=row.version)
    _retire(shop_id, key)
    row.source, row.by, row.note = old.source, who, f"version {version} again"
    row.state, row.created_at, row.published_at = VersionState.PUBLISHED, now, now
    row.save()
    _trace(shop_id, "rolled a journey back", f"{key} {row.version}", who, now)
    return journey


@transaction.atomic
def withdraw(shop_id: int, key: str, *, who: str, now: datetime) -> bool:
    """Let the house's version hold again; whether a version of the shop's did."""
    withdrawn = _retire(shop_id, key)
    if withdrawn:
        _trace(shop_id, "went back to the standard journey", key, who, now)
    return withdrawn


def _draft(shop_id: int, key: str) -> JourneyVersion | None:
    rows = JourneyVersion.objects.select_for_update().filter(shop_id=shop_id, key=key)
    return rows.filter(state=VersionState.DRAFT).first()


def _new(shop_id: int, key: str) -> JourneyVersion:
    rows = JourneyVersion.objects.filter(shop_id=shop_id, key=key)
    last = rows.order_by("-version").values_list("version", flat=True).first()
    return JourneyVersion(shop_id=shop_id, key=key, version=max(OWN_FROM, (last or 0) + 1))


def _retire(shop_id: int, key: str) -> bool:
    rows = JourneyVersion.objects.filter(shop_id=shop_id, key=key, state=VersionState.PUBLISHED)
    return rows.update(state=VersionState.RETIRED) > 0


def _trace(shop_id: int, did: str, subject: str, who: str, now: datetime) -> None:
    audit.record(shop_id, who=who, did=did, subject=subject, now=now)
