"""A scan of a day that is yet to come is not the last word on its parcel."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.carriers.payloads import delhivery_push
from tests.makers import NOW, a_scan
from wismo.plumbing.inbox import Payload
from wismo.tracking.jobs import parse
from wismo.tracking.rules.future import believed
from wismo.tracking.rules.state import state_of
from wismo.tracking.rules.summary import summary_of
from wismo.vocabulary.status import Status

DAY = timedelta(days=1)


def test_a_scan_from_the_far_future_does_not_hold_its_parcel_back() -> None:
    told = [a_scan(Status.IN_TRANSIT, NOW + 300 * DAY), a_scan(Status.DELIVERED, NOW)]
    assert state_of(summary_of(believed(told, NOW))).last_scan_at == NOW
    assert state_of(summary_of(believed(told, NOW))).status is Status.DELIVERED


def test_a_scan_from_the_far_future_is_kept_in_the_carriers_own_words() -> None:
    (scan,) = believed([a_scan(Status.DELIVERED, NOW + 3 * DAY)], NOW)
    assert (scan.occurred_at, scan.sort_at, scan.tz_source) == (None, None, "none")
    assert scan.status is Status.DELIVERED
    assert scan.occurred_raw == a_scan(Status.DELIVERED, NOW + 3 * DAY).occurred_raw


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=14), 2 * DAY, -400 * DAY])
def test_a_clock_that_is_wrong_by_hours_is_believed(ahead: timedelta) -> None:
    scan = a_scan(Status.DELIVERED, NOW + ahead)
    assert believed([scan], NOW) == [scan]


def test_the_pipeline_believes_no_scan_of_another_year() -> None:
    body = json.dumps(delhivery_push(StatusDateTime="2062-11-24T10:15:00")).encode()
    received = datetime(2026, 11, 24, 12, tzinfo=UTC)
    (scan,) = parse(Payload(1, 1, "delhivery", "r", lambda: body, received, 1, received)).facts
    assert (scan.occurred_at, scan.occurred_raw) == (None, "2062-11-24T10:15:00")
