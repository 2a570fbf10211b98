"""Bring shipments up to the scans they have: state, milestones, lateness. The one place that writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from django.db.models import QuerySet

from wismo.plumbing import bulk
from wismo.plumbing.events import announce
from wismo.tracking.events import MilestoneReached
from wismo.tracking.models import Shipment
from wismo.tracking.rules.state import State, day_over, is_late, is_overdue, state_of
from wismo.tracking.rules.summary import Summary, pack_summary, unpack_summary
from wismo.vocabulary.calendar import zone_of
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg

_READ = (
    "pk",
    "shop_id",
    "order_id",
    "carrier",
    "tracking_number",
    "reference",
    "base_leg",
    "milestones",
    "retracted",
    "last_scan_at",
    "summary",
    "order__promised_on",
    "order__timezone",
)
_WRITTEN = (
    "status",
    "leg",
    "reason",
    "status_at",
    "eta",
    "late",
    "last_scan_at",
    "delivered_at",
    "ended",
    "attempts",
    "milestones",
    "retracted",
    "summary",
)


@dataclass(slots=True)
class Held:
    """A shipment as read under its row's lock."""

    id: int
    shop_id: int
    order_id: int
    carrier: str
    tracking_number: str
    reference: str
    base_leg: str
    milestones: dict[str, str]
    retracted: str
    last_scan_at: datetime | None
    summary: str
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


def fold(held: Sequence[tuple[Held, Summary]], now: datetime, *, overdue: bool = False) -> None:
    """Merge new summaries into their shipments, save, and announce what was reached for the first time.

    `overdue` says that the promised day of all of them is known to have gone by.
    """
    rows, events = [], []
    for shipment, news in held:
        row, reached = _advance(shipment, news, now, overdue=overdue)
        rows.append(row)
        events += reached
    bulk.update_rows(Shipment, _WRITTEN, rows)
    announce(events)


def _advance(
    shipment: Held, news: Summary, now: datetime, *, overdue: bool
) -> tuple[Sequence[Any], list[MilestoneReached]]:
    summary = unpack_summary(shipment.summary).merge(news)
    state = state_of(summary, base_leg=Leg(shipment.base_leg), promised_on=shipment.promised_on)
    zone = shipment.zone
    # A day that went by is told once, by the sweep; from then on it stays so until the parcel ends.
    if overdue or Milestone.DELAYED in shipment.milestones:
        overdue = is_overdue(shipment.promised_on, zone, now, ended=state.ended, leg=state.leg)
    late = overdue or is_late(state, shipment.promised_on, zone)
    milestones = _milestones(shipment, state, now, overdue=overdue)
    told = {*shipment.milestones, *shipment.retracted.split()}
    fresh = [key for key in milestones if key not in told]
    events = [_event(shipment, key, milestones[key]) for key in fresh]
    row = (
        shipment.id,
        state.status.value,
        state.leg.value,
        state.reason.value if state.reason else "",
        state.status_at,
        state.eta,
        late,
        state.last_scan_at,
        state.delivered_at,
        state.ended,
        state.attempts,
        {key: at.isoformat() for key, at in milestones.items()},
        " ".join(sorted(told - milestones.keys())),
        pack_summary(summary),
    )
    return row, events


def _milestones(shipment: Held, state: State, now: datetime, *, overdue: bool) -> dict[str, datetime]:
    """The fold's milestones, and those that no scan tells: the parcel was registered, its day went by."""
    told = {key: datetime.fromisoformat(at) for key, at in shipment.milestones.items()}
    untold: dict[str, datetime] = {Milestone.SHIPMENT_CREATED: told.get(Milestone.SHIPMENT_CREATED, now)}
    if Milestone.DELAYED in told:
        untold[Milestone.DELAYED] = told[Milestone.DELAYED]
    elif overdue and shipment.promised_on:
        # Not now: a day that went by a year ago is no news, and an import must not make it any.
        untold[Milestone.DELAYED] = day_over(shipment.promised_on, shipment.zone)
    return {**untold, **state.milestones}


def _event(shipment: Held, key: str, at: datetime) -> MilestoneReached:
    milestone, _, episode = key.partition("@")
    return MilestoneReached(
        shop_id=shipment.shop_id,
        at=at,
        order_id=shipment.order_id,
        shipment_id=shipment.id,
        milestone=milestone,
        episode=episode,
    )
