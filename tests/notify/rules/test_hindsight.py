"""What was known of a parcel in the past."""

from datetime import UTC, datetime, timedelta

import pytest

from wismo.notify.rules.hindsight import Known, situation
from wismo.vocabulary.status import Leg, Status

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def known(milestone: str, at: datetime, *, told: timedelta = timedelta(), episode: str = "") -> Known:
    """A milestone, told so long after it was reached."""
    return Known(milestone, episode, at, at + told)


WAY = (known("picked_up", NOON - 9 * HOUR), known("delivered", NOON, told=3 * HOUR))


def test_a_delivery_counts_from_when_it_was_told_and_not_from_when_it_was_made() -> None:
    before, after = (situation(WAY, Leg.FORWARD, NOON + n * HOUR) for n in (2, 3))
    assert (before.status, before.delivered_at) == (Status.PICKED_UP, None)
    assert (after.status, after.delivered_at) == (Status.DELIVERED, NOON)


def test_a_parcel_that_was_turned_round_is_on_its_way_back_and_never_delivered() -> None:
    turned = (*WAY[:1], known("return_started", NOON - HOUR), known("delivered", NOON))
    found = situation(turned, Leg.FORWARD, NOON)
    assert (found.leg, found.delivered_at) == (Leg.RTO, None)


def test_a_parcel_is_stalled_until_the_next_is_heard_of_it() -> None:
    silent = (*WAY[:1], known("stalled", NOON, episode="2026-11-20"))
    assert situation(silent, Leg.FORWARD, NOON).stalled
    assert not situation((*silent, known("in_transit", NOON + HOUR)), Leg.FORWARD, NOON + HOUR).stalled


@pytest.mark.parametrize("episode", ["lost", "damaged", "held"])
def test_an_exception_is_the_status_it_names(episode: str) -> None:
    told = (*WAY[:1], known("exception", NOON, episode=episode))
    assert situation(told, Leg.FORWARD, NOON).status == episode
