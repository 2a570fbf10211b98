"""Parcels' ways as the learning reads them, some ten thousand at a time."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.db.models import Max, Min, Q

from wismo.promise.learning.ways import Passed
from wismo.promise.models import Passage
from wismo.promise.rules.lanes import Way

BATCH = 50_000
_WAY = ("warehouse", "origin", "carrier", "service", "product_class", "country", "region", "postcode")
_DAYS = ("ready_on", "handed_on", "arrived_on", "ended_on")


def passed(shop_id: int, since: date | None, until: date) -> Iterator[list[Passed]]:
    """Those that were under way on some day after `since`, up to `until`; all of them where it is None."""
    rows = Passage.objects.filter(shop_id=shop_id, ready_on__lte=until)
    if since is not None:
        still = Q(arrived_on__isnull=True, ended_on__isnull=True)
        rows = rows.filter(still | Q(arrived_on__gt=since) | Q(arrived_on__isnull=True, ended_on__gt=since))
    batch: list[Passed] = []
    for row in rows.values_list(*_WAY, *_DAYS).order_by().iterator(chunk_size=5_000):
        batch.append(Passed(_way(*row[: len(_WAY)]), *row[len(_WAY) :]))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def newest_passed(shop_id: int, until: date, most: int) -> list[Passed]:
    """The newest of them that were ready by the end of `until`, at most so many, without what came later."""
    rows = Passage.objects.filter(shop_id=shop_id, ready_on__lte=until).order_by("-ready_on", "-pk")
    found = rows.values_list(*_WAY, *_DAYS)[:most].iterator(chunk_size=5_000)
    return [Passed(_way(*row[: len(_WAY)]), *row[len(_WAY) :]) for row in found]


@lru_cache(maxsize=100_000)
def _way(*told: str) -> Way:
    return Way(**dict(zip(_WAY, told, strict=True)))


def days_told(shop_id: int) -> tuple[date | None, date | None]:
    """The first and the last day anything is known of: parcels were ready, handed over, or arrived."""
    moments = ("ready_on", "handed_on", "arrived_on")
    told = Passage.objects.filter(shop_id=shop_id).aggregate(Min("ready_on"), *map(Max, moments))
    return told["ready_on__min"], max(filter(None, (told[f"{name}__max"] for name in moments)), default=None)


def shops_with_passages() -> list[int]:
    """The shops there is something to learn of."""
    return list(Passage.objects.order_by().values_list("shop_id", flat=True).distinct())
