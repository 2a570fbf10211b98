"""The ledger: every date that was shown, and the one each order was placed under."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from wismo.plumbing import bulk
from wismo.promise.models import Place, Promise
from wismo.promise.signing import Shown

_SHOWN = (
    *("key", "place", "shown_at", "asked_at", "earliest", "latest", "level", "rung", "sample", "reasons"),
    *("warehouse", "carrier", "service", "country", "area"),
    *("plan_version", "learning_id", "calendar_version"),
)


@transaction.atomic  # SQLite would commit each row by itself
def write(rows: Sequence[tuple[int, Shown]]) -> None:
    """Keep dates as they were shown, each with its shop. Safe to repeat."""
    told = [(shop_id, *_values(shown), False) for shop_id, shown in rows]
    bulk.insert_new(Promise, ("shop", *_SHOWN, "first"), told)


@transaction.atomic
def accept(shop_id: int, brought: Sequence[tuple[int, Shown]]) -> None:
    """Keep what each order, by id, was promised when it was placed. Safe to repeat; a first stays the first.

    The same answer may stand behind many orders, for caches keep it: each order gets a row of its own.
    """
    firsts = _firsts(shop_id, [order_id for order_id, _ in brought])
    new: list[tuple[Any, ...]] = []
    told_more: list[tuple[Any, ...]] = []
    for order_id, shown in brought:
        values = _values(shown, key=f"{shown.key}.{order_id}")
        first = firsts.get(order_id)
        if first is not None and first.place == Place.ORDER and first.latest == shown.latest:
            # The order itself told only the day; the answer knows what it stood on.
            told_more.append((first.pk, *values))
        else:
            new.append((shop_id, order_id, *values, first is None))
    bulk.update_rows(Promise, _SHOWN, told_more)
    bulk.insert_new(Promise, ("shop", "order", *_SHOWN, "first"), new)


def _firsts(shop_id: int, order_ids: Sequence[int]) -> Mapping[int | None, Promise]:
    rows = Promise.objects.filter(shop_id=shop_id, order_id__in=order_ids, first=True)
    return {row.order_id: row for row in rows.only("order_id", "place", "latest")}


def _values(shown: Shown, **other: Any) -> tuple[Any, ...]:
    return tuple(other.get(name, getattr(shown, name)) for name in _SHOWN)
