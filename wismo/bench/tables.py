"""How long the tables of a shop with many parcels take to be made anew, and how much memory. All made up."""

import resource
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from wismo.bench.children import Command, ask, run
from wismo.bench.databases import place
from wismo.plumbing import bulk
from wismo.promise.learning.night import Tables
from wismo.promise.learning.operating import Operating
from wismo.promise.models import Passage
from wismo.promise.queries.passages import days_told, passed
from wismo.promise.queries.plans import plan_of
from wismo.shops.actions import open_shop

DAYS = 400  # of history
_CHUNK = 20_000
_COUNTRIES = ("DE", "FR", "ES", "IT", "PL")
_NAMES = (
    *("shop", "reference", "warehouse", "origin", "carrier", "service", "product_class"),
    *("country", "region", "postcode", "bought_on", "ready_on", "handed_on", "arrived_on"),
)


def measure(wismo: Command, *, shipments: int) -> dict[str, Any]:
    """Seconds to make the tables of all parcels anew, and the memory, beside that of half as many."""
    half = shipments // 2
    with place("sqlite") as environment:
        run(wismo("migrate"), environment)
        shop = ask("wismo.bench.tables.open_bench", environment, {})["shop"]
        ask("wismo.bench.tables.fill", environment, {"shop": shop, "first": 0, "shipments": half})
        few = ask("wismo.bench.tables.build", environment, {"shop": shop})
        ask(
            "wismo.bench.tables.fill",
            environment,
            {"shop": shop, "first": half, "shipments": shipments - half},
        )
        many = ask("wismo.bench.tables.build", environment, {"shop": shop})
    return {
        "synthetic": True,
        "shipments": shipments,
        "tables_s": many["seconds"],
        "tables_rss_mib": many["rss_mib"],
        "tables_rss_mib_of_half": few["rss_mib"],
        "tables_lanes": many["lanes"],
        "tables_state_kib": many["state_kib"],
    }


def open_bench() -> dict[str, Any]:
    """A shop whose plan nobody wrote."""
    return {"shop": open_shop(slug="tables", name="tables", country="DE", synthetic=True)}


def fill(shop: int, first: int, shipments: int) -> dict[str, Any]:
    """So many parcels more, numbered from `first` on, bought on any of the last days."""
    chance, today = np.random.default_rng(first), timezone.now().date()
    for at in range(first, first + shipments, _CHUNK):
        numbers = range(at, min(at + _CHUNK, first + shipments))
        with transaction.atomic():
            bulk.insert_new(Passage, _NAMES, list(_rows(shop, numbers, today, chance)))
    return {"shipments": shipments}


def _rows(shop: int, numbers: range, today: date, chance: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    size = len(numbers)
    ages, handling = chance.integers(1, DAYS, size), chance.integers(0, 3, size)
    transit = 1 + chance.negative_binomial(3, 0.5, size)
    where, postcodes = chance.integers(0, len(_COUNTRIES), size), chance.integers(0, 100_000, size)
    for n, age, handled, gone, country, postcode in zip(
        numbers, ages.tolist(), handling.tolist(), transit.tolist(), where, postcodes, strict=True
    ):
        bought = today - timedelta(days=age)
        handed, arrived = bought + timedelta(days=handled), bought + timedelta(days=handled + gone)
        yield (
            *(shop, f"p{n}", f"w{n % 4}", "DE-SN", "own", f"s{n % 3}", ""),
            *(_COUNTRIES[country], "", f"{postcode:05d}", bought, bought),
            *(handed if handed < today else None, arrived if arrived < today else None),
        )


def build(shop: int) -> dict[str, Any]:
    """Life tables of all of it, ready to be served and to go on from; the most memory this process had.

    Without the model that the extra `ml` trains once a week: it sees the newest parcels alone.
    """
    plan, _ = plan_of(shop)
    first, last = days_told(shop)
    if first is None or last is None:
        raise RuntimeError("there is nothing to learn from")
    began, made = time.perf_counter(), Tables.new()
    until = min(last, timezone.now().date() - timedelta(days=1))
    made.advance(until, passed(shop, None, until), Operating(plan, first - timedelta(days=1), until))
    lanes, state = sum(1 for _ in made.lanes()), made.pack()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10)
    return {
        "seconds": round(seconds, 1),
        "lanes": lanes,
        "state_kib": len(state) >> 10,
        "rss_mib": round(peak),
    }
