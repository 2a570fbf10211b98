"""What is done inside the measured database for `wismo bench messages`: fill, judge, write, hand over."""

import json
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle, islice, zip_longest
from statistics import median, quantiles
from typing import Any

import httpx
from django.db import connection, transaction
from django.utils import timezone

from wismo.bench.bare import bare
from wismo.notify.actions.accounts import set_account
from wismo.notify.channels.email import layout
from wismo.notify.jobs.dispatch import HANDS, dispatch
from wismo.notify.journey.model import Journey
from wismo.notify.letter import Draw, draw
from wismo.notify.models import JourneyVersion, Message, MessageState, VersionState
from wismo.notify.port import Letter
from wismo.notify.queries.cases import Case, cases
from wismo.notify.rules.gates import decide
from wismo.orders.actions import keep_orders
from wismo.orders.rules import LineSnapshot, OrderSnapshot
from wismo.plumbing.events import announce
from wismo.plumbing.work import Job, Worker
from wismo.shops.actions import open_shop
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.events import MilestoneReached
from wismo.tracking.models import Shipment
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.vocabulary.milestone import Milestone

ROUNDS = 3
STEP = 10  # events of one transaction, at a steady rate
PATIENCE = 60.0  # seconds for the rest to come
_REFERENCE = "0c8f4a52-61c1-4e5b-9f6e-1f6c8f0f2f11"
_BODIES = ["x" * 2500]  # as long as a message, where none came before
SHOPS = 10  # each with an account of its own, as at a house of several brands
_JOURNEY = """
key = "delivered"
version = 1001
on = { milestone = "delivered" }
subject = "shipment"
kind = "transactional"
lane = "delivery"
legs = ["forward"]
when = [{ fact = "order.country", is = "in", value = ["DE", "AT", "CH"] }]
max_age = "24h"
superseded_by = ["return_started", "returned"]
quiet = "ignore"
cap = { group = "shipping", most = 20, per = "24h" }

[[route]]
channel = "webhook"

[[route]]
channel = "email"
"""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A parcel that no message was told of yet."""

    shop_id: int
    order_id: int
    pk: int
    number: str  # of its order


def fill(url: str, orders: int) -> dict[str, Any]:
    """Shops that send by a webhook at `url`, with this many orders of one parcel each in all."""
    now = timezone.now()
    for at in range(SHOPS):
        shop_id = open_shop(slug=f"bench-{at}", name="Bench", country="DE", synthetic=True)
        JourneyVersion.objects.create(
            shop_id=shop_id,
            key="delivered",
            version=1001,
            source=_JOURNEY,
            state=VersionState.PUBLISHED,
            by="bench",
            created_at=now,
            published_at=now,
        )
        secret = "whsec_" + secrets.token_urlsafe(32)
        set_account(shop_id, "webhook", {"url": url, "secret": secret}, who="bench", now=now)
        mine = list(range(at, orders, SHOPS))
        for part in (mine[place : place + 500] for place in range(0, len(mine), 500)):
            keep_orders(shop_id, [_order(n, now) for n in part], now)
            keep_shipments(shop_id, [_parcel(n) for n in part], now)
    Message.objects.all().delete()  # the orders' confirmations are not what is measured
    return {"orders": orders}


def _order(n: int, now: datetime) -> OrderSnapshot:
    return OrderSnapshot(
        reference=f"o-{n}",
        number=f"#{n}",
        placed_at=now - timedelta(days=4),
        country="DE",
        email=f"buyer{n}@example.com",
        name="Lina B",
        language=("en", "de", "ja")[n % 3],
        postcode="80331",
        city="Munich",
        promised_on=(now + timedelta(days=2)).date(),
        lines=(LineSnapshot(title="Ridge mug", sku="MUG"), LineSnapshot(title="Tall vase", sku="VASE")),
    )


def _parcel(n: int) -> ShipmentSnapshot:
    return ShipmentSnapshot(f"s-{n}", f"o-{n}", "ups", f"1Z999AA1{n:010d}")


def judge(seconds: float) -> dict[str, Any]:
    """Journeys decided a second on one core, the facts of each read before; letters written likewise."""
    _queue(_parcels(500), timezone.now())
    now = timezone.now()
    ids = list(Message.objects.values_list("pk", flat=True)[:500])
    found = [(case, case.journey) for case in cases(ids, now).values() if case.journey]
    decided = _rate(cycle([partial(_decide, *one) for one in found]), seconds)
    alone_too = [bare(_write(*one)) for one in found]
    written, alone = _beside([partial(_write, *one) for one in found], alone_too, seconds)
    Message.objects.all().delete()
    return {
        "decide_per_s": round(decided),
        "render_per_s": round(written),
        "render_ratio_to_minijinja": round(written / alone, 3),
    }


def _decide(case: Case, journey: Journey) -> object:
    judgement = decide(case.facts, journey)
    if not judgement.passed:
        raise RuntimeError(f"a message of the measurement does not pass: {judgement.last}")
    return judgement


def _write(case: Case, journey: Journey) -> Letter:
    """An e-mail's text and page, all but the MIME around them."""
    drawing = Draw(journey, "email", case.destinations["email"], _REFERENCE)
    letter = draw(case, drawing).letter
    layout.html_of(letter)
    layout.text_of(letter)
    return letter


def _beside(
    ours: Sequence[Callable[[], object]], bare: Sequence[Callable[[], object]], seconds: float
) -> tuple[float, float]:
    """Rates of both, in turns, so that a busy neighbour slows both."""
    pairs = [
        (_rate(cycle(ours), seconds / ROUNDS), _rate(cycle(bare), seconds / ROUNDS)) for _ in range(ROUNDS)
    ]
    return median(one for one, _ in pairs), median(other for _, other in pairs)


def _rate(work: Iterator[Callable[[], object]], seconds: float) -> float:
    """How many of these calls a second one core makes."""
    for once in islice(work, 50):  # warms up
        once()
    count, began = 0, time.perf_counter()
    until = began + seconds
    while time.perf_counter() < until:
        for once in islice(work, 20):
            once()
        count += 20
    return count / (time.perf_counter() - began)


def hand_over(url: str, messages: int) -> dict[str, Any]:
    """Messages a second from the queue to the provider and back into the table, beside bare httpx."""
    parcels = _parcels(messages * ROUNDS)
    rates, bare = [], []
    for at in range(ROUNDS):
        _queue(parcels[at * messages : (at + 1) * messages], timezone.now())
        bodies = [body for _, body in httpx.get(url).json()] or _BODIES
        bare.append(messages / _timed(partial(_post_bare, url, list(islice(cycle(bodies), messages)))))
        rates.append(messages / _timed(_drain))
    sent = Message.objects.filter(state=MessageState.SENT).count()
    if sent != messages * ROUNDS:
        raise RuntimeError(f"{sent} of {messages * ROUNDS} messages were sent")
    ratios = [ours / theirs for ours, theirs in zip(rates, bare, strict=True)]
    return {
        "dispatch_per_s": round(median(rates)),
        "httpx_per_s": round(median(bare)),
        "dispatch_ratio_to_httpx": round(median(ratios), 3),
    }


def _drain() -> None:
    """As `wismo work` does."""
    Worker([Job("messages", dispatch)]).until_idle()


def _post_bare(url: str, bodies: Sequence[str]) -> None:
    """As many at once, each thread with a client of its own: shared by all, one client is far slower."""
    own, tls = threading.local(), httpx.create_ssl_context()

    def post(body: str) -> None:
        if not hasattr(own, "client"):
            own.client = httpx.Client(trust_env=False, verify=tls)
        own.client.post(url, content=body).raise_for_status()

    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(post, bodies))


def _timed(does: Callable[[], None]) -> float:
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


def pace(url: str, rate: int, seconds: float) -> dict[str, Any]:
    """Seconds from the commit of an event until its message is at the provider, at a steady rate: p95."""
    parcels = _parcels(int(rate * seconds))
    httpx.get(url)  # what came before is forgotten
    worker = Worker([Job("messages", dispatch)])
    thread = threading.Thread(target=_work, args=[worker])
    thread.start()
    committed = _tell(parcels, rate)
    came = _wait(url, len(parcels))
    worker.stop.set()
    thread.join()
    taken = sorted(at - committed[order] for order, at in came.items())
    if len(taken) != len(parcels):
        raise RuntimeError(f"{len(taken)} of {len(parcels)} messages came")
    return {"event_to_provider_p95_s": round(quantiles(taken, n=20)[18], 3)}


def _work(worker: Worker) -> None:
    worker.run()
    connection.close()


def _tell(parcels: Sequence[_Parcel], rate: int) -> dict[str, float]:
    """Announce a milestone of each parcel, in small transactions, at this rate; when each was committed."""
    committed, began = {}, time.monotonic()
    for at in range(0, len(parcels), STEP):
        time.sleep(max(0.0, began + at / rate - time.monotonic()))
        part = parcels[at : at + STEP]
        _queue(part, timezone.now())
        committed.update(dict.fromkeys((parcel.number for parcel in part), time.time()))
    return committed


def _wait(url: str, expected: int) -> dict[str, float]:
    """When each order's message came."""
    came: dict[str, float] = {}
    until = time.monotonic() + PATIENCE
    while len(came) < expected and time.monotonic() < until:
        came.update({json.loads(body)["order"]: at for at, body in httpx.get(url).json()})
        time.sleep(0.2)
    return came


def _parcels(count: int) -> list[_Parcel]:
    """So many of them, of all shops in turn."""
    rows = Shipment.objects.filter(messages=None).order_by("order_id")
    names = ("shop_id", "order_id", "pk", "order__number")
    found = [_Parcel(*told) for told in rows.values_list(*names)]
    if len(found) < count:
        raise RuntimeError(f"{len(found)} parcels are left, {count} were wanted")
    by_shop: dict[int, list[_Parcel]] = defaultdict(list)
    for parcel in found:
        by_shop[parcel.shop_id].append(parcel)
    in_turn = [parcel for row in zip_longest(*by_shop.values()) for parcel in row if parcel]
    return in_turn[:count]


def _queue(parcels: Sequence[_Parcel], at: datetime) -> None:
    """Announce, as tracking would, that these were delivered: their messages are due at once."""
    events = [
        MilestoneReached(parcel.shop_id, at, parcel.order_id, parcel.pk, Milestone.DELIVERED.value, "")
        for parcel in parcels
    ]
    with transaction.atomic():
        announce(events)
