"""What a team does with campaigns: drafted, started, paused, resumed, ended; and what they may not be."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.notify.promotions import (
    LINK,
    VALUES,
    WHO,
    a_campaign,
    a_draft,
    buyers,
    queued_for,
    told,
)
from tests.notify.rows import HOUR, MINUTE, NOON, make_shop
from wismo.notify.actions import campaigns
from wismo.notify.actions.campaigning import HELD
from wismo.notify.actions.campaigns import CampaignError, problems
from wismo.notify.jobs import campaigns as job
from wismo.notify.jobs.campaigns import run_campaigns
from wismo.notify.models import Campaign, Decision, Message, MessagingSettings, TeamAlert
from wismo.notify.queries.campaigns import campaign_of
from wismo.notify.queries.campaigns import campaigns as listed
from wismo.plumbing.models import AuditRow
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def our_host(settings: Settings) -> None:
    settings.BASE_URL = "https://track.halden.example"


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "name: one line of 1 to 120 characters"),
        ({"per_minute": 0}, "per_minute: 1 to 60000"),
        ({"journey": "delivered"}, "journey: one that a campaign starts: new_product, sale"),
        ({"values": {"link": LINK, "text": "x"}}, "values.title: the texts say it; give it"),
        (
            {"values": {**VALUES, "offer": "20 % less"}},
            "values.offer: no text of new_product says it; give link, text, title",
        ),
        ({"values": {**VALUES, "title": "a\nb"}}, "values.title: one line of at most 120 characters"),
        (
            {"values": {**VALUES, "link": "http://track.halden.example/"}},
            "values.link: where the button leads, beginning with https://",
        ),
        (
            {"values": {**VALUES, "link": "https://halden.example.evil.com/"}},
            "values.link: its host is none of the shop's (track.halden.example); "
            "allow it with wismo shop messages --link-host",
        ),
        (
            {"audience": [{"fact": "customer.tag", "is": "contains", "value": "vip"}]},
            'audience[0].fact: "customer.tag" is no fact we know; write one of customer.language, '
            "customer.tags, customer.orders, customer.country, customer.last_order_days",
        ),
        (
            {"audience": [{"fact": "order.total", "is": ">", "value": 5}]},
            'audience[0].fact: order.* is not known of subject = "buyer"',
        ),
    ],
)
def test_what_is_wrong_with_a_campaign_is_said_with_its_place(
    shop: Shop, changes: dict[str, Any], says: str
) -> None:
    assert problems(shop.pk, told(**changes)) == [says]
    with pytest.raises(CampaignError):
        campaigns.draft(shop.pk, told(**changes), who=WHO, now=NOON)
    assert not Campaign.objects.exists()


def test_links_may_lead_to_hosts_that_the_shop_listed(shop: Shop) -> None:
    MessagingSettings.objects.create(shop=shop, link_hosts=["halden.example"])
    assert problems(shop.pk, told(values={**VALUES, "link": "https://www.halden.example/lamps"})) == []


def test_a_draft_is_changed_started_and_then_stands(shop: Shop) -> None:
    made = a_draft(shop)
    assert campaigns.change(shop.pk, made.pk, told(name="Lamps"), who=WHO, now=NOON)
    assert campaigns.start(shop.pk, made.pk, who=WHO, now=NOON)
    assert not campaigns.change(shop.pk, made.pk, told(), who=WHO, now=NOON)
    assert not campaigns.start(shop.pk, made.pk, who=WHO, now=NOON)
    assert not campaigns.discard(shop.pk, made.pk, who=WHO, now=NOON)
    assert [one.name for one in listed(shop.pk)] == ["Lamps"]
    did = list(AuditRow.objects.order_by("pk").values_list("who", "did", "subject"))
    subject = f"campaign {made.pk}"
    assert did == [
        (WHO, "drafted a campaign", subject),
        (WHO, "changed a campaign", subject),
        (WHO, "started a campaign", subject),
    ]


def test_another_shop_neither_sees_nor_starts_it(shop: Shop) -> None:
    made, other = a_draft(shop), make_shop("other")
    assert campaign_of(other.pk, made.pk) is None
    for act in (campaigns.start, campaigns.pause, campaigns.resume, campaigns.end, campaigns.discard):
        assert not act(other.pk, made.pk, who=WHO, now=NOON)
    assert campaign_of(shop.pk, made.pk).state == "draft"  # type: ignore[union-attr]


def test_paused_nothing_more_leaves_and_resumed_it_goes_on_at_its_pace(shop: Shop) -> None:
    buyers(shop, 50)
    made = a_campaign(shop, per_minute=10)
    run_campaigns(NOON)
    assert campaigns.pause(shop.pk, made.pk, who=WHO, now=NOON)
    assert set(Message.objects.values_list("due_at", "expires_at")) == {(HELD, None)}
    assert run_campaigns(NOON + MINUTE) == 0
    later = NOON + 90 * HOUR  # past what their max_age was
    assert campaigns.resume(shop.pk, made.pk, who=WHO, now=later)
    assert run_campaigns(later) == 21
    due = list(Message.objects.order_by("pk").values_list("due_at", flat=True))
    assert due == [later + n * timedelta(seconds=6) for n in range(21)]
    assert Message.objects.earliest("pk").expires_at == later + timedelta(days=3)
    assert run_campaigns(later + 2 * MINUTE) == 20
    assert len(queued_for(made)) == 41


def test_ended_nobody_else_is_told_and_it_says_so(shop: Shop) -> None:
    buyers(shop, 30)
    made = a_campaign(shop, per_minute=10)
    run_campaigns(NOON)
    assert campaigns.end(shop.pk, made.pk, who=WHO, now=NOON)
    run_campaigns(NOON + MINUTE)
    assert set(Message.objects.values_list("state", "code")) == {("not_sent", "by_hand")}
    assert Decision.objects.filter(gate="campaign", code="by_hand").count() == 21
    found = campaign_of(shop.pk, made.pk)
    assert found is not None
    assert (found.state, found.finished_at) == ("ended", NOON + MINUTE)
    assert not campaigns.resume(shop.pk, made.pk, who=WHO, now=NOON)


def test_a_large_one_is_held_back_in_batches(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigns, "WAVE", 5)
    monkeypatch.setattr(job, "WAVE", 5)
    buyers(shop, 12)
    made = a_campaign(shop)
    run_campaigns(NOON)
    campaigns.pause(shop.pk, made.pk, who=WHO, now=NOON)
    held = Message.objects.filter(due_at=HELD)
    assert sorted(held.values_list("buyer__name", flat=True)) == [f"B {n}" for n in range(5)]
    assert (run_campaigns(NOON), run_campaigns(NOON), run_campaigns(NOON)) == (5, 2, 0)
    assert held.count() == 12


def test_it_is_done_once_all_its_messages_have_left(shop: Shop) -> None:
    buyers(shop, 2)
    made = a_campaign(shop)
    run_campaigns(NOON)
    run_campaigns(NOON + 2 * MINUTE)
    assert campaign_of(shop.pk, made.pk).state == "running"  # type: ignore[union-attr]
    Message.objects.update(state="sent")
    run_campaigns(NOON + 3 * MINUTE)
    found = campaign_of(shop.pk, made.pk)
    assert found is not None
    assert (found.state, found.finished_at) == ("done", NOON + 3 * MINUTE)


def test_one_whose_journey_is_gone_is_paused_and_the_team_is_told(shop: Shop) -> None:
    buyers(shop, 1)
    made = a_campaign(shop)
    Campaign.objects.update(journey="lamps")
    assert run_campaigns(NOON) == 0
    assert campaign_of(shop.pk, made.pk).state == "paused"  # type: ignore[union-attr]
    assert (
        TeamAlert.objects.get().text
        == "The campaign New lamps is paused: there is no journey lamps any more."
    )
