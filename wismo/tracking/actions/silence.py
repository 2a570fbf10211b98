"""Look at open parcels when they are due, and note which have been quiet for too long.

Each parcel carries the time of its next look, so a sweep reads only what is due, however many are under way.
What clears a silence is the fold, with the next scan; a look clears one that is none any more.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from wismo.plumbing import bulk
from wismo.plumbing.events import announce
from wismo.tracking.events import MilestoneReached
from wismo.tracking.models import Shipment
from wismo.tracking.queries.silence import answered, feeds, learned
from wismo.tracking.rules.silence import (
    Feed,
    Lane,
    Limit,
    Parcel,
    Silence,
    Verdict,
    episode_of,
    limit_of,
    pack_limit,
    verdict_on,
)
from wismo.tracking.rules.summary import micros, pack_reached, unpack_reached
from wismo.vocabulary.calendar import WorkingTime, zone_of
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status

BATCH = 500
SECONDS = 2.0  # of one sweep
_READ = (
    *("pk", "shop_id", "order_id", "carrier", "status", "leg", "silent", "milestones", "retracted"),
    *("shipped_at", "created_at", "last_scan_at", "shop__country", "order__country", "order__timezone"),
    "order__cancelled_at",
)
_WRITTEN = ("silent", "silent_since", "silent_limit", "silence_due", "milestones")


@dataclass(slots=True)
class _Held:
    """A parcel as read under its row's lock."""

    id: int
    shop_id: int
    order_id: int
    carrier: str
    status: str
    leg: str
    silent: str
    milestones: str
    retracted: str
    shipped_at: datetime | None
    created_at: datetime
    last_scan_at: datetime | None
    origin: str
    destination: str
    timezone: str
    cancelled_at: datetime | None

    @property
    def lane(self) -> Lane:
        return Lane(self.carrier, self.origin, self.destination)

    @property
    def clock(self) -> WorkingTime:
        return WorkingTime(zone_of(self.timezone) or UTC, self.destination)

    def parcel(self, *, is_answered: bool, feed: Feed | None) -> Parcel:
        return Parcel(
            Status(self.status),
            Leg(self.leg),
            cancelled=self.cancelled_at is not None,
            registered_at=self.shipped_at or self.created_at,
            last_scan_at=self.last_scan_at,
            answered=is_answered,
            feed=feed,
        )


def notice(now: datetime) -> int:
    """Look at the parcels that are due, as far as time allows; how many have fallen silent."""
    due = Shipment.objects.filter(ended=False, silence_due__lte=now).order_by("silence_due")
    began, found = time.monotonic(), 0
    while ids := list(due.values_list("pk", flat=True)[:BATCH]):
        found += _look(ids, now)
        if len(ids) < BATCH or time.monotonic() - began > SECONDS:
            break
    return found


@transaction.atomic
def _look(ids: Sequence[int], now: datetime) -> int:
    """Judge these parcels, those that are still due; a constant number of statements."""
    held = _hold(ids, now)
    verdicts = _verdicts(held, now)
    fell = [s for s, v in zip(held, verdicts, strict=True) if v.silence and v.silence != s.silent]
    rows, events = [], []
    for shipment, verdict in zip(held, verdicts, strict=True):
        reached = shipment.milestones
        if verdict.silence is Silence.STALLED:
            reached, event = _tell(shipment, verdict)
            events += event
        rows.append(_row(shipment, verdict, reached))
    bulk.update_rows(Shipment, _WRITTEN, rows)
    announce(events)
    return len(fell)


def _hold(ids: Sequence[int], now: datetime) -> list[_Held]:
    # By id and without the key, as the fold locks them: nobody waits crosswise.
    rows = Shipment.objects.filter(pk__in=ids, ended=False, silence_due__lte=now)
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return [_Held(*row) for row in locked.values_list(*_READ)]


def _verdicts(held: Sequence[_Held], now: datetime) -> list[Verdict]:
    shops, carriers = {s.shop_id for s in held}, {s.carrier for s in held}
    lanes, spoken = learned(shops, carriers), feeds(shops, carriers, now)
    asked = answered(shops, [s.id for s in held], now)
    limits: dict[tuple[int, Lane], Limit] = {}
    for s in held:
        if (s.shop_id, s.lane) not in limits:
            limits[s.shop_id, s.lane] = limit_of(s.lane, lanes.get(s.shop_id, {}))
    return [
        verdict_on(
            s.parcel(is_answered=s.id in asked, feed=spoken.get((s.shop_id, s.carrier))),
            limits[s.shop_id, s.lane],
            s.clock,
            now,
        )
        for s in held
    ]


def _tell(shipment: _Held, verdict: Verdict) -> tuple[str, list[MilestoneReached]]:
    """The parcel's milestones with this stall, and the event that tells of it if none has."""
    key = episode_of(verdict.since, shipment.clock)
    told = unpack_reached(shipment.milestones)
    if key in told or key in shipment.retracted.split():
        return shipment.milestones, []
    event = MilestoneReached(
        shop_id=shipment.shop_id,
        at=verdict.crossed_at,
        order_id=shipment.order_id,
        shipment_id=shipment.id,
        milestone=Milestone.STALLED.value,
        episode=key.partition("@")[2],
    )
    return pack_reached({**told, key: micros(verdict.crossed_at)}), [event]


def _row(shipment: _Held, verdict: Verdict, milestones: str) -> tuple[object, ...]:
    silent = verdict.silence
    limit = pack_limit(verdict.limit) if silent else ""
    since = verdict.since if silent else None
    return (shipment.id, silent.value if silent else "", since, limit, verdict.again_at, milestones)
