"""Rows the console's tests look at, made small and by hand, so that each test says what matters to it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.test import Client

from wismo.notify.models import Decision, Message
from wismo.orders.models import Buyer, Order, OrderLine
from wismo.plumbing.models import InboxRow, InboxTask, ParkedReaction
from wismo.shops.models import Brand, Member, Shop, User
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.rules.summary import micros, pack_reached

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Team:
    """A shop and a person on its team, logged in."""

    shop: Shop
    user: User
    client: Client


def a_shop(slug: str = "halden", name: str = "Halden & Rue") -> Shop:
    shop = Shop.objects.create(
        key=f"key-{slug}", slug=slug, name=name, country="DE", timezone="Europe/Berlin"
    )
    Brand.objects.create(shop=shop, name=name, languages=["en"])
    return shop


def a_user(email: str) -> User:
    return User.objects.create_user(email, PASSWORD)


def a_team(slug: str = "halden", role: str = "owner", *, name: str = "Halden & Rue") -> Team:
    shop, user = a_shop(slug, name), a_user(f"ines.moreira@{slug}.example")
    Member.objects.create(shop=shop, user=user, role=role)
    return Team(shop, user, logged_in(user))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def an_order(shop: Shop, number: str = "HR-20410", **fields: Any) -> Order:
    buyer = Buyer.objects.create(
        shop=shop,
        email=fields.pop("email", f"{number.lower()}@example.com"),
        name=fields.pop("name", "Sofia Marques"),
        phone="+4915112345678",
        language="de",
    )
    place = {"country": "DE", "city": "Munich", "postcode": "80331", "placed_at": NOW - 5 * DAY}
    order = Order.objects.create(shop=shop, buyer=buyer, reference=number, number=number, **(place | fields))
    OrderLine.objects.create(
        shop=shop, order=order, position=1, title="Linen throw", variant="Sand", quantity=1
    )
    return order


def a_shipment(order: Order, number: str = "NP77312209", **fields: Any) -> Shipment:
    usual = {
        "reference": number,
        "carrier": "ups",
        "tracking_number": number,
        "created_at": NOW - 4 * DAY,
        "shipped_at": NOW - 4 * DAY,
        "status": "in_transit",
        "last_scan_at": NOW - 2 * HOUR,
        "status_at": NOW - 2 * HOUR,
    }
    return Shipment.objects.create(shop=order.shop, order=order, **(usual | fields))


def a_scan(shipment: Shipment, at: datetime, **fields: Any) -> ScanRecord:
    usual = {
        "key": sha256(f"{shipment.pk} {at} {fields.get('code')}".encode()).hexdigest()[:32],
        "source": shipment.carrier,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "code": "AR",
        "text": "Arrived at hub",
        "status": "in_transit",
        "leg": "forward",
        "reason": "",
        "offset": 60,
        "occurred_raw": f"{at:%Y%m%d %H%M%S}",
        "tz_source": "carrier_tz",
        "place": "Lyon, FR",
        "received_at": at,
        "receipt": "rec1",
    }
    return ScanRecord.objects.create(shop=shipment.shop, shipment=shipment, at=at, **(usual | fields))


def a_message(order: Order, shipment: Shipment | None = None, **fields: Any) -> Message:
    usual = {
        "journey": "delayed",
        "version": 1,
        "trigger": "delayed",
        "dedupe_key": f"{order.pk}-{shipment and shipment.pk}-{fields.get('trigger', 'delayed')}",
        "happened_at": NOW - 3 * HOUR,
        "due_at": NOW - 3 * HOUR,
        "created_at": NOW - 3 * HOUR,
        "finished_at": NOW - 3 * HOUR,
        "channel": "email",
        "state": "sent",
        "code": "sent",
        "language": "de",
        "subject": "Ihr Paket kommt einen Tag später",
    }
    return Message.objects.create(shop=order.shop, order=order, shipment=shipment, **(usual | fields))


def a_decision(message: Message, outcome: str, gate: str, code: str, **facts: Any) -> Decision:
    return Decision.objects.create(
        shop=message.shop,
        message=message,
        at=NOW - 3 * HOUR,
        gate=gate,
        outcome=outcome,
        code=code,
        facts=facts,
    )


def a_parked_payload(shop: Shop, receipt: str = "rec-parked", **fields: Any) -> InboxRow:
    error = fields.pop("error", "time 'yesterday' at $.events[0].date is not a time")
    attempts = fields.pop("attempts", 1)
    usual = {
        "source": "ups",
        "body": b'{"trackingNumber": "1Z", "consignee": "Sofia Marques"}',
        "received_at": NOW - HOUR,
    }
    row = InboxRow.objects.create(shop_id=shop.pk, receipt=receipt, **(usual | fields))
    InboxTask.objects.create(
        payload=row, shop_id=shop.pk, parked=True, due_at=NOW - HOUR, attempts=attempts, error=error
    )
    return row


def a_parked_reaction(shop: Shop, **fields: Any) -> ParkedReaction:
    usual = {
        "handler": "wismo.notify.reactions.start_journeys",
        "event": "MilestoneReached",
        "facts": {"at": NOW.isoformat(), "order_id": 1},
        "error": "KeyError: 'delivered'",
        "due_at": NOW + HOUR,
        "at": NOW,
    }
    return ParkedReaction.objects.create(shop_id=shop.pk, **(usual | fields))


def a_full_story(shop: Shop, number: str = "HR-20410") -> Shipment:
    """A late parcel with scans, one of them unmapped, and a message that was sent."""
    order = an_order(shop, number, promised_on=date(2026, 11, 23), currency="EUR", total_minor=8400)
    shipment = a_shipment(
        order,
        f"1Z{number}".replace("-", ""),
        late=True,
        eta=date(2026, 11, 25),
        milestones=pack_reached({
            "picked_up": micros(datetime(2026, 11, 20, 15, 30, tzinfo=UTC)),
            "delayed": micros(datetime(2026, 11, 24, 8, 40, tzinfo=UTC)),
        }),
    )
    a_scan(
        shipment,
        datetime(2026, 11, 20, 15, 30, tzinfo=UTC),
        status="picked_up",
        code="PU|01",
        text="Picked up",
        offset=0,
        tz_source="offset",
        place="Porto, PT",
    )
    a_scan(
        shipment,
        datetime(2026, 11, 23, 19, 12, tzinfo=UTC),
        status="delayed",
        code="EX|27",
        text="MISSORT LYS",
        reason="carrier_misrouted",
        eta=date(2026, 11, 25),
    )
    a_scan(
        shipment, datetime(2026, 11, 24, 4, 58, tzinfo=UTC), status="", code="ZZ|99", text="ARR MUC 02 SORT"
    )
    _judged(a_message(order, shipment))
    return shipment


def _judged(message: Message) -> None:
    for gate in ("condition", "cancelled", "leg", "superseded", "promise", "moved", "age"):
        a_decision(message, "pass", gate, "ok")
    a_decision(message, "pass", "route", "ok", channel="email", skipped={"sms": "no_address"})
    how = {"attempt": 1, "detail": "", "channel": "email", "language": "de"}
    a_decision(message, "done", "send", "sent", **how)
