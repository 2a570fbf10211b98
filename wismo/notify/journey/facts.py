"""What conditions can ask about: the closed list of dotted facts, each with its type. Pure."""

from collections.abc import Mapping

# "event.<name>" may be asked as well: what the shop's system told with the event, or the campaign's values.
FACTS: Mapping[str, type] = {
    "order.country": str,
    "order.postcode": str,
    "order.city": str,
    "order.currency": str,
    "order.total": float,  # in the currency's major unit
    "order.cross_border": bool,  # it leaves the shop's country
    "order.tags": list,
    "order.cash_on_delivery": bool,
    "order.promised": bool,  # a day was promised
    "order.lines": int,
    "order.items": int,  # the sum of quantities
    "order.skus": list,
    "order.age_days": int,
    "order.parcels": int,  # outbound, not cancelled
    "order.delivered": int,  # of those
    "order.all_delivered": bool,
    "parcel.carrier": str,
    "parcel.leg": str,
    "parcel.status": str,
    "parcel.reason": str,
    "parcel.late": bool,
    "parcel.stalled": bool,
    "parcel.attempts": int,  # failed ones
    "parcel.pieces": int,
    "customer.language": str,
    "customer.tags": list,
    "customer.orders": int,  # with this shop, this one included
    "customer.country": str,  # of the last order
    "customer.last_order_days": int,
    "cart.total": float,
    "cart.currency": str,
    "cart.items": int,
    "shop.country": str,
}

# A trace says whether a condition on these held, never what they were: they could tell who it is about.
PRIVATE = frozenset({"order.postcode", "order.city"})
