"""Browsers that asked for a shop's push messages from an order's page, and those that want them no more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from wismo.notify.actions.people import Said, forget_addresses, record_choice, remember_address
from wismo.notify.models import Address
from wismo.notify.queries.people import digest_of
from wismo.notify.words import AddressKind, Kind
from wismo.orders.models import Order

CHANNEL = "webpush"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A browser's push address, with the keys that only it can open."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


@transaction.atomic
def subscribe(
    shop_id: int, order_id: int, browser: Subscription, evidence: Mapping[str, str], now: datetime
) -> bool:
    """Keep the browser as the buyer's, and their word for it; False where the shop has no such order."""
    buyer_id = Order.objects.filter(shop_id=shop_id, pk=order_id).values_list("buyer_id", flat=True).first()
    if buyer_id is None:
        return False
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    remember_address(shop_id, buyer_id, AddressKind.WEBPUSH, browser.endpoint, keys, now)
    record_choice(shop_id, _said(shop_id, browser.endpoint, evidence, now, granted=True))
    return True


@transaction.atomic
def unsubscribe(
    shop_id: int, order_id: int, endpoint: str, evidence: Mapping[str, str], now: datetime
) -> bool:
    """Forget the browser, if it is one of this order's buyer; whether it was."""
    key = digest_of(shop_id, AddressKind.WEBPUSH, endpoint)
    rows = Address.objects.filter(
        shop_id=shop_id, kind=AddressKind.WEBPUSH, digest=key, buyer__orders=order_id
    )
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return False
    forget_addresses(shop_id, ids, now)
    record_choice(shop_id, _said(shop_id, endpoint, evidence, now, granted=False))
    return True


def _said(shop_id: int, endpoint: str, evidence: Mapping[str, str], now: datetime, *, granted: bool) -> Said:
    key = digest_of(shop_id, AddressKind.WEBPUSH, endpoint)
    return Said(key, CHANNEL, Kind.TRANSACTIONAL, granted, "preferences", now, evidence=evidence)
