"""What changed since a message was queued decides whether it is sent."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.notify.post import PostOffice, post_office
from tests.notify.rows import (
    HOUR,
    MINUTE,
    NOON,
    codes,
    kept,
    make_order,
    make_parcel,
    make_shop,
    state,
    tell,
    tell_order,
)
from wismo.notify.jobs import dispatch
from wismo.notify.models import Message
from wismo.tracking.models import Shipment

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + 15 * MINUTE


@pytest.fixture
def office(settings: Settings) -> object:
    with post_office(settings) as office:
        yield office
    assert office.taken == []


def test_a_parcel_delivered_meanwhile_is_not_announced_as_on_its_way(office: PostOffice) -> None:
    parcel = make_parcel(make_order(make_shop()))
    message = tell(parcel, "out_for_delivery", NOON, "2026-11-24")
    Shipment.objects.update(
        status="delivered",
        milestones=kept({"out_for_delivery@2026-11-24": NOON, "delivered": NOON + 12 * MINUTE}),
    )
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "superseded:delivered")
    passed = ["condition", "cancelled", "leg"]
    assert codes(message) == [
        *((gate, "pass", "ok") for gate in passed),
        ("superseded", "stop", "superseded:delivered"),
    ]
    decision = message.decisions.get(outcome="stop")
    assert decision.facts["at"] == "2026-11-24T12:12:00+00:00"
    assert (message.lease_until, message.attempts) == (None, 0)
    assert message.finished_at is not None


@pytest.mark.parametrize("milestone", ["out_for_delivery", "delivered", "available_for_pickup"])
@pytest.mark.parametrize("leg", ["rto", "return"])
def test_no_arrival_is_announced_of_a_parcel_that_goes_back(
    office: PostOffice, milestone: str, leg: str
) -> None:
    parcel = make_parcel(make_order(make_shop()))
    message = tell(parcel, milestone)
    Shipment.objects.update(leg=leg, status="delivered")
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "wrong_leg")


def test_a_cancelled_order_is_not_confirmed(office: PostOffice) -> None:
    order = make_order(make_shop())
    message = tell_order(order)
    order.cancelled_at = NOON
    order.save()
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "cancelled")


def test_an_order_already_on_its_way_is_not_confirmed(office: PostOffice) -> None:
    order = make_order(make_shop())
    message = tell_order(order)
    make_parcel(order, milestones=kept({"picked_up": NOON + MINUTE}))
    make_parcel(order, "back", base_leg="return", leg="return", milestones=kept({"returned": NOON}))
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "superseded:picked_up")


def test_a_delay_that_was_made_good_is_not_announced(office: PostOffice) -> None:
    message = tell(make_parcel(make_order(make_shop()), late=False), "delayed")
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "promise_kept")


@pytest.mark.parametrize("email", ["", "lina", "lina@", "li na@buyer.example"])
def test_a_buyer_without_a_usable_address_is_not_written_to(office: PostOffice, email: str) -> None:
    message = tell(make_parcel(make_order(make_shop(), email=email)), "picked_up")
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "no_address")
    assert codes(message)[-1] == ("route", "stop", "no_address")


def test_old_news_is_not_told_and_a_backlog_of_it_costs_as_few_queries_as_one(office: PostOffice) -> None:
    order, costs = make_order(make_shop()), []
    for turn, n in enumerate((1, 1, 40)):  # the first finds nothing remembered of the shop
        for i in range(n):
            tell(make_parcel(order, f"{turn}-{i}"), "delivered", NOON)
        with CaptureQueriesContext(connection) as queries:
            assert dispatch(NOON + 25 * HOUR) == n
        costs.append(len(queries))
    assert costs[1] == costs[2]
    assert set(Message.objects.values_list("state", "code")) == {("not_sent", "too_old")}


def test_a_journey_that_is_gone_is_said_so(office: PostOffice) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    Message.objects.update(journey="smoke_signal")
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "render_error")
    assert message.decisions.get(outcome="stop").facts == {
        "error": "there is no journey 'smoke_signal' any more"
    }


def test_a_sender_address_that_cannot_be_written_is_a_render_error(office: PostOffice) -> None:
    message = tell(
        make_parcel(make_order(make_shop(from_email="orders@halden.example\nBcc: x"))), "picked_up"
    )
    assert dispatch(LATER) == 1
    assert state(message) == ("not_sent", "render_error")
