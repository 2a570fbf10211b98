"""Days that are different: kept once, changed, ended."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.makers import NOW, a_shop
from tests.promise.rules.test_declared import STORM
from wismo.plumbing.audit import acts_on
from wismo.promise.actions.adjustments import (
    PERSON,
    Kept,
    drop_feed,
    end_adjustment,
    keep_adjustments,
    keep_feed,
)
from wismo.promise.queries.plans import adjustment_rows, adjustments_of, feed_rows
from wismo.promise.rules.adjusting import Adjusted

pytestmark = pytest.mark.django_db
WHO = "ada@halden.example"
SNOW = replace(STORM, reference="st-2", why="Snow", first_day=date(2026, 12, 10), last_day=date(2026, 12, 12))
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)


def from_feed(shop_id: int, *rows: object, now: datetime = NOW) -> Kept:
    return keep_adjustments(shop_id, list(rows), source="weather", who="", now=now, whole=True)  # type: ignore[arg-type]


def whys(shop_id: int) -> list[str]:
    return [one.why for one in adjustments_of(shop_id, FIRST, LAST)]


def test_what_a_person_enters_holds_from_then_on() -> None:
    shop_id = a_shop()
    row = replace(STORM, reference="")
    assert keep_adjustments(shop_id, [row], source=PERSON, who=WHO, now=NOW) == Kept(new=1)
    assert adjustments_of(shop_id, FIRST, LAST) == (
        Adjusted(
            effect="slower",
            stage="transit",
            first_day=date(2026, 12, 1),
            last_day=date(2026, 12, 5),
            days=2,
            carrier="dhl-paket",
            country="DE",
            postcodes=("80", "81"),
            why="Storm over Bavaria",
        ),
    )
    [shown] = adjustment_rows(shop_id, FIRST)
    assert (shown.source, shown.who, shown.made_at, shown.ended_at) == (PERSON, WHO, NOW, None)
    assert [act.who for act in acts_on(shop_id, ["adjustments of person"])] == [WHO]


def test_only_what_touches_the_days_asked_for_is_read() -> None:
    shop_id = a_shop()
    from_feed(shop_id, STORM, SNOW)
    days = [(date(2026, 12, 5), date(2026, 12, 9)), (date(2026, 12, 6), date(2026, 12, 9)), (FIRST, LAST)]
    assert [len(adjustments_of(shop_id, *span)) for span in days] == [1, 0, 2]
    assert adjustments_of(a_shop("other"), FIRST, LAST) == ()


def test_a_feeds_row_told_again_is_the_same_and_told_otherwise_is_changed() -> None:
    shop_id = a_shop()
    assert from_feed(shop_id, STORM, SNOW) == Kept(new=2)
    assert from_feed(shop_id, SNOW, STORM) == Kept(same=2)
    assert from_feed(shop_id, replace(STORM, days=4), SNOW) == Kept(changed=1, same=1)
    assert [one.days for one in adjustments_of(shop_id, FIRST, LAST)] == [4, 2]


def test_a_row_told_twice_in_one_answer_is_one() -> None:
    shop_id = a_shop()
    assert from_feed(shop_id, STORM, replace(STORM, days=5)) == Kept(new=1)
    assert [one.days for one in adjustments_of(shop_id, FIRST, LAST)] == [5]


def test_what_a_feed_tells_no_more_is_over_and_what_it_tells_again_is_back() -> None:
    shop_id = a_shop()
    from_feed(shop_id, STORM, SNOW)
    assert from_feed(shop_id, SNOW) == Kept(same=1, ended=1)
    assert whys(shop_id) == ["Snow"]
    assert from_feed(shop_id, STORM, SNOW) == Kept(changed=1, same=1)
    assert whys(shop_id) == ["Storm over Bavaria", "Snow"]


def test_past_days_stay_as_they_were_when_the_feed_forgets_them() -> None:
    shop_id = a_shop()
    from_feed(shop_id, STORM)
    assert from_feed(shop_id, now=datetime(2026, 12, 6, tzinfo=UTC)) == Kept()
    assert whys(shop_id) == ["Storm over Bavaria"]


def test_a_feed_ends_only_what_it_told_itself() -> None:
    shop_id = a_shop()
    keep_adjustments(shop_id, [SNOW], source=PERSON, who=WHO, now=NOW)
    keep_adjustments(shop_id, [STORM], source="ports", who="", now=NOW, whole=True)
    assert from_feed(shop_id) == Kept()
    assert whys(shop_id) == ["Snow", "Storm over Bavaria"]


def test_a_person_takes_one_back_once() -> None:
    shop_id = a_shop()
    from_feed(shop_id, STORM)
    [row] = adjustment_rows(shop_id, FIRST)
    assert not end_adjustment(a_shop("other"), row.id, who=WHO, now=NOW)
    assert end_adjustment(shop_id, row.id, who=WHO, now=NOW + timedelta(hours=1))
    assert not end_adjustment(shop_id, row.id, who=WHO, now=NOW)
    assert whys(shop_id) == []
    assert adjustment_rows(shop_id, FIRST)[0].ended_at == NOW + timedelta(hours=1)


def test_a_feed_that_is_dropped_takes_its_days_along() -> None:
    shop_id = a_shop()
    keep_feed(shop_id, "weather", "https://feeds.example/a", who=WHO, now=NOW)
    keep_feed(shop_id, "weather", "https://feeds.example/b", who=WHO, now=NOW)
    assert [(feed.name, feed.url, feed.asked_at) for feed in feed_rows(shop_id)] == [
        ("weather", "https://feeds.example/b", None)
    ]
    from_feed(shop_id, STORM)
    assert drop_feed(shop_id, "weather", who=WHO, now=NOW)
    assert not drop_feed(shop_id, "weather", who=WHO, now=NOW)
    assert (whys(shop_id), feed_rows(shop_id)) == ([], [])


def test_no_feed_goes_by_the_name_of_people() -> None:
    with pytest.raises(ValueError, match='a feed cannot be called "person"'):
        keep_feed(a_shop(), PERSON, "https://feeds.example", who=WHO, now=NOW)
