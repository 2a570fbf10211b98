"""Carts: which goods travel together, from which warehouse, and when all of them are there. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wismo.promise.plan.model import Plan, ProductClass, Show, Warehouse
from wismo.promise.rules.answering import Coming
from wismo.promise.rules.question import Answer, Because, Item, Parcel, Rung
from wismo.promise.rules.start import class_of

RUNGS = tuple(Rung)  # the surest first


@dataclass(frozen=True, slots=True)
class Goods:
    """Items of a cart that wait alike: of one class, and there on one day."""

    product_class: ProductClass | None
    items: tuple[Item, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether they travel in a parcel of their own."""
        return self.product_class is not None and self.product_class.alone

    def lies_in(self, warehouse: Warehouse) -> bool:
        """Whether that warehouse has them."""
        where = self.product_class.warehouses if self.product_class else ()
        return not where or warehouse.key in where


@dataclass(frozen=True, slots=True)
class Sent:
    """Goods, and how they come from the warehouse they are sent from."""

    goods: Goods
    coming: Coming


Timed = Callable[[Goods, Warehouse], Coming]  # how those goods come from that warehouse
NOTHING_ASKED = (Goods(None),)


def goods_of(items: Sequence[Item], plan: Plan) -> tuple[Goods, ...]:
    """The cart by what waits alike; a question without items is about goods of no class."""
    if not items:
        return NOTHING_ASKED
    groups: dict[tuple[str, date | None], tuple[ProductClass | None, list[Item]]] = {}
    for item in items:
        found = class_of(item, plan)
        key = (found.key if found else "", item.available_on)
        groups.setdefault(key, (found, []))[1].append(item)
    return tuple(Goods(product_class, tuple(each)) for product_class, each in groups.values())


def allocate(goods: Sequence[Goods], warehouses: Sequence[Warehouse], timed: Timed) -> tuple[Sent, ...]:
    """From where everything is sent: one warehouse that has all, else for each the one that is there first.

    Of several that have all, the one that is there first; of equals, the plan's first.
    """
    whole = [each for each in warehouses if all(kind.lies_in(each) for kind in goods)]
    if whole:
        ways = [tuple(Sent(kind, timed(kind, each)) for kind in goods) for each in whole]
        return min(ways, key=_there)
    return tuple(_nearest(kind, warehouses, timed) for kind in goods)


def _nearest(kind: Goods, warehouses: Sequence[Warehouse], timed: Timed) -> Sent:
    ways = [(Sent(kind, timed(kind, each)),) for each in warehouses if kind.lies_in(each)]
    if not ways:
        name = kind.product_class.key if kind.product_class else ""
        return Sent(kind, Coming("", (Because("not_here", {"goods": name}),)))
    return min(ways, key=_there)[0]


def _there(sent: Sequence[Sent]) -> date:
    return max(each.coming.dated.latest if each.coming.dated else date.max for each in sent)


def answer_of(sent: Sequence[Sent], service: str, level: float, plan: Plan) -> Answer:
    """The answer for all together, there by the last of its days; none where one kind of goods has none."""
    reasons = _distinct(because for each in sent for because in each.coming.because)
    days = [each.coming.dated for each in sent if each.coming.dated is not None]
    routes = [each.coming.route for each in sent if each.coming.route is not None]
    if len(days) < len(sent):
        missing = (each.coming for each in sent if each.coming.dated is None)
        return Answer(service=service, level=level, reasons=_distinct(b for c in missing for b in c.because))
    parcels = _parcels(sent, plan)
    if len(parcels) > 1:
        reasons = (*reasons, Because("split", {"parcels": len(parcels)}))
    latest = max(each.latest for each in days)
    warehouses = {each.coming.warehouse for each in sent}
    return Answer(
        service=service,
        warehouse=sent[0].coming.warehouse if len(warehouses) == 1 else "",
        earliest=_shown(max(each.earliest for each in days), latest, plan),
        latest=latest,
        likely=max(each.likely for each in days),
        hand_over=max(each.hand_over for each in days),
        level=level,
        rung=max((each.transit.rung for each in routes), key=RUNGS.index),
        sample=min(each.transit.clock.sample for each in routes),
        order_by=until(sent),
        reasons=reasons,
        parcels=parcels if len(parcels) > 1 else (),
    )


def until(sent: Sequence[Sent]) -> datetime | None:
    """The moment up to which the same is answered."""
    return min((each.coming.start.order_by for each in sent if each.coming.start.order_by), default=None)


def _parcels(sent: Sequence[Sent], plan: Plan) -> tuple[Parcel, ...]:
    if len(sent) == 1:
        return ()
    boxes: dict[tuple[str, int], list[Sent]] = {}
    for place, each in enumerate(sent):
        own = place if plan.mixed == "split" or each.goods.alone else -1
        boxes.setdefault((each.coming.warehouse, own), []).append(each)
    return tuple(_parcel(warehouse, box, plan) for (warehouse, _), box in boxes.items())


def _parcel(warehouse: str, box: Sequence[Sent], plan: Plan) -> Parcel:
    """One parcel: what is packed together waits for its last."""
    days = [each.coming.dated for each in box if each.coming.dated is not None]
    latest = max(each.latest for each in days)
    return Parcel(
        warehouse=warehouse,
        skus=tuple(item.sku for each in box for item in each.goods.items),
        hand_over=max(each.hand_over for each in days),
        earliest=_shown(max(each.earliest for each in days), latest, plan),
        latest=latest,
    )


def _shown(earliest: date, latest: date, plan: Plan) -> date:
    """The first day of what is shown: `latest` itself where that is a single day."""
    wide = (latest - earliest).days >= plan.range_over
    ranged = plan.show is Show.RANGE or (plan.show is Show.AUTO and wide)
    return earliest if ranged else latest


def _distinct(reasons: Iterable[Because]) -> tuple[Because, ...]:
    kept: list[Because] = []
    for each in reasons:
        if each not in kept:
            kept.append(each)
    return tuple(kept)
