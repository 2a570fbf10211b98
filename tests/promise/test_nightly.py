"""What a night learns: lanes of the shop's own, a day at a time, with what is worth a look in words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.makers import a_shop
from wismo.promise.actions.learnings import take_back
from wismo.promise.jobs.nightly import learn, learn_all
from wismo.promise.models import Lane, Learning, Passage, Promise

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 1)
TO_SAXONY = "w=main|s=ups/standard|to=DE-SN"


def after(days: int) -> date:
    return MONDAY + timedelta(days=days)


def morning(days: int) -> datetime:
    return datetime.combine(after(days), datetime.min.time(), UTC) + timedelta(hours=9)


@pytest.fixture
def shop() -> int:
    return a_shop("nights")


def parcels(shop: int, count: int, *, handed: int, arrived: int | None, name: str = "p", **told: Any) -> None:
    """So many parcels that were ready the day before they were handed over."""
    Passage.objects.bulk_create(
        Passage(
            shop_id=shop,
            reference=f"{name}{number}",
            warehouse="main",
            origin="DE-BE",
            carrier="ups",
            service="standard",
            country="DE",
            region="SN",
            bought_on=after(handed - 1),
            ready_on=after(handed - 1),
            handed_on=after(handed),
            arrived_on=None if arrived is None else after(arrived),
            **told,
        )
        for number in range(count)
    )


def lane(learning: Learning, key: str = TO_SAXONY, clock: str = "transit") -> Lane | None:
    return Lane.objects.filter(learning=learning, clock=clock, key=key).first()


def newest(shop: int) -> Learning:
    return Learning.objects.filter(shop_id=shop).latest("made_at", "pk")


def test_a_shop_has_its_own_lane_from_thirty_parcels(shop: int) -> None:
    parcels(shop, 29, handed=1, arrived=3)
    parcels(shop, 1, handed=1, arrived=None, name="q")
    assert learn(shop, morning(5)) is not None
    assert lane(newest(shop)) is None
    Passage.objects.filter(reference="q0").update(arrived_on=after(4))
    report = learn(shop, morning(6))
    found = lane(newest(shop))
    assert report is not None
    assert (report["new"], report["parcels"]) == (1, 30)
    assert found is not None
    assert (found.sample, found.shares[0], found.shares[1]) == (30, 0.0, 0.0)
    assert 0.9 < found.shares[2] < 1.0


def test_a_night_is_learned_once(shop: int) -> None:
    parcels(shop, 30, handed=1, arrived=3)
    assert learn_all(morning(5)) == 1
    assert learn_all(morning(5) + timedelta(hours=3)) == 0
    assert Learning.objects.filter(shop_id=shop).count() == 1


def test_what_is_under_way_makes_its_lane_slower(shop: int) -> None:
    parcels(shop, 30, handed=1, arrived=2)
    learn(shop, morning(5))
    quick = lane(newest(shop))
    parcels(shop, 30, handed=1, arrived=None, name="q")
    learn(shop, morning(5) + timedelta(hours=1), anew=True)
    slow = lane(newest(shop))
    assert quick is not None
    assert slow is not None
    assert quick.shares[1] > 0.99
    assert slow.shares[1] < 0.55


def test_nobody_elses_parcels_are_learned_from(shop: int) -> None:
    parcels(a_shop("other"), 40, handed=1, arrived=2)
    assert learn(shop, morning(5)) is None


def test_a_history_that_ended_long_ago_is_learned_as_of_its_end(shop: int) -> None:
    parcels(shop, 30, handed=1, arrived=3)
    learn(shop, morning(900))
    assert newest(shop).until == after(3)
    assert lane(newest(shop)) is not None


def test_the_learning_before_serves_again_when_one_is_taken_back(shop: int) -> None:
    parcels(shop, 30, handed=1, arrived=3)
    learn(shop, morning(5))
    first = newest(shop)
    parcels(shop, 1, handed=4, arrived=5, name="q")
    learn(shop, morning(7))
    assert take_back(shop, newest(shop).pk, who="a@example.org", now=morning(8))
    serving = Learning.objects.filter(shop_id=shop, serving=True).latest("made_at")
    assert serving == first
    assert lane(first) is not None


def test_it_says_when_carriers_have_told_of_no_arrival_for_days(shop: int) -> None:
    parcels(shop, 30, handed=1, arrived=3)
    parcels(shop, 5, handed=9, arrived=None, name="q")
    report = learn(shop, morning(10))
    assert report is not None
    assert report["alarms"] == [{"code": "label_lag", "facts": {"days": 6, "normal": 3}}]


def test_it_says_when_promises_were_kept_too_seldom(shop: int) -> None:
    parcels(shop, 30, handed=1, arrived=3)
    Promise.objects.bulk_create(
        Promise(
            shop_id=shop, key=f"k{number}", place="checkout", shown_at=morning(0), asked_at=morning(0),
            earliest=after(2), latest=after(2), level=0.95, rung="own_lane", country="DE", first=True,
            kept=number < 20,
        )
        for number in range(30)
    )  # fmt: skip
    report = learn(shop, morning(5))
    assert report is not None
    assert report["alarms"] == [
        {"code": "coverage", "facts": {"level": pytest.approx(0.95), "kept": 20 / 30, "parcels": 30}}
    ]


def test_it_says_when_a_typical_parcel_takes_a_quarter_more_than_four_weeks_ago(shop: int) -> None:
    parcels(shop, 30, handed=1, arrived=2)
    learn(shop, morning(4))
    parcels(shop, 300, handed=28, arrived=37, name="q")
    report = learn(shop, morning(38))
    assert report is not None
    assert [alarm["code"] for alarm in report["alarms"]] == ["drift"]


def test_promises_that_break_make_the_night_ask_for_more(shop: int) -> None:
    parcels(shop, 30, handed=1, arrived=3)
    Promise.objects.bulk_create(
        Promise(
            shop_id=shop, key=f"k{number}", place="checkout", shown_at=morning(0), asked_at=morning(0),
            earliest=after(3), latest=after(3), level=0.9, rung="own_lane", country="DE", area="DE-SN",
            first=True, kept=None if number else True,
        )
        for number in range(20)
    )  # fmt: skip
    learn(shop, morning(4))
    assert newest(shop).calibration == {"DE-SN": [[0.9, pytest.approx(0.9 + 0.005 * 0.85)]]}
