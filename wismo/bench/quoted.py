"""Child process: a made-up shop with many lanes, and its quotes without a server."""

import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from statistics import median
from typing import Any

from django.db import transaction
from django.utils import timezone

from wismo.plumbing import bulk
from wismo.promise.actions.plans import draft_plan, publish_plan
from wismo.promise.models import Lane, Learning, Promise
from wismo.promise.quoting import Quoter
from wismo.promise.rules.question import Question
from wismo.promise.serving import answers_of, forget, quoter_of
from wismo.promise.signing import widget_key
from wismo.shops.actions import open_shop

COUNTRIES = ("DE", "FR", "ES", "IT", "PL")  # whose postcodes have five digits
BEGINNINGS = 1000  # of a postcode, three digits each
QUESTIONS = 20_000
ROUNDS = 5
_WAREHOUSES = ("east", "west")
_PLAN = """
level = 0.95
{warehouses}
[[cutoff]]
at = "14:00"
{services}
"""
_WAREHOUSE = """
[[warehouse]]
key = "{key}"
country = "DE"
region = "SN"
timezone = "Europe/Berlin"
week = {{ days = "mon-fri", holidays = ["DE-SN"] }}
handling = [0, 1]
"""
_SERVICE = """
[[service]]
key = "service-{number}"
carrier = "own"
pickup = {{ days = "mon-fri", holidays = ["DE-SN"] }}
delivery = {{ days = "mon-sat", holidays = ["destination"] }}
"""


def fill(lanes: int) -> dict[str, Any]:
    """A shop with a plan and the learning of so many lanes; what asks for its promises."""
    shop, now = open_shop(slug="bench", name="bench", country="DE", synthetic=True), timezone.now()
    each = len(_WAREHOUSES) * len(COUNTRIES) * BEGINNINGS
    services = max(1, lanes // each)
    text = _PLAN.format(
        warehouses="".join(_WAREHOUSE.format(key=key) for key in _WAREHOUSES),
        services="".join(_SERVICE.format(number=number) for number in range(services)),
    )
    draft_plan(shop, text, who="bench", now=now)
    publish_plan(shop, who="bench", now=now)
    learning = Learning.objects.create(
        shop_id=shop, until=now.date(), made_at=now, finished_at=now, serving=True, parcels=lanes * 100
    )
    names = ("shop", "learning", "clock", "key", "sample", "shares", "model")
    chance = random.Random(7)  # noqa: S311  # made up, not secret
    rows = [(shop, learning.pk, "transit", key, 100, _shares(chance), False) for key in _keys(services)][
        :lanes
    ]
    rows += [
        (shop, learning.pk, "handling", f"w={key}", 9000, [0.5, 0.9, 0.98, 1.0], False) for key in _WAREHOUSES
    ]
    for at in range(0, len(rows), 2000):
        with transaction.atomic():
            bulk.insert_new(Lane, names, rows[at : at + 2000])
    return {"shop": shop, "key": widget_key(shop, 1), "services": services}


def _keys(services: int) -> Iterator[str]:
    for number, warehouse, country, beginning in product(
        range(services), _WAREHOUSES, COUNTRIES, range(BEGINNINGS)
    ):
        yield f"w={warehouse}|s=own/service-{number}|to={country}:{beginning:03d}"


def _shares(chance: random.Random) -> list[float]:
    """A lane's clock of some twelve days, as the learning rounds it."""
    left, shares = 1.0, [0.0]
    for _ in range(chance.randrange(8, 16)):
        left *= 1 - chance.uniform(0.2, 0.7)
        shares.append(round(1 - left, 4))
    return shares


def questions(count: int, services: int) -> list[Question]:
    """Destinations anywhere in the five countries, each service as often."""
    now = timezone.now()
    chance = random.Random(7)  # noqa: S311
    return [
        Question(
            at=now,
            country=chance.choice(COUNTRIES),
            postcode=f"{chance.randrange(100_000):05d}",
            service=f"service-{chance.randrange(services)}",
        )
        for _ in range(count)
    ]


def in_process(shop: int, key: str, services: int, batch: int) -> dict[str, Any]:
    """Seconds and memory to load the lanes, microseconds a quote, seconds for many at once."""
    del key
    before = _resident_mib()
    loaded = _seconds(lambda: quoter_of(shop, timezone.now()))
    grown = _resident_mib() - before
    quoter = quoter_of(shop, timezone.now())
    asked = questions(QUESTIONS, services)
    _ask_each(quoter, asked)  # as a server that has been asked before: calendars and routes are there
    each = median(_seconds(lambda: _ask_each(quoter, asked)) for _ in range(ROUNDS)) / QUESTIONS
    forget()
    many, now = questions(batch, services), timezone.now()
    quoter_of(shop, now)  # the lanes, anew: none of these destinations was ever asked for
    at_once = _seconds(lambda: answers_of(shop, many, now))
    return {
        "load_s": round(loaded, 2),
        "load_mib": round(grown, 1),
        "table_us": round(each * 1e6, 1),
        "batch_1m_s": round(at_once, 2),
    }


def _ask_each(quoter: Quoter, asked: Sequence[Question]) -> None:
    for question in asked:
        if quoter.quote(question).latest is None:
            raise RuntimeError(f"not promised: {question}")


def kept(shop: int, key: str, services: int) -> dict[str, Any]:
    """How many of the dates that were shown lie in the ledger."""
    del key, services
    return {"ledger_rows": Promise.objects.filter(shop_id=shop).count()}


def _seconds(does: Callable[[], object]) -> float:
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


def _resident_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10)
