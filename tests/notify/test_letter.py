"""How a letter looks as a mail, and what it says of the day."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.notify.rows import HOUR, MINUTE, NOON, make_order, make_parcel, make_shop, tell, tell_order
from wismo.notify.channels.email.adapter import open_channel
from wismo.notify.channels.email.layout import html_of, text_of
from wismo.notify.journey import journeys
from wismo.notify.letter import write
from wismo.notify.models import Message
from wismo.notify.port import Letter, LetterError, LetterItem
from wismo.notify.queries import cases, items_of
from wismo.shops.queries import brand_of
from wismo.shops.rules import contrast

LETTER = Letter(
    message_id=7,
    reference="wismo-7-1",
    language="en",
    direction="ltr",
    to="lina@buyer.example",
    sender="orders@halden.example",
    reply_to="",
    brand="Halden & Rue",
    colour="#1f5d4c",
    subject="Order 1 is on its way",
    preheader="Expected Thursday.",
    heading="Your parcel is on its way",
    body="It should arrive on Thursday.",
    button="Follow your parcel",
    url="https://shop.example/t/WzEsMV0:x?a=1&b=2",
    details=(("Order", "HR-1"), ("Expected", "Thursday")),
    items_heading="In this parcel",
    items=(LetterItem("Tall vase", "Chalk white", 1), LetterItem("Ribbed mug", "", 2)),
    footer=("Questions? Write to help@halden.example", "You receive this because you ordered."),
)


def test_the_plain_text_says_all_that_the_html_says() -> None:
    assert text_of(LETTER) == (
        "Halden & Rue\n\nYour parcel is on its way\n\nIt should arrive on Thursday.\n\n"
        "Follow your parcel:\nhttps://shop.example/t/WzEsMV0:x?a=1&b=2\n\n"
        "Order: HR-1\nExpected: Thursday\n\n"
        "In this parcel:\n- 1 × Tall vase (Chalk white)\n- 2 × Ribbed mug\n\n"
        "-- \nQuestions? Write to help@halden.example\nYou receive this because you ordered.\n"
    )
    html = html_of(LETTER)
    for text in ("Tall vase", "Chalk white", "× 2", "HR-1", "Expected Thursday.", "help@halden.example"):
        assert text in html
    assert 'href="https://shop.example/t/WzEsMV0:x?a=1&amp;b=2"' in html
    assert html.count("<a ") == 1
    assert "{{" not in html
    assert "mj-" not in re.sub(r"mj-column-per-100|mj-outlook-group-fix", "", html)


def test_what_shops_and_buyers_wrote_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    letter = replace(
        LETTER,
        brand=evil,
        heading=evil,
        body=evil,
        subject=evil,
        items=(LetterItem(evil, evil, 1),),
        details=((evil, evil),),
        footer=(evil,),
        url=evil,
    )
    assert "<script" not in html_of(letter)


def test_an_order_without_lines_has_no_empty_list() -> None:
    bare = replace(LETTER, items=())
    assert "In this parcel" not in html_of(bare)
    assert "In this parcel" not in text_of(bare)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_mail_runs_the_readers_way(direction: str) -> None:
    html = html_of(replace(LETTER, direction=direction, language="ar" if direction == "rtl" else "en"))
    other = {"ltr": "rtl", "rtl": "ltr"}[direction]
    assert f"direction:{other}" not in html
    assert f'dir="{other}"' not in html
    start, end = ("left", "right") if direction == "ltr" else ("right", "left")
    assert f"text-align:{start};color:#17191c" in html
    assert f"text-align:{end};white-space:nowrap" in html


@pytest.mark.parametrize("colour", ["#1f5d4c", "#f2d024", "#ffffff", "#000000", "#ff0000", "#777777"])
def test_the_button_can_be_read_whatever_the_brands_colour(colour: str) -> None:
    html = html_of(replace(LETTER, colour=colour))
    found = re.search(r"background:(#\w{6});color:(#\w{6});[^>]*>Follow your parcel", html)
    assert found
    assert contrast(found[1], found[2]) >= 4.5


def written(message: Message, after: timedelta = MINUTE) -> str:
    case = cases([message.pk], NOON + after)[message.pk]
    return text_of(write(case, journeys()[case.journey], brand_of(case.shop_id), items_of(case)))


@pytest.mark.django_db
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
def test_a_day_is_named_only_while_it_stands(parcel: dict[str, Any], expected: str | None) -> None:
    text = written(tell(make_parcel(make_order(make_shop()), **parcel), "picked_up"))
    found = re.search(r"^Expected: .*$", text, re.MULTILINE)
    assert (found[0] if found else None) == expected


@pytest.mark.django_db
def test_a_parcels_own_contents_are_listed_and_an_orders_all() -> None:
    order = make_order(make_shop())
    items = [{"sku": "MUG", "quantity": 1}]
    of_parcel = written(tell(make_parcel(order, items=items), "picked_up"))
    assert "In this parcel:\n- 1 × Ribbed mug\n\n" in of_parcel
    assert "In this order:\n- 1 × Tall vase (Chalk white)\n- 2 × Ribbed mug\n\n" in written(tell_order(order))


@pytest.mark.django_db
def test_a_made_up_shop_says_so_in_every_mail() -> None:
    shop = make_shop()
    message = tell_order(make_order(shop))
    said = "Demonstration: the shop, the order and the parcel are made up."
    assert said not in written(message)
    shop.synthetic = True
    shop.save()
    assert said in written(message)


@pytest.mark.django_db
def test_times_are_those_of_the_place_the_parcel_goes_to() -> None:
    order = make_order(make_shop(), timezone="Asia/Tokyo")
    text = written(tell(make_parcel(order), "out_for_delivery", NOON + 5 * HOUR), after=6 * HOUR)
    assert "It left with the UPS driver on Wednesday 25 November at 02:00." in text


@pytest.mark.django_db
def test_a_place_without_a_known_zone_is_told_the_shops_time() -> None:
    order = make_order(make_shop(), timezone="Mars/Olympus")
    assert "on Tuesday 24 November at 13:00." in written(tell(make_parcel(order), "out_for_delivery"))


@pytest.mark.parametrize(
    "wrong",
    [
        *("help at halden", "help@", "@halden.example", "help@halden.example\nBcc: all@buyer.example"),
        *("Help <help@halden.example>", "a@halden.example, b@halden.example", "help@halden.example\x00"),
    ],
)
@pytest.mark.parametrize("field", ["sender", "reply_to", "to"])
def test_a_letter_with_an_address_that_is_none_cannot_be_written(field: str, wrong: str) -> None:
    changed: dict[str, Any] = {field: wrong}
    with pytest.raises(LetterError, match="is not well-formed") as caught:
        open_channel().compose(replace(LETTER, **changed))
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("sender", ["orders@localhost", "orders@über.example"])
def test_a_letter_may_come_from_an_address_without_a_dot_or_in_another_script(sender: str) -> None:
    assert open_channel().compose(replace(LETTER, sender=sender)).sender == sender


def test_a_mail_asks_nothing_of_a_third_party() -> None:
    html = html_of(LETTER)
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", html)) - {"http://www.w3.org/1999/xhtml"}
    assert {address for address in addresses if not address.startswith("https://shop.example/")} == set()
