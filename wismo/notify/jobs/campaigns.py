"""Running campaigns: buyers are walked through by id; who is meant and agreed is queued at the set pace."""

import time
from datetime import datetime

from wismo.notify.actions import campaigning
from wismo.notify.actions.campaigning import WAVE, Next
from wismo.notify.journey.model import JourneyError
from wismo.notify.queries.audience import Audience, buyers_after
from wismo.notify.queries.campaigns import Standing, halted, running

LONGEST = 5.0  # seconds of a run: the lane's other job sends what was queued


def run_campaigns(now: datetime) -> int:
    """Queue what is next of every campaign that runs, hold back or drop what waits of others; how many."""
    until = time.monotonic() + LONGEST
    done = sum(_halt(campaign_id, state, now) for campaign_id, state in halted())
    for standing in running(now):
        done += _run(standing, now, until)
    return done


def _halt(campaign_id: int, state: str, now: datetime) -> int:
    if state == "paused":
        return campaigning.hold_back(campaign_id, WAVE)
    return campaigning.drop(campaign_id, WAVE, now)


def _run(standing: Standing, now: datetime, until: float) -> int:
    """One campaign, as far as its pace lets it; how many were queued."""
    if not standing.pace.from_now(now).room(now):
        return 0
    try:
        audience = Audience(standing.shop_id, standing.plan, now)
    except LookupError:
        campaigning.halt(standing.id, f"there is no journey {standing.plan.journey} any more", now)
        return 0
    except JourneyError as error:
        campaigning.halt(standing.id, str(error), now)
        return 0
    done = campaigning.release(standing.id, audience.journey, now)
    place: int | None = standing.place
    while place is not None and time.monotonic() < until:
        queued, place = _on(standing, audience, place, now)
        done += queued
    return done


def _on(standing: Standing, audience: Audience, place: int, now: datetime) -> tuple[int, int | None]:
    """The next chunk of buyers: how many were queued, and where to go on; None where all is done for now."""
    ids = buyers_after(standing.shop_id, place)
    if not ids:
        campaigning.finish(standing.id, now)
        return 0, None
    meant = [one.buyer_id for one in audience.weigh(ids) if one.agreed]
    found = Next(audience.journey, meant, place, ids[-1])
    queued = campaigning.queue_next(standing.id, found, now)
    if queued is None or queued < len(meant):
        return queued or 0, None
    return queued, ids[-1]
