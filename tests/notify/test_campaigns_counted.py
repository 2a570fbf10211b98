"""Whom a campaign would reach, and what came of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.notify.promotions import (
    VALUES,
    a_campaign,
    agree,
    buyers,
)
from tests.notify.rows import NOON, make_shop
from wismo.notify.jobs.campaigns import run_campaigns
from wismo.notify.models import JourneyVersion, Message
from wismo.notify.queries.audience import Plan, preview
from wismo.notify.queries.campaigns import came_of
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def our_host(settings: Settings) -> None:
    settings.BASE_URL = "https://track.halden.example"


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def test_a_preview_says_whom_it_would_reach_and_by_what(shop: Shop) -> None:
    buyers(shop, 3)
    buyers(shop, 2, start=3, agreed=False)
    refused = buyers(shop, 1, start=5, agreed=False)
    agree(shop, refused, granted=False)
    found = preview(shop.pk, Plan("new_product", [], VALUES), NOON)
    assert (found.buyers, found.weighed, found.is_estimate) == (6, 6, False)
    assert (found.audience, found.reachable) == (6, 3)
    assert found.barred == {"no_consent": 2, "opted_out": 1}
    mail = found.shares[0]
    assert (mail.channel, mail.account, mail.addresses, mail.agreed, mail.goes_by) == ("email", True, 6, 3, 3)
    assert [(one.account, one.addresses) for one in found.shares[1:]] == [(False, 0)] * 5
    assert [(one.email, one.way) for one in found.samples] == [
        ("b0@buyer.example", "email"),
        ("b1@buyer.example", "email"),
        ("b2@buyer.example", "email"),
        ("b3@buyer.example", ""),
        ("b4@buyer.example", ""),
    ]


def test_of_a_large_shop_a_part_stands_for_all(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wismo.notify.queries.audience.LOOKED_AT", 20)
    buyers(shop, 50)
    buyers(shop, 50, start=50, agreed=False)
    found = preview(shop.pk, Plan("new_product", [], VALUES), NOON)
    assert (found.buyers, found.weighed, found.audience, found.is_estimate) == (100, 20, 100, True)
    assert found.reachable == 50


def test_a_preview_asks_no_more_for_a_thousand_buyers_than_for_ten(shop: Shop) -> None:
    buyers(shop, 10)
    tagged = [{"fact": "customer.orders", "is": "==", "value": 0}]
    plan = Plan("new_product", tagged, VALUES)
    with CaptureQueriesContext(
        connection,
    ) as few:
        preview(shop.pk, plan, NOON)
    buyers(shop, 990, start=10)
    with CaptureQueriesContext(connection) as many:
        assert preview(shop.pk, plan, NOON).reachable == 1000
    assert len(many) == len(few)


def test_what_became_of_it_is_counted(shop: Shop) -> None:
    buyers(shop, 8)
    made = a_campaign(shop)
    run_campaigns(NOON)
    ends = [
        ("sent", "sent"),
        ("sent", "delivered"),
        ("not_sent", "holdout"),
        ("not_sent", "cap:marketing"),
        ("not_sent", "cap:marketing"),
        ("unknown", "unknown"),
        ("queued", "quiet_defer"),
        ("awaiting", "sent"),
    ]
    for row, (state, code) in zip(Message.objects.order_by("pk"), ends, strict=True):
        Message.objects.filter(pk=row.pk).update(state=state, code=code)
    sent = Message.objects.filter(state="sent").order_by("pk")
    sent.filter(code="delivered").update(clicked_at=NOON)
    for n, row in enumerate(sent):
        row.attempts_made.create(
            shop=shop,
            number=1,
            channel="email",
            provider="smtp",
            digest="d",
            reference=f"r{n}",
            state="delivered" if row.code == "delivered" else "accepted",
            started_at=NOON,
            cost_micros=1500,
            currency="EUR",
        )
    came = came_of(shop.pk, made.pk)
    assert (came.sent, came.delivered, came.clicked, came.waiting) == (3, 1, 1, 1)
    assert (came.unknown, came.held_out, came.not_sent) == (1, 1, {"cap:marketing": 2})
    assert [(str(amount), currency) for amount, currency in came.costs] == [("0.003", "EUR")]
    assert not JourneyVersion.objects.exists()
