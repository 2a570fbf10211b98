"""Where the last night's learning stopped, and what of it goes on."""

from datetime import datetime
from typing import Any, NamedTuple

from wismo.promise.models import Lane, Learning
from wismo.promise.rules.tables import LaneRow


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
