"""The stored past of a shop's orders, as far as messages hang on it. In chunks: memory stays flat."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from wismo.notify.models import ChannelAccount, HappeningRow
from wismo.notify.rules.hindsight import Known
from wismo.orders.models import Buyer, Order, OrderLine
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.queries.milestones import reached
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone

CHUNK = 1000  # orders
LONG = timedelta(days=60)  # an order placed so long before the days that are tried may still be under way
# A scan that came this long after it was made was imported, not late: it is taken as told at once.
IMPORTED = timedelta(days=4)
_ORDER = (
    *("pk", "shop_id", "buyer_id", "number", "placed_at", "currency", "total_minor", "country", "postcode"),
    *("city", "timezone", "tags", "cash_on_delivery", "packed_at", "promised_on", "cancelled_at"),
)
_PARCEL = (
    *("pk", "order_id", "base_leg", "reason", "milestones", "carrier", "attempts", "pieces", "created_at"),
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PastParcel:
    """A parcel and its milestones, in the order they were reached."""

    row: Row
    known: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """One order: what it is, and what became known of it, and when."""

    order: Row  # its columns as order__…
    buyer: Row = field(repr=False)
    parcels: tuple[PastParcel, ...]
    lines: tuple[OrderLine, ...]
    known: tuple[Known, ...]  # of the order itself: placed, packed, cancelled, what was told of it


def orders_between(shop_id: int, since: datetime, until: datetime) -> int:
    """How many orders there are to look at."""
    return _orders(shop_id, since, until).count()


def pasts(shop_id: int, since: datetime, until: datetime) -> Iterator[list[Past]]:
    """The past of every order that may have had a message in these days, a chunk at a time."""
    last = 0
    while True:
        rows = _orders(shop_id, since, until).filter(pk__gt=last).order_by("pk").values(*_ORDER)[:CHUNK]
        found = list(rows)
        if not found:
            return
        last = found[-1]["pk"]
        yield _pasts(shop_id, found)


def _orders(shop_id: int, since: datetime, until: datetime) -> QuerySet[Order]:
    return Order.objects.filter(shop_id=shop_id, placed_at__gte=since - LONG, placed_at__lt=until)


def _pasts(shop_id: int, rows: Sequence[Row]) -> list[Past]:
    """Five queries a chunk."""
    ids = [row["pk"] for row in rows]
    buyers = Buyer.objects.filter(shop_id=shop_id, pk__among=[row["buyer_id"] for row in rows])
    people = {row["pk"]: row for row in buyers.values("pk", "name", "language", "tags")}
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(shop_id=shop_id, order__id__among=ids).order_by("position"):
        lines[line.order_id].append(line)
    parcels, told = _parcels(ids), _happenings(shop_id, ids)
    return [
        Past(
            order={f"order__{name}": value for name, value in row.items()},
            buyer=people[row["buyer_id"]],
            parcels=tuple(parcels[row["pk"]]),
            lines=tuple(lines[row["pk"]]),
            known=tuple(sorted((*_of_order(row), *told[row["pk"]]), key=lambda known: known.at)),
        )
        for row in rows
    ]


def _of_order(row: Row) -> Iterator[Known]:
    named = {
        Milestone.ORDER_CONFIRMED.value: row["placed_at"],
        Milestone.PACKED.value: row["packed_at"],
        Happening.ORDER_CANCELLED.value: row["cancelled_at"],
    }
    return (Known(name, "", at, at) for name, at in named.items() if at is not None)


def _happenings(shop_id: int, ids: Sequence[int]) -> dict[int, list[Known]]:
    found: dict[int, list[Known]] = defaultdict(list)
    rows = HappeningRow.objects.filter(shop_id=shop_id, order__id__among=ids)
    for order_id, name, episode, at in rows.values_list("order_id", "name", "episode", "at"):
        if order_id is not None and name != Happening.ORDER_CANCELLED:  # that one the order itself tells
            found[order_id].append(Known(name, episode, at, at))
    return found


def _parcels(ids: Sequence[int]) -> dict[int, list[PastParcel]]:
    # The orders are the shop's own. Asked by shop too, SQLite would read all of its parcels, and all of its
    # scans below, again for every chunk.
    rows = sorted(Shipment.objects.filter(order__id__among=ids).values(*_PARCEL), key=lambda row: row["pk"])
    heard = _heard([row["pk"] for row in rows])
    found: dict[int, list[PastParcel]] = defaultdict(list)
    for row in rows:
        told = reached(row["milestones"])
        known = [Known(name, episode, at, _known_at(heard, row["pk"], at)) for name, episode, at in told]
        found[row["order_id"]].append(PastParcel(row, tuple(known)))
    return found


def _heard(parcels: Sequence[int]) -> dict[tuple[int, datetime], datetime]:
    """When each scan first came in, by its parcel and the time it was made."""
    scans = ScanRecord.objects.filter(shipment__id__among=parcels)
    found: dict[tuple[int, datetime], datetime] = {}
    for parcel, at, received_at in scans.values_list("shipment_id", "at", "received_at").iterator(
        chunk_size=5000
    ):
        key = (parcel or 0, at)
        if key not in found or received_at < found[key]:
            found[key] = received_at
    return found


def _known_at(heard: Mapping[tuple[int, datetime], datetime], parcel: int, at: datetime) -> datetime:
    received_at = heard.get((parcel, at), at)
    return max(at, received_at) if received_at - at < IMPORTED else at


def prices_of(shop_id: int) -> dict[str, tuple[int, str]]:
    """What a message costs by provider, in millionths of the currency's unit, where the shop said so."""
    rows = ChannelAccount.objects.filter(shop_id=shop_id, price_micros__isnull=False)
    return {
        provider: (price, currency)
        for provider, price, currency in rows.values_list("provider", "price_micros", "currency")
        if price is not None
    }
