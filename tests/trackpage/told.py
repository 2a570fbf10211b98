"""Links as letters carry them, and what they are about."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from tests.trackpage.rows import an_order
from wismo.notify import links
from wismo.notify.models import Attempt, Message
from wismo.notify.queries.people import digest_of
from wismo.notify.words import AddressKind
from wismo.orders.models import Order
from wismo.shops.models import Shop

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def a_message(shop: Shop, number: str = "HR-20418", *, order: Order | None = None) -> Message:
    """A message that went to Lena by e-mail."""
    order = order or an_order(shop, NOW, number=number)
    message = Message.objects.create(
        shop=shop,
        order=order,
        journey="csat",
        version=1,
        trigger="all_delivered",
        dedupe_key=f"csat|order:{order.pk}",
        channel="email",
        happened_at=NOW,
        due_at=NOW,
        created_at=NOW,
    )
    Attempt.objects.create(
        shop=shop,
        message=message,
        number=1,
        channel="email",
        provider="smtp",
        digest=digest_of(shop.pk, AddressKind.EMAIL, order.buyer.email),
        reference=f"ref-{message.pk}",
        started_at=NOW,
    )
    return message


def path(url: str) -> str:
    """Of a link, what stands after the host."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def preferences(order: Order) -> str:
    """The address of a buyer's preferences."""
    return path(links.preferences(order.shop_id, order.buyer_id))
