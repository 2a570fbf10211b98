"""A shop's plan: drafted, published, rolled back, and drawn from the shop where there is none."""

from datetime import timedelta

import pytest

from tests.makers import NOW, a_shop
from tests.promise.plan.test_reading import GOOD
from wismo.plumbing.audit import acts_on
from wismo.promise.actions.plans import (
    Overtaken,
    discard_plan_draft,
    draft_plan,
    publish_plan,
    roll_back_plan,
)
from wismo.promise.models import PlanVersion
from wismo.promise.plan.reading import PlanError
from wismo.promise.queries.plans import plan_of, plan_rows, plan_text, stamp_of
from wismo.shops.actions import set_carrier_account

pytestmark = pytest.mark.django_db
WHO = "ada@halden.example"
SURE = f"level = 0.99\n{GOOD}"


def published(shop_id: int, text: str) -> int:
    draft_plan(shop_id, text, who=WHO, now=NOW)
    return publish_plan(shop_id, who=WHO, now=NOW)


def test_a_shop_without_a_plan_has_one_drawn_from_where_it_is() -> None:
    plan, version = plan_of(a_shop())
    assert version == 0
    assert [(one.country, one.timezone, one.handling) for one in plan.warehouses] == [
        ("DE", "Europe/Berlin", (0, 2))
    ]
    assert [(one.service, one.area.country, one.days) for one in plan.typed] == [("standard", "DE", (1, 3))]


def test_a_drawn_plan_sends_by_the_carriers_the_shop_has_accounts_with() -> None:
    shop_id = a_shop()
    set_carrier_account(shop_id, "dhl", {"key": "k"}, who=WHO, now=NOW)
    assert [(one.carrier, one.published) for one in plan_of(shop_id)[0].services] == [
        ("dhl", "dhl-paket/paket")
    ]


def test_a_draft_changes_nothing_until_it_is_published() -> None:
    shop_id = a_shop()
    assert draft_plan(shop_id, SURE, who=WHO, now=NOW, seen="") == 1
    assert plan_of(shop_id)[1] == 0
    assert publish_plan(shop_id, who=WHO, now=NOW, seen=stamp_of(SURE)) == 1
    plan, version = plan_of(shop_id)
    assert (plan.level, version) == (0.99, 1)
    assert plan_text(shop_id).text == SURE
    assert [(act.who, act.did) for act in acts_on(shop_id, ["plan 1"])] == [(WHO, "published a plan")]


def test_the_plan_of_one_shop_is_not_anothers() -> None:
    published(a_shop("one"), SURE)
    assert plan_of(a_shop("other"))[1] == 0


def test_there_is_one_draft_which_whoever_saw_another_does_not_overwrite() -> None:
    shop_id = a_shop()
    draft_plan(shop_id, "half a pl", who=WHO, now=NOW, seen="")
    with pytest.raises(Overtaken):
        draft_plan(shop_id, GOOD, who=WHO, now=NOW, seen="")
    draft_plan(shop_id, GOOD.replace("\n", "\r\n"), who=WHO, now=NOW, seen=stamp_of("half a pl"))
    assert [(row.version, row.text, row.published_at) for row in plan_rows(shop_id)] == [(1, GOOD, None)]
    with pytest.raises(Overtaken):
        publish_plan(shop_id, who=WHO, now=NOW, seen=stamp_of("half a pl"))
    assert discard_plan_draft(shop_id)
    assert not discard_plan_draft(shop_id)
    with pytest.raises(Overtaken):
        publish_plan(shop_id, who=WHO, now=NOW)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("half a pl", "line 1: this is not TOML"),
        (f'{GOOD}\n[[event]]\nkey = "christmas"\nday = 2025-12-24\n', r"event\[0\].day: 2025-12-24 is over"),
        ("#" * 50_000, "line 1: it is longer than 40000 characters"),
    ],
)
def test_what_cannot_be_followed_is_kept_as_a_draft_but_not_published(text: str, says: str) -> None:
    shop_id = a_shop()
    draft_plan(shop_id, text, who=WHO, now=NOW)
    with pytest.raises(PlanError, match=says):
        publish_plan(shop_id, who=WHO, now=NOW)
    assert plan_of(shop_id)[1] == 0


def test_an_older_version_is_published_anew_as_the_newest() -> None:
    shop_id = a_shop()
    assert [published(shop_id, GOOD), published(shop_id, SURE)] == [1, 2]
    later = NOW + timedelta(days=1)
    assert roll_back_plan(shop_id, 1, who=WHO, now=later) == 3
    assert (plan_text(shop_id).version, plan_text(shop_id).text) == (3, GOOD)
    assert [row.version for row in plan_rows(shop_id)] == [3, 2, 1]
    assert roll_back_plan(shop_id, 9, who=WHO, now=later) is None


def test_a_draft_begun_before_a_roll_back_holds_once_it_is_published() -> None:
    shop_id = a_shop()
    published(shop_id, GOOD)
    assert draft_plan(shop_id, SURE, who=WHO, now=NOW) == 2
    assert roll_back_plan(shop_id, 1, who=WHO, now=NOW) == 3
    assert publish_plan(shop_id, who=WHO, now=NOW) == 4
    assert plan_of(shop_id)[1] == 4
    assert plan_of(shop_id)[0].level == 0.99


def test_a_draft_is_no_version_to_go_back_to() -> None:
    shop_id = a_shop()
    draft_plan(shop_id, GOOD, who=WHO, now=NOW)
    assert roll_back_plan(shop_id, 1, who=WHO, now=NOW) is None


def test_what_a_newer_release_refuses_is_not_rolled_back_to() -> None:
    shop_id = a_shop()
    PlanVersion.objects.create(
        shop_id=shop_id, version=1, text="old = true", who=WHO, saved_at=NOW, published_at=NOW
    )
    with pytest.raises(PlanError):
        roll_back_plan(shop_id, 1, who=WHO, now=NOW)
