"""Look at parcels under way: what is to be expected of each now, what that changes, and who must hear of it.

Everything is read, decided and written for a whole batch, in a constant number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from wismo.plumbing import bulk
from wismo.plumbing.events import Event, announce
from wismo.promise.actions.held import Held, hold
from wismo.promise.actions.passages import keep_passages, skus_of
from wismo.promise.actions.settling import settle
from wismo.promise.events import PromiseChanged, PromiseMissed
from wismo.promise.models import Outlook, Place, Promise
from wismo.promise.queries.trust import trusts
from wismo.promise.quoting import Quoter
from wismo.promise.rules import lanes
from wismo.promise.rules.passing import news_of, stopped_by
from wismo.promise.rules.revising import View, tells, trust_of
from wismo.promise.rules.risk import CERTAIN
from wismo.promise.rules.travelling import Sent, Told, see, sent_of
from wismo.promise.serving import quoter_of
from wismo.tracking.models import ScanRecord
from wismo.vocabulary.status import Leg, Status

_NAMES = (
    *("shown_on", "told_on", "likely_on", "carrier_on", "risk", "reasons"),
    *("excepted_at", "looked_at", "seen_scan_at", "open"),
)
_CLOSED = ("excepted_at", "looked_at", "seen_scan_at", "open")
_ROW = ("shop", "shipment", "promised_on", *_NAMES)
_LEDGER = (
    *("shop", "key", "order", "shipment", "place", "shown_at", "asked_at", "earliest", "latest"),
    *("level", "rung", "sample", "reasons", "warehouse", "carrier", "service", "country", "area"),
    *("plan_version", "learning_id", "calendar_version", "first"),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A parcel, and what is to be thought of it."""

    parcel: Held
    sent: Sent
    view: View
    today: date  # where it goes
    told_on: date | None  # the later day that shoppers have been told of, this look included
    told_now: bool  # and it is we who tell them

    @property
    def moved(self) -> bool:
        """Whether the day that is shown has changed."""
        before = self.parcel.shown_on if self.parcel.outlook_id else self.parcel.promised_on
        return before != self.view.shown_on

    @property
    def missed(self) -> bool:
        """Whether its promised day has gone by since it was last looked at."""
        return self.view.risk == CERTAIN and self.parcel.risk != CERTAIN and not self.parcel.arrived_on


@transaction.atomic
def look(shipment_ids: Collection[int], now: datetime, *, slipped: Collection[int] = ()) -> int:
    """Bring passages, outlooks and ledger up to these parcels as they are; how many were looked at.

    `slipped` are those that were just seen to miss the promise: shoppers hear of that by the milestone.
    """
    held = hold(sorted(shipment_ids)) if shipment_ids else []
    if not held:
        return 0
    quoters = {shop_id: quoter_of(shop_id, now) for shop_id in {parcel.shop_id for parcel in held}}
    before = {parcel.id: (parcel.arrived_on, parcel.ended_on) for parcel in held}
    sent = _sent(held, quoters)
    keep_passages([(parcel, sent[parcel.id]) for parcel in held])
    seen = list(_looked([p for p in held if not p.ended], sent, now, frozenset(slipped)))
    _save(seen, quoters, now)
    _close([p for p in held if p.ended and p.outlook_id], now)
    settle([
        parcel
        for parcel in held
        if before[parcel.id] != (end := (parcel.arrived_on, parcel.ended_on)) and any(end)
    ])
    announce(_news(seen, now))
    return len(held)


def _sent(held: Sequence[Held], quoters: dict[int, Quoter]) -> dict[int, Sent]:
    # What is in a parcel matters only where the plan knows classes of goods.
    asked = [parcel for parcel in held if quoters[parcel.shop_id].plan.classes]
    skus = skus_of(asked)
    alike: dict[tuple[int, Told], Sent] = {}
    found = {}
    for parcel in held:
        told = Told(
            # When its clock started is settled once: after that, parcels of any hour are alike.
            placed_at=None if parcel.ready_on else parcel.placed_at,
            warehouse=parcel.warehouse,
            carrier=parcel.carrier,
            service=parcel.service,
            country=parcel.country,
            region=parcel.region,
            postcode=parcel.postcode,
            skus=skus.get(parcel.id, ()),
        )
        sent = alike.get((parcel.shop_id, told)) or sent_of(quoters[parcel.shop_id], told)
        found[parcel.id] = alike[parcel.shop_id, told] = sent
    return found


def _looked(
    held: Sequence[Held], sent: dict[int, Sent], now: datetime, slipped: frozenset[int]
) -> Iterator[_Seen]:
    named = _carriers_days([parcel.id for parcel in held if parcel.eta])
    trust = trusts({parcel.shop_id for parcel in held if parcel.eta}, now)
    for parcel in held:
        today = now.astimezone(parcel.zone).date()
        found = sent[parcel.id]
        travel = found.travel(
            parcel.promised_on,
            parcel.ready_on or today,
            parcel.handed_on,
            trust_of(*trust.get((parcel.shop_id, parcel.carrier), (0, 0))),
        )
        news = news_of(parcel.reached, named.get(parcel.id, ()), parcel.zone)
        stopped = stopped_by(Status(parcel.status), Leg(parcel.leg))
        view = see(travel, news, today, stopped=stopped)
        # A parcel that is new to us has its scans still to come: nothing is told at the first look.
        later = tells(view, parcel.told_on, parcel.promised_on) if parcel.outlook_id else None
        by_milestone = parcel.id in slipped
        told_on = later or parcel.told_on or (_by_milestone(parcel, view) if by_milestone else None)
        yield _Seen(parcel, found, view, today, told_on, later is not None and not by_milestone)


def _by_milestone(parcel: Held, view: View) -> date | None:
    """The day that the milestone's message tells; where it has none, that the promise is off."""
    days = [day for day in (parcel.promised_on, view.shown_on) if day]
    return max(days) if parcel.promised_on else None


def _carriers_days(ids: Sequence[int]) -> dict[int | None, list[tuple[datetime, date]]]:
    """Each day the carrier named of these parcels, and when."""
    found: dict[int | None, list[tuple[datetime, date]]] = defaultdict(list)
    if ids:
        rows = ScanRecord.objects.filter(shipment__id__among=ids, eta__isnull=False)
        for shipment_id, at, eta in rows.values_list("shipment_id", "at", "eta"):
            if eta:
                found[shipment_id].append((at, eta))
    return found


def _save(seen: Sequence[_Seen], quoters: dict[int, Quoter], now: datetime) -> None:
    rows = [(each, _row(each, now)) for each in seen]
    new = [
        (each.parcel.shop_id, each.parcel.id, each.parcel.promised_on, *row)
        for each, row in rows
        if each.parcel.outlook_id is None
    ]
    bulk.insert_new(Outlook, _ROW, new)
    kept = [(each.parcel.outlook_id, *row) for each, row in rows if each.parcel.outlook_id is not None]
    bulk.update_rows(Outlook, _NAMES, kept)
    shown = [
        _shown(each, quoters[each.parcel.shop_id], now) for each in seen if each.moved and each.view.shown_on
    ]
    bulk.insert_new(Promise, _LEDGER, shown)


def _row(each: _Seen, now: datetime) -> tuple[object, ...]:
    parcel, view = each.parcel, each.view
    over = parcel.arrived_on is not None or parcel.ended_on is not None
    return (
        *(view.shown_on, each.told_on, view.likely_on, view.carrier_on),
        # Once it is at the door, the risk stays what was thought of it before.
        *(parcel.risk if over else view.risk, _plain(view)),
        *(parcel.moments.excepted_at, now, parcel.last_scan_at, not over),
    )


def _close(ended: Sequence[Held], now: datetime) -> None:
    """Of what has ended nothing is expected any more: all stays as it was last seen."""
    rows = [(p.outlook_id, p.moments.excepted_at, now, p.last_scan_at, False) for p in ended]
    bulk.update_rows(Outlook, _CLOSED, rows)


def _shown(each: _Seen, quoter: Quoter, now: datetime) -> tuple[object, ...]:
    """The row of the ledger for a day that is shown from now on; the same on the same day is one."""
    parcel, way, day = each.parcel, each.sent.way, each.view.shown_on
    choice = each.sent.transit
    return (
        *(parcel.shop_id, f"p{parcel.id}.{day:%y%m%d}.{each.today:%y%m%d}", parcel.order_id, parcel.id),
        *(Place.PAGE, now, parcel.placed_at, day, day, quoter.plan.level),
        *(each.sent.rung, choice.clock.sample if choice else 0, _plain(each.view)),
        *(way.warehouse, way.carrier, way.service, way.country),
        lanes.area(way.country, way.region, way.postcode)[:16],
        *(quoter.plan_version, quoter.tables.learning_id, quoter.calendar_version, False),
    )


def _plain(view: View) -> list[dict[str, object]]:
    """The reasons as JSON keeps them."""
    return [
        {
            "code": why.code,
            "facts": {n: v.isoformat() if isinstance(v, date) else v for n, v in why.facts.items()},
        }
        for why in view.reasons
    ]


def _news(seen: Sequence[_Seen], now: datetime) -> Iterator[Event]:
    for each in seen:
        parcel, shown = each.parcel, each.view.shown_on
        about = {"shop_id": parcel.shop_id, "order_id": parcel.order_id, "shipment_id": parcel.id}
        if each.told_now and shown and parcel.promised_on:
            yield PromiseChanged(
                **about,
                at=now,
                was=parcel.told_on or parcel.promised_on,
                now=shown,
                by="carrier" if shown == each.view.carrier_on else "forecast",
            )
        if each.missed and parcel.over_at and parcel.promised_on:
            yield PromiseMissed(**about, at=parcel.over_at, promised_on=parcel.promised_on)
