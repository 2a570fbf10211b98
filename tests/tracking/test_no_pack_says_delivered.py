"""Whatever any pack's carrier says, in whatever order: a parcel on its way back never reaches the buyer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.makers import NOW, a_scan
from wismo.carriers.engine import meaning
from wismo.carriers.pack import Pack, StatusRow
from wismo.carriers.registry import packs
from wismo.tracking.rules.state import state_of
from wismo.tracking.rules.summary import summary_of
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import TO_MERCHANT, Leg, Scan, Status

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Said:
    """What a carrier says: a row of its pack, and the leg it names for the parcel."""

    row: StatusRow
    leg: Leg


def said_by(pack: Pack) -> st.SearchStrategy[Said]:
    """Any code or phrase of a pack, with any leg the pack knows words for."""
    rows = [*pack.statuses.rows, *pack.phrases]
    legs = sorted({Leg.FORWARD, *pack.legs.values()})
    return st.builds(Said, st.sampled_from(rows), st.sampled_from(legs))


def scan_of(said: Said, hour: int) -> Scan:
    """The scan the engine makes of it."""
    status, leg = meaning(said.row, said.leg)
    return a_scan(status, NOW + HOUR * hour, leg=leg, correction=said.row.correction)


@pytest.mark.parametrize("source", list(packs()))
@settings(deadline=None)
@given(data=st.data(), base=st.sampled_from(Leg))
def test_no_sequence_of_codes_says_delivered_on_the_way_back(
    source: str, data: st.DataObject, base: Leg
) -> None:
    told = data.draw(st.lists(st.tuples(said_by(packs()[source]), st.integers(0, 48)), max_size=8))
    scans = [scan_of(said, hour) for said, hour in told]
    state = state_of(summary_of(scans), base_leg=base)
    if state.leg not in TO_MERCHANT:
        return
    assert state.status is not Status.DELIVERED
    assert state.delivered_at is None
    if base in TO_MERCHANT:
        assert Milestone.DELIVERED not in state.milestones
    elif Milestone.DELIVERED in state.milestones:
        handover = min(at(scan) for scan in scans if scan.status is Status.DELIVERED)
        assert handover < min(at(scan) for scan in scans if is_on_the_way_back(scan))


def at(scan: Scan) -> datetime:
    assert scan.occurred_at is not None
    return scan.occurred_at


def is_on_the_way_back(scan: Scan) -> bool:
    """Whether it says so; to know nothing of a parcel says nothing."""
    return scan.leg in TO_MERCHANT and scan.status is not Status.UNKNOWN


@pytest.mark.parametrize("source", list(packs()))
def test_no_row_says_delivered_on_the_way_back(source: str) -> None:
    for row in [*packs()[source].statuses.rows, *packs()[source].phrases]:
        for told in Leg:
            status, leg = meaning(row, told)
            assert status is not Status.DELIVERED or leg not in TO_MERCHANT
