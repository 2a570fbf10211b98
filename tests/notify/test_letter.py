"""What a letter says of the day and the parcel, as it comes out of the mail server."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.notify.post import parts, post_office
from tests.notify.rows import HOUR, NOON, make_order, make_parcel, make_shop, tell, tell_order
from wismo.notify.jobs import dispatch
from wismo.notify.links import read_preferences
from wismo.notify.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
Write = Callable[[Message], str]


@pytest.fixture
def written(settings: Settings) -> Iterator[Write]:
    """The plain text of a message, handed over when it is due."""
    with post_office(settings) as office:

        def write(message: Message) -> str:
            assert dispatch(message.due_at) == 1
            return parts(office.taken[-1])[0].replace("\r\n", "\n")

        yield write


@pytest.mark.parametrize(
    ("parcel", "expected"),
    [
        ({}, "Expected: Thursday 26 November"),  # as promised
        ({"eta": date(2026, 11, 25)}, "Expected: Wednesday 25 November"),  # as the carrier says
        ({"eta": date(2026, 11, 28), "late": True}, "Expected: Saturday 28 November"),
        ({"late": True}, None),  # the promise is broken, and nobody named a new day
        ({"eta": date(2026, 11, 23)}, None),  # a day gone by is not expected
    ],
)
def test_a_day_is_named_only_while_it_stands(
    parcel: dict[str, Any], expected: str | None, written: Write
) -> None:
    text = written(tell(make_parcel(make_order(make_shop()), **parcel), "picked_up"))
    found = re.search(r"^Expected: .*$", text, re.MULTILINE)
    assert (found[0] if found else None) == expected


def test_a_parcels_own_contents_are_listed_and_an_orders_all(written: Write) -> None:
    order = make_order(make_shop())
    items = [{"sku": "MUG", "quantity": 1}]
    of_order = written(tell_order(order))
    of_parcel = written(tell(make_parcel(order, items=items), "picked_up"))
    assert "In this parcel:\n- 1 × Ribbed mug\n\n" in of_parcel
    assert "In this order:\n- 1 × Tall vase (Chalk white)\n- 2 × Ribbed mug\n\n" in of_order


@pytest.mark.parametrize("synthetic", [False, True])
def test_a_made_up_shop_says_so_in_every_mail(synthetic: bool, written: Write) -> None:  # noqa: FBT001
    shop = make_shop()
    shop.synthetic = synthetic
    shop.save()
    said = "Demonstration: the shop, the order and the parcel are made up."
    assert (said in written(tell_order(make_order(shop)))) is synthetic


def test_times_are_those_of_the_place_the_parcel_goes_to(written: Write) -> None:
    order = make_order(make_shop(), timezone="Asia/Tokyo")
    text = written(tell(make_parcel(order), "picked_up", NOON - 9 * HOUR))
    assert "UPS picked it up on Tuesday 24 November at 12:00." in text


def test_a_place_without_a_known_zone_is_told_the_shops_time(written: Write) -> None:
    order = make_order(make_shop(), timezone="Mars/Olympus")
    assert "on Tuesday 24 November at 13:00." in written(tell(make_parcel(order), "out_for_delivery"))


def test_every_mail_leads_to_its_own_buyers_preferences(written: Write) -> None:
    shop = make_shop()
    make_order(shop, "HR-1", email="first@buyer.example")  # so that no two ids are alike by chance
    order = make_order(shop)
    text = written(tell_order(order))
    found = re.search(r"^Choose what we write to you about: http://\S+/p/(\S+)$", text, re.MULTILINE)
    assert found
    assert read_preferences(found[1]) == (shop.pk, order.buyer_id)
