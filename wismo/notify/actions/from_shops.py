"""What a shop's own systems tell of orders and carts goes on as facts of the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from wismo.notify.events import HappeningTold
from wismo.notify.models import HappeningRow
from wismo.plumbing.events import announce
from wismo.shops.actions import hold_shop
from wismo.vocabulary.happening import Happening

# The others we see ourselves: carts and orders as they are told, judgements, consents, campaigns, answers.
TOLD_BY_SHOPS = frozenset({
    Happening.PROMISE_CHANGED,
    Happening.PROMISE_MISSED,
    Happening.RETURN_REQUESTED,
    Happening.RETURN_APPROVED,
    Happening.RETURN_REJECTED,
    Happening.RETURN_RECEIVED,
    Happening.REFUNDED,
    Happening.CLAIM_OPENED,
    Happening.CLAIM_SETTLED,
})


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened to one order or one cart."""

    name: Happening
    at: datetime
    order_id: int | None
    cart_id: int | None
    episode: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int | None, int | None, str, str]:
        """The same for the same thing told twice."""
        return self.order_id, self.cart_id, self.name.value, self.episode


@transaction.atomic
def tell(shop_id: int, told: Sequence[Told]) -> int:
    """Announce what was not told before; how much that was. Safe to repeat."""
    if not told:
        return 0
    hold_shop(shop_id)  # two callers with the same news: the second sees the first's
    orders = {one.order_id for one in told if one.order_id}
    carts = {one.cart_id for one in told if one.cart_id}
    rows = HappeningRow.objects.filter(shop_id=shop_id)
    names = ("order_id", "cart_id", "name", "episode")
    known = set(rows.filter(order_id__in=orders).values_list(*names))
    known |= set(rows.filter(cart_id__in=carts).values_list(*names))
    news = {one.key: one for one in told if one.key not in known}
    announce(
        HappeningTold(
            shop_id=shop_id,
            at=one.at,
            name=one.name.value,
            order_id=one.order_id,
            cart_id=one.cart_id,
            episode=one.episode,
            values=dict(one.values),
        )
        for one in news.values()
    )
    return len(news)
