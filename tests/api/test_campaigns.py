"""Campaigns by the REST API: drafted, looked at, started, paused, ended."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.api.callers import Caller
from tests.notify.promotions import buyers
from tests.notify.rows import make_shop
from wismo.notify.jobs.campaigns import run_campaigns
from wismo.notify.models import Campaign, Message
from wismo.plumbing.models import AuditRow
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
CAMPAIGN = {
    "name": "New lamps",
    "journey": "new_product",
    "audience": [{"fact": "customer.tags", "is": "contains", "value": "vip"}],
    "values": {
        "title": "The new lamps are here",
        "text": "Of oak and brass.",
        "link": "https://track.halden.example/lamps",
    },
}


@pytest.fixture
def caller(settings: Settings, client: Client) -> Caller:
    settings.BASE_URL = "https://track.halden.example"
    return Caller(make_shop().pk, client)


def drafted(caller: Caller, **changes: Any) -> int:
    status, told = caller.call("POST", "campaigns", CAMPAIGN | changes)
    assert (status, told["state"]) == (201, "draft")
    return int(told["id"])


def test_a_campaign_is_drafted_previewed_started_and_tells_what_came_of_it(caller: Caller) -> None:
    shop = Shop.objects.get()
    people = buyers(shop, 3, tags=["vip"])
    buyers(shop, 1, start=3, tags=["vip"], agreed=False)
    made = drafted(caller)
    status, seen = caller.call("GET", f"campaigns/{made}/preview")
    assert status == 200
    assert (seen["buyers"], seen["weighed"], seen["audience"], seen["reachable"]) == (4, 4, 4, 3)
    assert seen["barred"] == {"no_consent": 1}
    assert seen["channels"][0] == {
        "channel": "email",
        "account": True,
        "addresses": 4,
        "agreed": 3,
        "goes_by": 3,
    }
    assert seen["samples"][0] == {"buyer": people[0].pk, "channel": "email", "code": ""}
    status, told = caller.call("POST", f"campaigns/{made}/start")
    assert (status, told["state"]) == (200, "running")
    starts_at = Campaign.objects.get().starts_at
    assert starts_at is not None
    run_campaigns(starts_at)
    Message.objects.filter(buyer=people[0]).update(state="sent", code="sent")
    Message.objects.filter(buyer=people[1]).update(state="not_sent", code="holdout")
    status, told = caller.call("GET", f"campaigns/{made}")
    assert (status, told["queued"]) == (200, 3)
    assert told["came"] == {
        "sent": 1,
        "delivered": 0,
        "clicked": 0,
        "waiting": 1,
        "unknown": 0,
        "held_out": 1,
        "not_sent": {},
        "costs": {},
    }
    for act, state in (("pause", "paused"), ("resume", "running"), ("end", "ended")):
        assert caller.call("POST", f"campaigns/{made}/{act}")[1]["state"] == state
    assert [one["id"] for one in caller.call("GET", "campaigns")[1]] == [made]
    assert set(AuditRow.objects.values_list("who", flat=True)) == {"API"}


def test_a_draft_is_changed_and_thrown_away_and_one_that_runs_is_not(caller: Caller) -> None:
    made = drafted(caller)
    status, told = caller.call("PUT", f"campaigns/{made}", CAMPAIGN | {"name": "Lamps", "per_minute": 60})
    assert (status, told["name"], told["per_minute"]) == (200, "Lamps", 60)
    other = drafted(caller)
    caller.call("POST", f"campaigns/{made}/start")
    for method, path, body in (
        ("PUT", f"campaigns/{made}", CAMPAIGN),
        ("DELETE", f"campaigns/{made}", None),
        ("POST", f"campaigns/{made}/start", None),
        ("POST", f"campaigns/{made}/resume", None),
    ):
        status, told = caller.call(method, path, body)
        assert (status, told["problems"][0]["where"]) == (409, "state"), path
    answer = caller.client.delete(
        f"/api/v1/campaigns/{other}", headers={"authorization": f"Bearer {caller.key}"}
    )
    assert answer.status_code == 204


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"journey": "delivered"}, "journey"),
        ({"audience": [{"fact": "order.total", "is": ">", "value": 1}]}, "audience[0].fact"),
        ({"audience": [{"fact": "customer.orders", "is": ">", "value": "many"}]}, "audience[0].value"),
        ({"audience": [{}]}, "audience[0]"),
        ({"values": {"title": "x"}}, "values.text"),
        ({"values": CAMPAIGN["values"] | {"link": "https://evil.example/"}}, "values.link"),  # type: ignore[operator]
        ({"values": CAMPAIGN["values"] | {"voucher": "X"}}, "values.voucher"),  # type: ignore[operator]
        ({"per_minute": 10**9}, "per_minute"),
        ({"name": "x" * 200}, "name"),
        ({"starts_at": "1500-01-01T00:00:00Z"}, "starts_at"),
        ({"audience": "vip"}, "audience"),
    ],
)
def test_each_problem_is_told_with_its_place(caller: Caller, changes: dict[str, Any], where: str) -> None:
    status, told = caller.call("POST", "campaigns", CAMPAIGN | changes)
    assert status == 422
    assert where in {problem["where"].removeprefix("told.") for problem in told["problems"]}
    assert not Campaign.objects.exists()


def test_the_key_of_one_shop_opens_no_campaign_of_another(caller: Caller) -> None:
    made = drafted(caller)
    other = Caller(make_shop("other").pk, caller.client)
    assert other.call("GET", "campaigns") == (200, [])
    for method, path in (("GET", ""), ("GET", "/preview"), ("POST", "/start"), ("DELETE", "")):
        assert other.call(method, f"campaigns/{made}{path}")[0] == 404
    assert caller.call("GET", f"campaigns/{10**30}")[0] == 404
