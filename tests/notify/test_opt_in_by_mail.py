"""From a tick to an offer: the mail that asks, the press that confirms, the button that ends it."""

import re

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from tests.notify.post import parts, post_office
from tests.notify.rows import HOUR, MINUTE, NOON, make_order, make_shop, state
from wismo.notify.actions.consents import Wish, keep_wishes
from wismo.notify.jobs import dispatch, dispatch_marketing
from wismo.notify.models import Message, Preference
from wismo.notify.words import Kind
from wismo.orders.actions import keep_carts
from wismo.orders.models import Order
from wismo.orders.rules import CartSnapshot, LineSnapshot

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
CLIENT = Client(enforce_csrf_checks=True)


@pytest.fixture
def order() -> Order:
    return make_order(make_shop(support_url="https://halden.example/help"))


def tick(order: Order) -> None:
    wish = Wish(order.buyer_id, "email", Kind.MARKETING, granted=True, source="checkout", at=NOON)
    keep_wishes(order.shop_id, [wish])


def fill_cart(order: Order, hours: float) -> Message:
    line = LineSnapshot("Tall vase", quantity=1)
    keep_carts(
        order.shop_id,
        [
            CartSnapshot(
                reference=f"c-{hours}",
                email=order.buyer.email,
                changed_at=NOON + hours * HOUR,
                url="https://halden.example/cart",
                lines=(line,),
            )
        ],
    )
    return Message.objects.filter(journey="cart_abandoned").latest("pk")


def test_the_mail_that_asks_holds_the_link_and_a_press_on_its_page_opens_the_way_for_offers(
    settings: Settings, order: Order
) -> None:
    with time_machine.travel(NOON, tick=False) as clock, post_office(settings) as office:
        tick(order)
        early = fill_cart(order, 0)
        assert dispatch(NOON + MINUTE) == 1
        (mail,) = office.taken
        assert (mail["To"], mail["Subject"]) == (
            order.buyer.email,
            "Please confirm: messages from Halden & Rue",
        )
        assert "because you ordered" not in parts(mail)[0]
        (link,) = set(re.findall(rf"{settings.BASE_URL}(/c/[\w-]+)", parts(mail)[0]))
        CLIENT.get(link)
        clock.move_to(NOON + 2 * HOUR)
        dispatch_marketing(NOON + 2 * HOUR)
        assert state(early) == ("not_sent", "no_consent")

        assert CLIENT.post(link).status_code == 200
        later = fill_cart(order, 2)
        clock.move_to(NOON + 4 * HOUR)
        dispatch_marketing(NOON + 4 * HOUR)
        assert state(later) == ("sent", "sent")
        offer = office.taken[-1]
        assert offer["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        (unsubscribe,) = re.findall(rf"<{settings.BASE_URL}(/u/[\w-]+)>", offer["List-Unsubscribe"])
        assert CLIENT.post(unsubscribe, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert Preference.objects.get(kind="marketing").granted is False
        ended = fill_cart(order, 4)
        clock.move_to(NOON + 6 * HOUR)
        dispatch_marketing(NOON + 6 * HOUR)
        assert state(ended) == ("not_sent", "opted_out")
        assert len(office.taken) == 2
