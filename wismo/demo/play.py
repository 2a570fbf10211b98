"""Play the made-up world into a running server: orders by the REST API, scans by signed webhooks."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random
from secrets import token_urlsafe
from typing import Any

import httpx
from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from wismo.carriers import registry
from wismo.carriers.signatures import sign
from wismo.demo import promising
from wismo.demo.payloads import SOURCES, Journey, Step, payload
from wismo.demo.promising import Placed
from wismo.demo.world import Story, slips_again, stories
from wismo.notify.models import Message, MessageState
from wismo.orders.models import Order
from wismo.orders.queries import order_ids
from wismo.orders.rules import OrderSnapshot
from wismo.plumbing import limits
from wismo.plumbing.models import EventRow, InboxRow, InboxTask
from wismo.shops.actions import issue_api_key, open_shop, seat_member, set_source_secrets
from wismo.shops.models import Role
from wismo.shops.queries import shop_key
from wismo.shops.rules import tag_of
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.queries.links import page_url

SLUG = "halden-rue"
EMAIL = "demo@example.com"
PATIENCE = 300.0  # seconds until the workers must be through


@dataclass(frozen=True, slots=True)
class Stage:
    """The demo shop, and what it takes to speak for it."""

    shop_id: int
    hooks: str
    secrets: dict[str, str]
    api_key: str
    password: str


def set_stage() -> Stage:
    """Open the demo shop with its brand, its member, its keys."""
    shop_id = open_shop(
        slug=SLUG,
        name="Halden & Rue",
        country="DE",
        synthetic=True,
        colour="#1f5d4c",
        languages=[tag_of(code) for code, _ in settings.LANGUAGES],
        from_email="orders@halden-rue.example",
        support_email="help@halden-rue.example",
        returns_url="https://halden-rue.example/returns",
        privacy_url="https://halden-rue.example/privacy",
    )
    password = token_urlsafe(9)
    seat_member(shop_id, email=EMAIL, role=Role.OWNER, password=password)
    secrets = set_source_secrets(shop_id, SOURCES)
    hooks = f"{settings.BASE_URL}/hooks/{shop_key(shop_id)}"
    return Stage(shop_id, hooks, secrets, issue_api_key(shop_id, "demo"), password)


def play(stage: Stage, seed: int, count: int, now: datetime) -> list[Story]:
    """Post every order, parcel and payload, and let the workers get through; the orders placed."""
    told = stories(seed, count, now)
    chance = Random(seed)  # noqa: S311  # made-up data, repeatable on purpose
    promising.teach(stage.shop_id, seed, EMAIL, now)
    placed = promising.promised(stage.shop_id, told, now)
    with httpx.Client(timeout=30) as client:
        _wait_for_server(client)
        _post_orders(client, stage, told, placed)
        promising.strike(stage.shop_id, EMAIL, now)
        for source, body in _bodies(chance, told):
            _push(client, stage, source, body)
        _push_bad(client, stage)
        wait_until_done(stage.shop_id)
        promising.look_at_news()
        for parcel, step in slips_again(told, now):
            _push(client, stage, parcel.source, _body(parcel, step))
    wait_until_done(stage.shop_id)
    promising.next_morning(stage.shop_id)
    wait_until_done(stage.shop_id)
    return told


def _wait_for_server(client: httpx.Client) -> None:
    began = time.monotonic()
    while True:
        try:
            client.get(f"{settings.BASE_URL}/api/v1/openapi.json").raise_for_status()
        except httpx.TransportError:
            if time.monotonic() - began > PATIENCE:
                raise
            time.sleep(0.1)
        else:
            return


def _post_orders(
    client: httpx.Client, stage: Stage, told: Sequence[Story], placed: Mapping[str, Placed]
) -> None:
    api = f"{settings.BASE_URL}/api/v1"
    headers = {"Authorization": f"Bearer {stage.api_key}"}
    for story in told:
        brings = placed[story.order.reference]
        body = _order_json(story.order) | {"promise": brings.promise}
        client.post(f"{api}/orders", json=body, headers=headers).raise_for_status()
        for parcel, items in story.parcels:
            service, warehouse = brings.ways[parcel.carrier]
            body = {
                "reference": parcel.reference,
                "order_reference": story.order.reference,
                "carrier": parcel.carrier,
                "service": service,
                "warehouse": warehouse,
                "tracking_number": parcel.number,
                "items": [{"sku": sku, "quantity": quantity} for sku, quantity in items],
            }
            client.post(f"{api}/shipments", json=body, headers=headers).raise_for_status()


def _order_json(order: OrderSnapshot) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(order).items() if value not in (None, "")}
    if order.total:
        plain["total"] = {"amount": str(order.total.amount), "currency": order.total.currency}
    return json.loads(json.dumps(plain, default=lambda moment: moment.isoformat()))  # type: ignore[no-any-return]


def _bodies(chance: Random, told: Sequence[Story]) -> Iterator[tuple[str, bytes]]:
    """Every push: mostly in order, a tenth told twice, some parcels' in any order."""
    for story in told:
        for parcel, _ in story.parcels:
            steps = list(parcel.steps)
            if chance.random() < 0.15:
                chance.shuffle(steps)
            for step in steps:
                body = _body(parcel, step)
                yield from [(parcel.source, body)] * (2 if chance.random() < 0.1 else 1)


def _body(parcel: Journey, step: Step) -> bytes:
    return json.dumps(payload(parcel, step), ensure_ascii=False).encode()


def _push(client: httpx.Client, stage: Stage, source: str, body: bytes, signed: bytes | None = None) -> None:
    """Post a payload; `signed` is what its signature was made for, where that is something else."""
    headers = sign(registry.packs()[source], stage.secrets[source], body if signed is None else signed)
    answer = client.post(f"{stage.hooks}/{source}", content=body, headers=headers)
    expected = 202 if signed is None else 401
    if answer.status_code != expected:
        raise RuntimeError(f"{source}: {answer.status_code} instead of {expected}: {answer.text[:200]}")


def _push_bad(client: httpx.Client, stage: Stage) -> None:
    """What happens to everybody: not JSON, a wrong signature, and a parcel nobody knows."""
    _push(client, stage, "delhivery", b"<html>502 Bad Gateway</html>")
    _push(client, stage, "easypost", b'{"object": "Event"}', signed=b"another body")
    stranger = Journey("ups", "ups", "1ZNOBODYKNOWSME", "0", ())
    at = datetime.fromisoformat("2026-11-20T10:00:00-05:00")
    _push(client, stage, "ups", _body(stranger, Step("transit", at, "Boston", "US")))


def wait_until_done(shop_id: int) -> None:
    """Return when the inbox is read and no message is left to send; RuntimeError if that takes too long."""
    inbox = InboxTask.objects.filter(shop_id=shop_id, parked=False)
    open_ = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.SENDING)
    messages = Message.objects.filter(shop_id=shop_id, state__in=open_)
    began = time.monotonic()
    while inbox.exists() or messages.filter(due_at__lte=timezone.now() + timedelta(seconds=5)).exists():
        if time.monotonic() - began > PATIENCE:
            left = f"{inbox.count()} payloads and {messages.count()} messages"
            raise RuntimeError(f"after {PATIENCE:.0f} s {left} are still open")
        time.sleep(0.2)


def outcome(shop_id: int, now: datetime) -> dict[str, Any]:
    """The demo in figures, counted in the database."""
    scans = ScanRecord.objects.filter(shop_id=shop_id)
    events = EventRow.objects.filter(shop_id=shop_id)
    messages = Message.objects.filter(shop_id=shop_id)
    reached = events.filter(name="MilestoneReached").values_list("facts__milestone", flat=True)
    milestones = Counter(reached.iterator())
    milestones["order_confirmed"] = events.filter(name="OrderPlaced").count()
    not_sent = messages.filter(state=MessageState.NOT_SENT).values_list("code").annotate(n=Count("pk"))
    inbox = InboxRow.objects.filter(shop_id=shop_id)
    day = now - timedelta(days=1)
    return {
        "orders": Order.objects.filter(shop_id=shop_id).count(),
        "shipments": Shipment.objects.filter(shop_id=shop_id).count(),
        "scans": scans.count(),
        "duplicates_ignored": limits.total(shop_id, "duplicates", day),
        "unmapped_codes": scans.filter(status="").values("source", "code").distinct().count(),
        "rejected_payloads": limits.total(shop_id, "rejected", day),
        "milestones": dict(sorted(milestones.items())),
        "messages": {
            "sent": messages.filter(state=MessageState.SENT).count(),
            "not_sent": dict(sorted(not_sent)),
        },
        "inbox": {
            "done": inbox.filter(task=None).count(),
            "parked": inbox.filter(task__parked=True).count(),
        },
    }


def addresses(stage: Stage, told: Sequence[Story]) -> dict[str, str]:
    """Where to look, by what is seen there."""
    ids = order_ids(stage.shop_id, [story.order.reference for story in told])
    worth = {"on time": "out today", "late": "slow", "split in two parcels": "split"}
    pages = {}
    for what, plot in worth.items():
        found = [story.order for story in told if story.plot == plot and story.order.language == "en"]
        if found:
            pages[f"tracking page, {what}"] = page_url(stage.shop_id, ids[found[0].reference])
    console = f"{settings.BASE_URL}/console/"
    return {
        "console": f"{console}  (log in as {EMAIL} with {stage.password})",
        **pages,
        "what was promised, and what held": f"{console}{SLUG}/promises/",
        "a date as a product page asks for it": promising.asked_at(stage.shop_id),
        "mailbox": f"{console}{SLUG}/mailbox/",
    }
