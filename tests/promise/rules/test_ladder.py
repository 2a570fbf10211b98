"""Which clock speaks: from the shop's own parcels down to what somebody wrote."""

from dataclasses import replace
from typing import Any

import pytest

from tests.promise.rules.berlin import AT_ONCE, BERLIN, PLAN
from wismo.promise.plan.model import Area, Plan, TypedDays
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.ladder import Choice, Words, believed, handling_of, transit_of
from wismo.promise.rules.lanes import Timed, Way
from wismo.promise.rules.question import Rung
from wismo.promise.rules.tables import Tables

POST = replace(PLAN.services[0], published="dhl/paket")
WAY = Way(warehouse="berlin", origin="DE-BE", carrier="dhl", service="post", country="DE", postcode="20095")
SAID = Clock((0.0, 0.75, 0.9, 1.0))
ONE, TWO, THREE = Clock((0.0, 1.0), 31), Clock((0.0, 0.0, 1.0), 62), Clock((0.0, 0.0, 0.0, 1.0), 93)
OWN, NEARBY, CARRIER, COUNTRY = (
    "w=berlin|s=dhl/post|to=DE:200",
    "w=berlin|s=dhl/post|to=DE:2",
    "s=dhl/post|to=DE",
    "to=DE",
)


def _published(key: str, origin: str, country: str) -> Clock | None:
    return SAID if (key, origin, country) == ("dhl/paket", "DE", "DE") else None


def _transit(
    clocks: dict[Any, Clock], *, plan: Plan = PLAN, way: Way = WAY, modelled: Any = (), in_all: bool = True
) -> Choice | None:
    tables = Tables(1, clocks, frozenset(modelled))
    return transit_of(tables, Words(plan, _published), way, POST, BERLIN, in_all=in_all)


@pytest.mark.parametrize(
    ("lanes", "rung", "clock"),
    [
        ({OWN: ONE, CARRIER: TWO, COUNTRY: THREE}, Rung.OWN_LANE, ONE),
        ({NEARBY: ONE, CARRIER: TWO}, Rung.OWN_LANE, ONE),
        ({CARRIER: TWO, COUNTRY: THREE}, Rung.WIDER_LANE, TWO),
        ({COUNTRY: THREE, "": ONE}, Rung.PUBLISHED, SAID),
        ({}, Rung.PUBLISHED, SAID),
    ],
    ids=["own", "own region", "wider", "other services know less than the carrier", "first day"],
)
def test_the_surest_that_knows_the_way_speaks(lanes: dict[str, Clock], rung: Rung, clock: Clock) -> None:
    choice = _transit({(Timed.TRANSIT, key): found for key, found in lanes.items()})
    assert choice is not None
    assert (choice.rung, choice.clock) == (rung, clock)


def test_a_lane_of_the_whole_way_speaks_where_no_narrower_one_does() -> None:
    total, transit = (Timed.TOTAL, CARRIER), (Timed.TRANSIT, OWN)
    wide = _transit({total: TWO}, modelled=[total])
    narrow = _transit({total: TWO, transit: ONE}, modelled=[total])
    assert wide is not None
    assert narrow is not None
    assert (wide.rung, wide.timed, wide.because[0].code) == (Rung.MODEL, Timed.TOTAL, "model")
    assert (narrow.rung, narrow.timed) == (Rung.OWN_LANE, Timed.TRANSIT)


def test_goods_with_days_of_their_own_go_by_no_clock_of_the_whole_way() -> None:
    choice = _transit({(Timed.TOTAL, OWN): TWO}, in_all=False)
    assert choice is not None
    assert choice.rung is Rung.PUBLISHED


def test_typed_days_speak_where_the_carrier_says_nothing_the_narrowest_first() -> None:
    islands = replace(WAY, country="NL", postcode="8881 AB")
    choice = _transit({}, way=islands)
    assert choice is not None
    assert (choice.rung, choice.because[0].facts) == (Rung.TYPED, {"service": "post", "least": 4, "most": 5})


def test_typed_days_of_this_warehouse_are_narrower_than_those_of_any() -> None:
    plan = replace(
        PLAN, typed=(TypedDays("post", Area("NL"), (7, 8), "berlin"), TypedDays("post", Area("NL"), (1, 2)))
    )
    choice = _transit({}, plan=plan, way=replace(WAY, country="NL", postcode="1011"))
    assert choice is not None
    assert choice.because[0].facts["least"] == 7


def test_customs_are_added_to_what_was_written_and_not_to_what_was_learned() -> None:
    swiss = replace(WAY, country="CH", postcode="8001")
    written = _transit({}, way=swiss)
    learned = _transit({(Timed.TRANSIT, "s=dhl/post|to=CH"): TWO}, way=swiss)
    assert written is not None
    assert learned is not None
    assert [because.code for because in written.because] == ["typed", "customs"]
    assert written.clock.quantile(0.2) == 3  # two typed, one at the border
    assert [because.code for because in learned.because] == ["wider_lane"]


def test_other_services_speak_last_of_all() -> None:
    choice = _transit({(Timed.TRANSIT, "to=JP"): THREE}, way=replace(WAY, country="JP"))
    assert choice is not None
    assert (choice.rung, choice.because[0].code) == (Rung.WIDER_LANE, "other_services")
    assert _transit({(Timed.TRANSIT, ""): THREE}, way=replace(WAY, country="JP")) is None


def test_written_days_hold_for_nine_in_ten_and_half_of_the_rest_comes_each_day_after() -> None:
    clock = believed((2, 3))
    assert clock.shares[:7] == pytest.approx((0.0, 0.0, 0.45, 0.90, 0.95, 0.975, 0.9875))
    assert clock.shares[-1] > 0.99997


def test_handling_is_learned_by_the_warehouse_and_never_from_another_one() -> None:
    house = handling_of(Tables(1, {(Timed.HANDLING, "w=berlin"): ONE}), WAY, BERLIN, None)
    others = handling_of(Tables(1, {(Timed.HANDLING, ""): ONE}), WAY, BERLIN, None)
    assert (house.rung, house.clock) == (Rung.WIDER_LANE, ONE)
    assert (others.rung, others.clock) == (Rung.TYPED, believed((0, 1)))


def test_goods_with_days_of_their_own_go_by_their_own_lane_or_by_the_plan() -> None:
    engraved = next(each for each in PLAN.classes if each.key == "engraved")
    way = replace(WAY, product_class="engraved")
    house = {(Timed.HANDLING, "w=berlin"): AT_ONCE}
    own = {**house, (Timed.HANDLING, "w=berlin|c=engraved"): THREE}
    assert handling_of(Tables(1, house), way, BERLIN, engraved).clock == believed((3, 3))
    assert handling_of(Tables(1, own), way, BERLIN, engraved).clock == THREE
