"""What the doctor says of promises."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cli.test_commands import wismo
from tests.makers import a_shop
from wismo.promise.jobs.nightly import learn
from wismo.promise.models import Passage

pytestmark = pytest.mark.django_db


def _said() -> tuple[bool, str, str]:
    findings = {one["check"]: one for one in json.loads(wismo("doctor", "--json").stdout.splitlines()[0])}
    told = findings["promises"]
    return told["ok"], told["found"].partition(";")[0], told["do"]


def _a_passage(shop: int, days_ago: int) -> None:
    day = timezone.now().date() - timedelta(days=days_ago)
    Passage.objects.create(
        shop_id=shop,
        reference="A",
        country="DE",
        bought_on=day,
        ready_on=day,
        handed_on=day,
        arrived_on=day + timedelta(days=1),
    )


def test_a_shop_whose_nights_are_not_learned_from_is_named() -> None:
    shop = a_shop("halden-rue")
    _a_passage(shop, 9)
    assert _said() == (
        False,
        "not learned from for days: halden-rue",
        "Keep `wismo work` running, which learns each night; `wismo promise train` does it now.",
    )
    learn(shop, timezone.now())
    assert _said() == (True, "0 of 1 shops have published a plan", "")


def test_what_arrived_since_yesterday_is_learned_from_tonight() -> None:
    _a_passage(a_shop(), 1)
    assert _said() == (True, "0 of 1 shops have published a plan", "")
