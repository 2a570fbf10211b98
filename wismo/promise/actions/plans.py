"""A shop's plan: drafted, published, rolled back. Published versions never change."""

from datetime import datetime

from django.db import IntegrityError, transaction

from wismo.plumbing import audit
from wismo.promise.models import PlanVersion
from wismo.promise.plan.reading import read
from wismo.promise.queries.plans import stamp_of
from wismo.vocabulary.text import keepable
from wismo.vocabulary.toml.notes import LONGEST


class Overtaken(Exception):
    """Somebody else changed the draft meanwhile: nothing was done."""


def draft_plan(shop_id: int, text: str, *, who: str, now: datetime, seen: str | None = None) -> int:
    """Keep the text as the draft, finished or not; its version.

    `seen` is the stamp of the draft that was edited, "" where there was none; Overtaken where it is another
    by now. None overwrites whatever is there.
    """
    try:
        with transaction.atomic():
            draft = _draft(shop_id)
            if seen is not None and seen != (stamp_of(draft.text) if draft else ""):
                raise Overtaken
            draft = draft or PlanVersion(shop_id=shop_id, version=_next(shop_id))
            draft.text = keepable(text.replace("\r\n", "\n"))[
                : LONGEST + 1
            ]  # the one more is what reading refuses
            draft.who, draft.saved_at = who, now
            draft.save()
    except IntegrityError as error:  # two first drafts at the same moment
        raise Overtaken from error
    return draft.version


@transaction.atomic
def discard_plan_draft(shop_id: int) -> bool:
    """Throw the draft away; whether there was one."""
    return PlanVersion.objects.filter(shop_id=shop_id, published_at__isnull=True).delete()[0] > 0


@transaction.atomic
def publish_plan(shop_id: int, *, who: str, now: datetime, seen: str | None = None) -> int:
    """Let the draft hold from now on; its version. PlanError where it cannot; Overtaken if it changed."""
    draft = _draft(shop_id)
    if draft is None or seen not in {None, stamp_of(draft.text)}:
        raise Overtaken
    read(draft.text, today=now.date())
    newest = _next(shop_id) - 1
    if (
        newest > draft.version
    ):  # a roll-back was published after it was begun: the newest version is what holds
        draft.version = newest + 1
    draft.published_at, draft.who = now, who
    draft.save()
    _trace(shop_id, "published a plan", draft.version, who, now)
    return draft.version


@transaction.atomic
def roll_back_plan(shop_id: int, version: int, *, who: str, now: datetime) -> int | None:
    """Publish an older version anew; its new number, None where there is none such. PlanError as above."""
    published = PlanVersion.objects.select_for_update().filter(shop_id=shop_id, published_at__isnull=False)
    old = published.filter(version=version).first()
    if old is None:
        return None
    read(old.text)  # what could be followed then, a newer release may refuse
    number = _next(shop_id)
    PlanVersion.objects.create(
        shop_id=shop_id, version=number, text=old.text, who=who, saved_at=now, published_at=now
    )
    _trace(shop_id, "rolled a plan back", number, who, now)
    return number


def _draft(shop_id: int) -> PlanVersion | None:
    rows = PlanVersion.objects.select_for_update().filter(shop_id=shop_id, published_at__isnull=True)
    return rows.order_by("-version").first()


def _next(shop_id: int) -> int:
    rows = PlanVersion.objects.filter(shop_id=shop_id).order_by("-version")
    return (rows.values_list("version", flat=True).first() or 0) + 1


def _trace(shop_id: int, did: str, version: int, who: str, now: datetime) -> None:
    audit.record(shop_id, who=who, did=did, subject=f"plan {version}", now=now)
