"""Once a week a model is held against the tables; what it wins with becomes lanes, and no server needs it."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.makers import a_shop
from tests.promise.test_nightly import morning
from wismo.promise.jobs.nightly import learn
from wismo.promise.learning.ways import Passed
from wismo.promise.learning.weekly import challenge
from wismo.promise.models import Lane, Learning, Passage
from wismo.promise.plan.model import Plan
from wismo.promise.rules.lanes import Way

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
FIRST, UNTIL = date(2025, 9, 1), date(2026, 6, 3)
SLOW, QUICK = "80", "20"


def made_up(count: int = 2500) -> list[Passed]:
    """Synthetic parcels of nine months: the postcode makes them slow, in lanes of a few parcels each.

    That is what a model sees and lanes of so few parcels cannot.
    """
    rng = np.random.default_rng(5)
    told = []
    for _ in range(count):
        ready = FIRST + timedelta(days=int(rng.integers(0, 275)))
        start = SLOW if rng.random() < 0.5 else QUICK
        way = Way(warehouse="main", origin="DE-BE", carrier="ups", service="standard", country="DE",
                  postcode=f"{start}{rng.integers(0, 10)}{rng.integers(0, 99):02}")  # fmt: skip
        handed = ready + timedelta(days=1)
        arrived = handed + timedelta(days=int(rng.poisson(9 if start == SLOW else 2) + 1))
        known = arrived <= UNTIL
        told.append(Passed(way, ready, handed if handed <= UNTIL else None, arrived if known else None, None))
    return told


def test_a_model_that_did_better_serves_as_lanes() -> None:
    told = challenge(made_up(), Plan(warehouses=(), services=()), UNTIL)
    assert told.gate is not None
    assert told.gate.low <= told.gate.gain <= told.gate.high
    assert bool(told.lanes) == told.gate.serves
    for lane in told.lanes:
        assert lane.shares == sorted(lane.shares)
        assert 0.9 < lane.shares[-1] <= 1.0


def test_the_weeks_gate_is_in_the_report_and_goes_on_until_the_next() -> None:
    shop = a_shop("weeks")
    names = ("warehouse", "origin", "carrier", "service", "country", "postcode")
    Passage.objects.bulk_create(
        Passage(
            shop_id=shop, reference=str(number), bought_on=parcel.ready_on, ready_on=parcel.ready_on,
            handed_on=parcel.handed_on, arrived_on=parcel.arrived_on,
            **{name: getattr(parcel.way, name) for name in names},
        )
        for number, parcel in enumerate(made_up())
    )  # fmt: skip
    first = learn(shop, morning(3))
    told = {"shop_id": shop, "country": "DE", "bought_on": UNTIL, "ready_on": UNTIL}
    Passage.objects.create(reference="new", handed_on=UNTIL + timedelta(days=1), **told)
    second = learn(shop, morning(4))
    assert first is not None
    assert second is not None
    assert first["gate"] is not None
    assert (first["whole"], second["whole"]) == (True, False)
    assert second["gate"] == first["gate"]
    before, after = Learning.objects.filter(shop_id=shop).order_by("pk")
    lanes = Lane.objects.filter(clock="total").values_list("key", "shares").order_by("key")
    assert list(lanes.filter(learning=before)) == list(lanes.filter(learning=after))
    assert before.model == ("lightgbm" if lanes.filter(learning=before) else "")
