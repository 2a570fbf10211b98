"""What a shop's answers come from, as the servers hold it in memory."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from django.db.models import Count, TextField
from django.db.models.functions import Cast

from wismo.promise.models import Lane, Learning, Passage
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.tables import Tables

_SHARES = msgspec.json.Decoder(tuple[float, ...])
_CHUNK = 5_000

Waiting = Mapping[str, Mapping[date, int]]  # by warehouse, by the day they start: orders not handed over yet


def serving_learning(shop_id: int) -> int | None:
    """The newest learning that serves; None before the first."""
    newest = Learning.objects.filter(shop_id=shop_id, serving=True).order_by("-made_at", "-pk")
    return newest.values_list("pk", flat=True).first()


def tables_of(shop_id: int, learning_id: int) -> Tables:
    """The clocks of this learning, in one pass: 100,000 lanes take some two seconds and 80 MB."""
    clocks: dict[tuple[Timed, str], Clock] = {}
    modelled: list[tuple[Timed, str]] = []
    known = _Known()
    timed = {one.value: one for one in Timed}
    rows = (
        Lane.objects
        .filter(shop_id=shop_id, learning_id=learning_id)
        .annotate(told=Cast("shares", TextField()))  # read in a tenth of the field's own time
        .order_by()
    )
    names = ("clock", "key", "sample", "told", "model")
    for clock, key, sample, told, by_model in rows.values_list(*names).iterator(chunk_size=_CHUNK):
        lane = (timed[clock], key)
        clocks[lane] = Clock(tuple(map(known.__getitem__, _SHARES.decode(told))), sample)
        if by_model:
            modelled.append(lane)
    calibration = Learning.objects.values_list("calibration", flat=True).get(shop_id=shop_id, pk=learning_id)
    return Tables(learning_id, clocks, frozenset(modelled), _anchors(calibration))


class _Known(dict[float, float]):
    """Each share once: they have four digits, so ten thousand of them make up all clocks."""

    def __missing__(self, share: float) -> float:
        return self.setdefault(share, share)


def _anchors(told: Mapping[str, Any]) -> dict[str, tuple[tuple[float, float], ...]]:
    return {area: tuple((level, ask) for level, ask in anchors) for area, anchors in told.items()}


def waiting_of(shop_id: int) -> Waiting:
    """How many orders already wait to be handed over: what fills a warehouse's capacity."""
    rows = Passage.objects.filter(
        shop_id=shop_id, handed_on__isnull=True, arrived_on__isnull=True, ended_on__isnull=True
    )
    waiting: dict[str, dict[date, int]] = {}
    counted = rows.order_by().values_list("warehouse", "ready_on").annotate(parcels=Count("pk"))
    for warehouse, ready_on, parcels in counted:
        waiting.setdefault(warehouse, {})[ready_on] = parcels
    return waiting
