"""Bring shipments up to the scans they have: state, milestones, lateness. The one place that writes them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from django.db.models import QuerySet

from wismo.plumbing import bulk
from wismo.plumbing.events import announce
from wismo.tracking.actions.enrol import look_again
from wismo.tracking.events import CarrierDayNamed, MilestoneReached
from wismo.tracking.models import NumberRole, ScanRecord, Shipment, ShipmentNumber
from wismo.tracking.queries.scans import scan_of
from wismo.tracking.rules.matching import Parcel
from wismo.tracking.rules.state import State, day_over, is_late, is_overdue, state_of
from wismo.tracking.rules.summary import (
    Summary,
    instant,
    micros,
    of_pieces,
    pack_reached,
    pack_summary,
    summary_of,
    unpack_reached,
    unpack_summary,
)
from wismo.vocabulary.calendar import zone_of
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Scan

_READ = (
    "pk",
    "shop_id",
    "order_id",
    "carrier",
    "tracking_number",
    "reference",
    "opened",
    "pieces",
    "handovers",
    "base_leg",
    "milestones",
    "retracted",
    "summary",
    "late",
    "ended",
    "silent",
    "silent_since",
    "order__promised_on",
    "order__timezone",
)
_WRITTEN = (
    "status",
    "leg",
    "reason",
    "status_at",
    "eta",
    "last_scan_at",
    "attempts",
    "milestones",
    "retracted",
    "summary",
)
# These stand in indexes, which SQLite writes anew with every row that sets them, to whatever value.
_INDEXED = ("late", "ended", "delivered_at", "silent")

_NOTHING = Summary()
_CREATED, _DELAYED = Milestone.SHIPMENT_CREATED.value, Milestone.DELAYED.value
_STALLED = f"{Milestone.STALLED}@"
_ON_THE_WAY = frozenset({Milestone.IN_TRANSIT.value, Milestone.CUSTOMS.value})


@dataclass(slots=True)
class Held:
    """A shipment as read under its row's lock."""

    id: int
    shop_id: int
    order_id: int
    carrier: str
    tracking_number: str
    reference: str
    opened: int
    pieces: int
    handovers: int
    base_leg: str
    milestones: str
    retracted: str
    summary: str
    late: bool
    ended: bool
    silent: str
    silent_since: datetime | None
    promised_on: date | None
    timezone: str

    @property
    def zone(self) -> tzinfo:
        """The destination's; UTC where it is not known."""
        return zone_of(self.timezone) or UTC


def hold(rows: "QuerySet[Shipment]") -> list[Held]:
    """These shipments, locked until the transaction ends; by id, so that two workers never wait crosswise.

    Without the key: whoever adds a row that points to one of them need not wait, and cannot deadlock.
    """
    return [
        Held(*row)
        for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list(*_READ)
    ]


@dataclass(slots=True)
class OtherName:
    """A shipment under another of its numbers."""

    id: int
    opened: int
    carrier: str
    tracking_number: str
    reference: str = ""


def by_name(held: Sequence[Held]) -> dict[tuple[int, str], list[Parcel]]:
    """Shipments by shop and each name a scan may call them by: their numbers, and the shop's reference."""
    called: dict[tuple[int, str], list[Parcel]] = defaultdict(list)
    for shipment in held:
        for name in {shipment.tracking_number, shipment.reference}:
            called[shipment.shop_id, name].append(shipment)
    opened = {s.id: s.opened for s in held if s.pieces > 1 or s.handovers}
    if opened:
        rows = ShipmentNumber.objects.filter(shop_id__in={s.shop_id for s in held}, shipment_id__in=opened)
        for row in rows:
            other = OtherName(row.shipment_id, opened[row.shipment_id], row.carrier, row.tracking_number)
            called[row.shop_id, row.tracking_number].append(other)
    return called


def forget(shop_ids: Collection[int], parcels: Sequence[Held]) -> None:
    """Fold these parcels from nothing but the scans they have now, in place. What was announced stays so.

    A box counts once, whoever tells of it: the numbers of those who took over are weighed by themselves, and
    the shop's own reference stands for the first box.
    """
    roles = _roles(shop_ids, parcels)
    scans: dict[tuple[int, bool], dict[str, list[Scan]]] = defaultdict(lambda: defaultdict(list))
    rows = ScanRecord.objects.filter(shop_id__in=shop_ids, shipment_id__in=[parcel.id for parcel in parcels])
    for row in rows:
        home, number = row.shipment_id or 0, row.tracking_number
        role = roles.get((home, number))
        scans[home, role == NumberRole.HANDOVER][number if role else ""].append(scan_of(row))
    for parcel in parcels:
        own, taken_over = (
            of_pieces([summary_of(of_one, parcel.zone) for of_one in scans[parcel.id, which].values()],
                      parcel.pieces)
            for which in (False, True)
        )  # fmt: skip
        parcel.summary = pack_summary(own.merge(taken_over))


def _roles(shop_ids: Collection[int], parcels: Sequence[Held]) -> dict[tuple[int, str], str]:
    """By shipment and number, why shipments in pieces have the number; not their main ones."""
    main = {parcel.id: parcel.tracking_number for parcel in parcels if parcel.pieces > 1}
    if not main:
        return {}
    rows = ShipmentNumber.objects.filter(shop_id__in=shop_ids, shipment_id__in=main).order_by("role")
    told = rows.values_list("shipment_id", "tracking_number", "role")  # a piece comes last, and counts
    return {(pk, number): role for pk, number, role in told if number != main[pk]}


def fold(held: Sequence[tuple[Held, Summary]], now: datetime, *, overdue: bool = False) -> None:
    """Merge new summaries into their shipments, save, and announce what was reached for the first time.

    The scans of the summaries are kept by now. `overdue` says that the promised day of all the shipments is
    known to have gone by.
    """
    in_pieces = [shipment for shipment, _ in held if shipment.pieces > 1]
    if in_pieces:  # a piece that arrived is not the shipment: its pieces are weighed together, each time anew
        forget({shipment.shop_id for shipment in in_pieces}, in_pieces)
    steady, turned, revived, events = [], [], [], []
    named: list[CarrierDayNamed] = []
    for shipment, news in held:
        heard = news if shipment.pieces == 1 or not news.spans else _NOTHING
        row, indexed, reached = _advance(shipment, heard, now, overdue=overdue)
        if heard.eta and all(event.milestone in _ON_THE_WAY for event in reached):
            named += _named(shipment, heard)
        if indexed == (shipment.late, False, None, shipment.silent) and not shipment.ended:
            steady.append(row)
        else:
            turned.append((*row, *indexed))
        if shipment.ended and not indexed[1]:  # what ended was passed over by those who take up parcels
            revived.append((shipment.shop_id, shipment.id))
        events += reached
    bulk.update_rows(Shipment, _WRITTEN, steady)
    bulk.update_rows(Shipment, (*_WRITTEN, *_INDEXED), turned)
    look_again(revived)
    announce([*events, *named])


def _named(shipment: Held, news: Summary) -> list[CarrierDayNamed]:
    """That the carrier's day is another one than before, if it is, and the parcel still on its way."""
    before = unpack_summary(shipment.summary).eta
    if news.eta is None or shipment.ended or (before and (before[1] == news.eta[1] or before > news.eta)):
        return []
    at = instant(news.eta[0])
    return [CarrierDayNamed(shipment.shop_id, at, order_id=shipment.order_id, shipment_id=shipment.id)]


def _advance(
    shipment: Held, news: Summary, now: datetime, *, overdue: bool
) -> tuple[Sequence[Any], Sequence[Any], list[MilestoneReached]]:
    """What to write of the shipment, what of it stands in indexes, and what was reached."""
    summary = unpack_summary(shipment.summary).merge(news)
    state = state_of(summary, base_leg=Leg(shipment.base_leg), promised_on=shipment.promised_on)
    zone, told = shipment.zone, unpack_reached(shipment.milestones)
    # A day that went by is told once, by the sweep; from then on it stays so until the parcel ends.
    if overdue or Milestone.DELAYED in told:
        overdue = is_overdue(shipment.promised_on, zone, now, ended=state.ended, leg=state.leg)
    late = overdue or is_late(state, shipment.promised_on, zone)
    reached = {**_untold(shipment, told, now, overdue=overdue), **state.reached}
    heard = {*told, *shipment.retracted.split()} if shipment.retracted else told.keys()
    events = [_event(shipment, key, at) for key, at in reached.items() if key not in heard]
    row = (
        shipment.id,
        state.status.value,
        state.leg.value,
        state.reason.value if state.reason else "",
        state.status_at,
        state.eta,
        state.last_scan_at,
        state.attempts,
        pack_reached(reached),
        " ".join(sorted(heard - reached.keys())),
        pack_summary(summary),
    )
    silent = shipment.silent and _still_silent(shipment, state)
    return row, (late, state.ended, state.delivered_at, silent), events


def _still_silent(shipment: Held, state: State) -> str:
    """Its silence, until a scan that is newer than the last it was judged by."""
    spoken = state.last_scan_at and shipment.silent_since and state.last_scan_at > shipment.silent_since
    return "" if spoken or state.ended else shipment.silent


def _untold(shipment: Held, told: dict[str, int], now: datetime, *, overdue: bool) -> dict[str, int]:
    """The milestones that no scan tells: the parcel was registered, its day went by."""
    untold = {_CREATED: told.get(_CREATED) or micros(now)}
    if _DELAYED in told:
        untold[_DELAYED] = told[_DELAYED]
    elif overdue and shipment.promised_on:
        # Not now: a day that went by a year ago is no news, and an import must not make it any.
        untold[_DELAYED] = micros(day_over(shipment.promised_on, shipment.zone))
    if _STALLED in shipment.milestones:
        untold.update((key, at) for key, at in told.items() if key.startswith(_STALLED))
    return untold


def _event(shipment: Held, key: str, at: int) -> MilestoneReached:
    milestone, _, episode = key.partition("@")
    return MilestoneReached(
        shop_id=shipment.shop_id,
        at=instant(at),
        order_id=shipment.order_id,
        shipment_id=shipment.id,
        milestone=milestone,
        episode=episode,
    )
