"""Where the last night's learning stopped, and what of it goes on."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q

from wismo.promise.models import Lane, Learning, Promise
from wismo.promise.rules.calibrating import Outcome
from wismo.promise.rules.question import Rung
from wismo.promise.rules.tables import Anchors, LaneRow

_LEARNED = (Rung.OWN_LANE, Rung.WIDER_LANE, Rung.MODEL)


class Model(NamedTuple):
    """The week's model: how it did against the tables, and the lanes it serves; none where the tables do."""

    gate: dict[str, Any] | None
    lanes: list[LaneRow]


def has_learned(shop_id: int, since: datetime) -> bool:
    """Whether a learning was finished since then."""
    return Learning.objects.filter(shop_id=shop_id, finished_at__gte=since).exists()


def newest_state(shop_id: int) -> bytes:
    """The life tables of the newest learning, packed; empty where there is none."""
    finished = Learning.objects.filter(shop_id=shop_id, finished_at__isnull=False).order_by("-made_at")
    state = finished.values_list("state", flat=True).first()
    return bytes(state) if state else b""


def kept_model(shop_id: int) -> Model:
    """The model's lanes as the learning that serves has them: they go on until the next week's."""
    serving = Learning.objects.filter(shop_id=shop_id, serving=True).order_by("-made_at")
    last = serving.values_list("pk", "report").first()
    if last is None:
        return Model(None, [])
    rows = Lane.objects.filter(shop_id=shop_id, learning_id=last[0], model=True)
    lanes = [LaneRow(*row, by_model=True) for row in rows.values_list("clock", "key", "sample", "shares")]
    return Model(last[1].get("gate"), lanes)


def kept_calibration(shop_id: int) -> dict[str, Anchors]:
    """The levels the learning that serves asks for, by area."""
    serving = Learning.objects.filter(shop_id=shop_id, serving=True).order_by("-made_at")
    told = serving.values_list("calibration", flat=True).first() or {}
    return {area: tuple((level, asked) for level, asked in anchors) for area, anchors in told.items()}


def outcomes_of(shop_id: int, since: date, until: date) -> list[Outcome]:
    """What came of the promises, made on learned lanes, whose day was after `since` and up to `until`.

    One whose day is over with nobody at the door is broken, whether that is settled yet or not.
    """
    first = Promise.objects.filter(
        shop_id=shop_id, first=True, rung__in=_LEARNED, latest__gt=since, latest__lte=until, level__gt=0
    )
    told = first.values_list("area", "level").annotate(of=Count("pk"), kept=Count("pk", filter=Q(kept=True)))
    return [
        Outcome(area, round(level, 2), of, kept) for area, level, of, kept in told.order_by("area", "level")
    ]
