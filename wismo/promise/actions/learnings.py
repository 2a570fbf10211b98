"""What a night has learned, kept for the servers: begun, finished, and taken back by a person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from wismo.plumbing import audit
from wismo.promise.models import Lane, Learning
from wismo.promise.rules.tables import Anchors, LaneRow
from wismo.shops.actions import hold_shop

KEPT = 3  # learnings whose lanes are kept, so that the ones before can serve again
GIVEN_UP = timedelta(hours=2)  # after which a process that began is taken for dead
_BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A night's outcome."""

    parcels: int
    lanes: Iterable[LaneRow]
    state: bytes  # of the life tables, to go on from
    model: str = ""
    calibration: dict[str, Anchors] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def begin_learning(shop_id: int, until: date, now: datetime, *, anew: bool = False) -> int | None:
    """A new learning's id; None where one of that day was finished (unless `anew`), or a process is at it."""
    hold_shop(shop_id)
    busy = Q(finished_at__isnull=True, made_at__gt=now - GIVEN_UP)
    done = Q(finished_at__isnull=False)
    same_day = Learning.objects.filter(shop_id=shop_id, until=until)
    if same_day.filter(busy if anew else busy | done).exists():
        return None
    # What a process died over is of no use: its lanes go with it.
    Learning.objects.filter(shop_id=shop_id, finished_at=None, made_at__lte=now - GIVEN_UP).delete()
    return Learning.objects.create(shop_id=shop_id, until=until, made_at=now).pk


def finish_learning(learning_id: int, learned: Learned, now: datetime) -> int:
    """Keep what was learned and let it serve; how many lanes. Servers see all of it or nothing."""
    learning = Learning.objects.get(pk=learning_id)
    lanes = sum(len(Lane.objects.bulk_create(rows)) for rows in _rows(learning, learned.lanes))
    with transaction.atomic():
        learning.parcels, learning.state = learned.parcels, learned.state
        learning.model = learned.model
        learning.calibration = {area: list(map(list, told)) for area, told in learned.calibration.items()}
        learning.report = {**learned.report, "lanes": lanes}
        learning.finished_at, learning.serving = now, True
        learning.save()
        _forget_older(learning.shop_id)
    return lanes


def _rows(learning: Learning, lanes: Iterable[LaneRow]) -> Iterator[list[Lane]]:
    """The lanes as rows, some thousands at a time."""
    rows = (
        Lane(
            shop_id=learning.shop_id,
            learning=learning,
            clock=lane.timed,
            key=lane.key,
            sample=lane.sample,
            shares=lane.shares,
            model=lane.by_model,
        )
        for lane in lanes
    )
    while batch := list(islice(rows, _BATCH)):
        yield batch


@transaction.atomic
def take_back(shop_id: int, learning_id: int, *, who: str, now: datetime) -> bool:
    """Let the learning before this one serve again; whether that was possible.

    Only the newest that serves can be taken back, and only where another is left to serve.
    """
    serving = Learning.objects.select_for_update().filter(shop_id=shop_id, serving=True)
    newest = list(serving.order_by("-made_at", "-pk").values_list("pk", flat=True)[:2])
    if len(newest) < 2 or newest[0] != learning_id:
        return False
    Learning.objects.filter(pk=learning_id).update(serving=False)
    audit.record(shop_id, who=who, did="took a learning back", subject=str(learning_id), now=now)
    return True


def _forget_older(shop_id: int) -> None:
    """Only the newest keeps its state, and only the last ones their lanes."""
    finished = Learning.objects.filter(shop_id=shop_id, finished_at__isnull=False).order_by("-made_at", "-pk")
    ids = list(finished.values_list("pk", flat=True)[: KEPT + 1])
    Learning.objects.filter(shop_id=shop_id).exclude(pk=ids[0]).update(state=b"")
    Lane.objects.filter(shop_id=shop_id, learning_id__in=ids[KEPT:]).delete()
    Learning.objects.filter(shop_id=shop_id, pk__in=ids[KEPT:]).update(serving=False)
