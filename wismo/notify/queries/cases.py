"""The cases a dispatcher judges: everything about a group of messages as it stands now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from wismo.notify.journey.model import Journey
from wismo.notify.models import HappeningRow, Message
from wismo.notify.queries import values
from wismo.notify.queries.reach import Back, Destination, People, Whom, people, reach_of
from wismo.notify.queries.readers import Reader, homes, reader_of
from wismo.notify.queries.sent import Sent, sent_before
from wismo.notify.queries.setups import Setup, setups
from wismo.notify.rules.facts import Facts, Reach, Reached
from wismo.notify.words import AddressKind, Lane
from wismo.orders.models import Buyer, OrderLine
from wismo.tracking.models import Shipment
from wismo.tracking.queries.expected import expected_on
from wismo.tracking.queries.milestones import reached
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status

_MESSAGE = (
    *("pk", "shop_id", "buyer_id", "order_id", "shipment_id", "cart_id", "campaign_id", "journey", "lane"),
    *(
        "step",
        "channel",
        "attempts",
        "code",
        "state",
        "collapse_key",
        "facts",
        "campaign__values",
        "created_at",
    ),
    *("happened_at", "due_at", "expires_at", "order__buyer_id", "order__number", "order__placed_at"),
    *("order__currency", "order__total_minor", "order__country", "order__postcode", "order__city"),
    *("order__timezone", "order__tags", "order__cash_on_delivery", "order__packed_at", "order__promised_on"),
    *("order__cancelled_at", "cart__buyer_id", "cart__lines", "cart__currency", "cart__total_minor"),
    *("cart__url", "cart__ended_at"),
)
_PARCEL = (
    *(
        "pk",
        "order_id",
        "base_leg",
        "leg",
        "status",
        "reason",
        "late",
        "eta",
        "milestones",
        "items",
        "carrier",
    ),
    *("tracking_number", "silent", "attempts", "pieces", "delivered_at"),
    *("outlook__id", "outlook__promised_on", "outlook__shown_on", "outlook__told_on"),
)
_BUYER = ("pk", "name", "language", "tags")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A message with all it takes to judge and to write it."""

    message_id: int
    shop_id: int
    key: str  # the journey's
    journey: Journey | None  # as it holds now; None: there is none of that key any more
    setup: Setup = field(repr=False)
    facts: Facts
    destinations: Mapping[str, Destination] = field(repr=False)  # by channel
    row: Row = field(repr=False)  # of the message, with its order and cart
    buyer: Row | None = field(repr=False)
    parcel: Row | None = field(repr=False)
    parcels: Sequence[Row] = field(repr=False)  # of the order
    lines: Sequence[OrderLine] = field(repr=False)  # of the order
    reader: Reader

    @property
    def buyer_id(self) -> int | None:
        """Whom it is for."""
        return _buyer_id(self.row)

    @property
    def order_id(self) -> int | None:
        """What it is about, if it is about an order."""
        order_id: int | None = self.row["order_id"]
        return order_id

    @property
    def lane(self) -> Lane:
        """How urgent it is."""
        return Lane(self.row["lane"])

    @property
    def expected_on(self) -> date | None:
        """The day to wait for: as the parcel's outlook has it, where there is one."""
        promised: date | None = self.row["order__promised_on"]
        if self.parcel is None:
            return promised
        if self.parcel["outlook__id"] is not None:
            shown: date | None = self.parcel["outlook__shown_on"]
            return shown
        return expected_on(self.parcel["eta"], promised, late=self.parcel["late"])


def cases(ids: Sequence[int], now: datetime, known: Mapping[int, Setup] | None = None) -> dict[int, Case]:
    """The cases of these messages, by id, in a constant number of queries. A dispatcher works for all shops.

    `known` are set-ups that were read before; those of other shops are read now.
    """
    rows = list(Message.objects.filter(pk__among=list(ids)).order_by("pk").values(*_MESSAGE))
    shops = {row["shop_id"] for row in rows}
    found = dict(known or {})
    found.update(setups(shops - found.keys()) if shops - found.keys() else {})
    reading = _Reading(rows, {shop: found[shop] for shop in shops}, now)
    return {row["pk"]: reading.case(row) for row in rows}


def _buyer_id(row: Row) -> int | None:
    buyer_id: int | None = row["buyer_id"] or row["order__buyer_id"] or row["cart__buyer_id"]
    return buyer_id


def _homeless(row: Row) -> int:
    """The buyer of a message that no order says a place of; 0 where one does."""
    return 0 if row["order_id"] else _buyer_id(row) or 0


class _Reading:
    """What was read of one group, and how it becomes cases."""

    def __init__(self, rows: Sequence[Row], known: Mapping[int, Setup], now: datetime) -> None:
        self.now, self.setups = now, known
        shops = known.keys()
        orders = {row["order_id"] for row in rows if row["order_id"]}
        buyers = {pk for row in rows if (pk := _buyer_id(row))}
        journeys = [journey for row in rows if (journey := self._journey(row))]
        self.parcels = _parcels(shops, orders)
        self.lines = _lines(shops, orders)
        told = Buyer.objects.filter(shop_id__in=shops, pk__among=list(buyers)).values(*_BUYER)
        self.buyers = {row["pk"]: row for row in told}
        answered = {back.address_id for row in rows if (back := Back.of(row["facts"]))}
        self.people: People = people(shops, buyers, answered, known, now)
        self.happenings = _happenings(shops, orders, {row["cart_id"] for row in rows if row["cart_id"]})
        self.sent: Mapping[int, Sequence[Sent]] = sent_before(journeys, known, buyers, now)
        self.customs = values.customs(journeys, shops, buyers)
        self.homes = homes(shops, {pk for row in rows if (pk := _homeless(row))})

    def _journey(self, row: Row) -> Journey | None:
        return self.setups[row["shop_id"]].library.by_key.get(row["journey"])

    def case(self, row: Row) -> Case:
        """The case of one message."""
        setup, journey = self.setups[row["shop_id"]], self._journey(row)
        of_order = self.parcels.get(row["order_id"], [])
        parcel = next((p for p in of_order if p["pk"] == row["shipment_id"]), None)
        buyer = self.buyers.get(_buyer_id(row) or 0)
        zone, country = self.homes.get(_homeless(row), (row["order__timezone"], row["order__country"]))
        reader = reader_of(zone or "", country or setup.brand.country, setup.brand.timezone)
        reaches, destinations = self._reach(row, journey, setup, buyer)
        return Case(
            message_id=row["pk"],
            shop_id=row["shop_id"],
            key=row["journey"],
            journey=journey,
            setup=setup,
            facts=self._facts(row, parcel, reaches, reader),
            destinations=destinations,
            row=row,
            buyer=buyer,
            parcel=parcel,
            parcels=of_order,
            lines=self.lines.get(row["order_id"], []),
            reader=reader,
        )

    def _reach(
        self, row: Row, journey: Journey | None, setup: Setup, buyer: Row | None
    ) -> tuple[dict[str, Reach], dict[str, Destination]]:
        if journey is None:
            return {}, {}
        language = buyer["language"] if buyer else ""
        whom = Whom(row["shop_id"], _buyer_id(row), language, Back.of(row["facts"]), self.now)
        return reach_of(whom, journey, setup, self.people)

    def _facts(self, row: Row, parcel: Row | None, reaches: Mapping[str, Reach], reader: Reader) -> Facts:
        setup, buyer_id = self.setups[row["shop_id"]], _buyer_id(row)
        return Facts(
            now=self.now,
            happened_at=row["happened_at"],
            due_at=row["due_at"],
            expires_at=row["expires_at"],
            cancelled_at=row["cart__ended_at"] if row["cart_id"] else row["order__cancelled_at"],
            leg=Leg(parcel["leg"]) if parcel else None,
            status=Status(parcel["status"]) if parcel else None,
            late=_late(parcel) if parcel else None,
            stalled=parcel["silent"] == "stalled" if parcel else None,
            told_on=parcel["outlook__told_on"] if parcel else None,
            milestones=self._milestones(row, parcel),
            values=self._values(row, parcel),
            country=reader.country,
            zones=reader.zones,
            person=self._person(buyer_id),
            reach=reaches,
            sent=tuple(sent.before for sent in self.sent.get(buyer_id or 0, ()) if sent.pk != row["pk"]),
            step=row["step"],
            seed=row["pk"],
            quiet=setup.manners.quiet,
        )

    def _milestones(self, row: Row, parcel: Row | None) -> tuple[Reached, ...]:
        """Of the parcel, or of all the order's outbound ones; and what else was told of order or cart."""
        out = values.outbound(self.parcels.get(row["order_id"], []))
        found = list(_reached([parcel] if parcel else out))
        if out and all(p["delivered_at"] for p in out):
            found.append(Reached(Milestone.ALL_DELIVERED.value, max(p["delivered_at"] for p in out)))
        if row["order__packed_at"]:
            found.append(Reached(Milestone.PACKED.value, row["order__packed_at"]))
        found += self.happenings.get(("order", row["order_id"]), [])
        return tuple(found + self.happenings.get(("cart", row["cart_id"]), []))

    def _values(self, row: Row, parcel: Row | None) -> dict[str, Any]:
        setup, buyer_id = self.setups[row["shop_id"]], _buyer_id(row)
        told = {**(row["campaign__values"] or {}), **row["facts"]}
        found: dict[str, Any] = {f"event.{name}": value for name, value in told.items()}
        found["shop.country"] = setup.brand.country
        if row["order_id"]:
            lines, of_order = self.lines.get(row["order_id"], []), self.parcels.get(row["order_id"], [])
            found |= values.of_order(row, lines, of_order, setup.brand.country, self.now)
        found |= values.of_parcel(parcel) if parcel else {}
        found |= values.of_cart(row) if row["cart_id"] else {}
        found |= values.of_customer(self.buyers.get(buyer_id or 0), self.customs.get(buyer_id or 0), self.now)
        return found

    def _person(self, buyer_id: int | None) -> str:
        """What hold-outs are drawn by: the person's first address, so that another order is the same one."""
        places = self.people.places_of(buyer_id)
        of_address = (place.digest for place in places if place.kind is not AddressKind.BUYER)
        return next(of_address, places[0].digest if places else "")


def _late(parcel: Row) -> bool:
    """Whether it misses the promised day: as its outlook sees it, else as its carrier says."""
    promised, shown = parcel["outlook__promised_on"], parcel["outlook__shown_on"]
    return bool(shown > promised if promised and shown else parcel["late"])


def _parcels(shops: Collection[int], orders: Collection[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in (
        Shipment.objects
        .filter(shop_id__in=shops, order__id__among=list(orders))
        .order_by("pk")
        .values(*_PARCEL)
    ):
        found[row["order_id"]].append(row)
    return dict(found)


def _lines(shops: Collection[int], orders: Collection[int]) -> dict[int, list[OrderLine]]:
    found: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(shop_id__in=shops, order__id__among=list(orders)).order_by(
        "position"
    ):
        found[line.order_id].append(line)
    return dict(found)


def _happenings(
    shops: Collection[int], orders: Collection[int], carts: Collection[int]
) -> dict[tuple[str, int], list[Reached]]:
    found: dict[tuple[str, int], list[Reached]] = defaultdict(list)
    rows = HappeningRow.objects.filter(shop_id__in=shops)
    rows = rows.filter(order__id__among=list(orders)) | rows.filter(cart__id__among=list(carts))
    for order_id, cart_id, name, at in rows.values_list("order_id", "cart_id", "name", "at"):
        found["order" if order_id else "cart", order_id or cart_id].append(Reached(name, at))
    return dict(found)


def _reached(parcels: Iterable[Row]) -> Iterable[Reached]:
    return (Reached(name, at) for parcel in parcels for name, _, at in reached(parcel["milestones"]))
