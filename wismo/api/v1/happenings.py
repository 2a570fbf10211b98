"""What happens to orders and carts in the shop's own systems: returns, refunds, claims, promises."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Router, Schema

from wismo.api.v1.batches import EACH, Answered, Batch
from wismo.api.v1.root import shop_of
from wismo.notify.actions.from_shops import TOLD_BY_SHOPS, Told, tell
from wismo.notify.queries.feedback import link_hosts
from wismo.notify.rules.clicks import leads_to
from wismo.orders.queries import cart_ids, order_ids
from wismo.vocabulary.calendar import is_plausible_moment
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.text import can_keep, is_line

router = Router(tags=["happenings"])
_VALUES, _NAME, _TEXT = 30, 40, 500
_PLAIN = (str, int, float, bool)


class HappeningIn(Schema):
    """Something that happened to an order or a cart: name one of them by the shop's reference.

    `episode` tells a second one of the same apart from the first told twice: the number of a return, say.
    `values` are plain: texts can say them by their names, and journeys ask for them as event.<name>.
    """

    name: Happening
    at: datetime
    order: str = ""
    cart: str = ""
    episode: str = ""
    values: dict[str, Any] = {}


@router.post("", response=Answered)
def post_happenings(request: HttpRequest, happenings: Body[list[Annotated[HappeningIn, EACH]]]) -> Answered:
    """Take 1 to 500 happenings. Told again, one is the same: nobody hears of it twice."""
    shop_id = shop_of(request)
    batch = Batch(happenings)
    sound = batch.sound(happenings, lambda told: told, partial(_problems, link_hosts(shop_id)))
    orders = order_ids(shop_id, [told.order for told in sound.values() if told.order])
    carts = cart_ids(shop_id, [told.cart for told in sound.values() if told.cart])
    found = []
    for place, told in sound.items():
        order_id, cart_id = orders.get(told.order), carts.get(told.cart)
        if told.order and order_id is None:
            batch.refuse(place, f"order: the shop has no order {told.order!r}; post the order first")
        elif told.cart and cart_id is None:
            batch.refuse(place, f"cart: the shop has no cart {told.cart!r}; put the cart first")
        else:
            found.append(Told(told.name, told.at, order_id, cart_id, told.episode, told.values))
    tell(shop_id, found)
    return batch.answer()


def _problems(hosts: list[str], told: HappeningIn) -> list[str]:
    checks = {
        f"name: {told.name} is not one a shop tells; those are {', '.join(sorted(TOLD_BY_SHOPS))}": (
            told.name in TOLD_BY_SHOPS
        ),
        "order: name an order or a cart, and not both": bool(told.order) != bool(told.cart),
        "order: one line of at most 80 characters": len(told.order) <= 80 and is_line(told.order),
        "cart: one line of at most 80 characters": len(told.cart) <= 80 and is_line(told.cart),
        "episode: one line of at most 24 characters": len(told.episode) <= 24 and is_line(told.episode),
        "at: a time of 2000 to 2100 with its offset, as in 2026-11-24T09:00:00+01:00": is_plausible_moment(
            told.at
        ),
        f"values: at most {_VALUES}, names of {_NAME} and texts of {_TEXT} characters, no lists": all(
            map(_is_value, told.values.items())
        )
        and len(told.values) <= _VALUES,
        f"values: the host of link is none of the shop's ({', '.join(hosts)}); list it in the settings": (
            "link" not in told.values or leads_to(str(told.values["link"]), hosts)
        ),
    }
    return [message for message, fine in checks.items() if not fine]


def _is_value(pair: tuple[str, Any]) -> bool:
    name, value = pair
    fits = isinstance(value, _PLAIN) and (
        not isinstance(value, str) or (len(value) <= _TEXT and can_keep(value))
    )
    return name.isidentifier() and len(name) <= _NAME and fits
