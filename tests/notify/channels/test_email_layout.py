"""How a letter looks as a mail."""

import re
from dataclasses import replace

import pytest

from tests.notify.channels.letters import ASKING, LETTER
from wismo.notify.channels.email.layout import html_of, text_of
from wismo.notify.port import Button, LetterItem
from wismo.notify.words import ReplyAction
from wismo.shops.rules import contrast

FULL = replace(LETTER, **ASKING)
BARE = replace(LETTER, preferences_url="", preferences_label="")


def test_the_plain_text_says_all_that_the_html_says() -> None:
    assert text_of(LETTER) == (
        "Halden & Rue\n\nYour parcel is on its way\n\nIt should arrive on Thursday.\n\n"
        "Follow your parcel:\nhttps://shop.example/t/WzEsMV0:x?a=1&b=2\n\n"
        "Order: HR-1\nExpected: Thursday\n\n"
        "In this parcel:\n- 1 × Tall vase (Chalk white)\n- 2 × Ribbed mug\n\n"
        "-- \nQuestions? Write to help@halden.example\nYou receive this because you ordered.\n"
        "Choose what we write to you about: https://shop.example/p/t0ken\n"
    )
    html = html_of(BARE)
    for text in ("Tall vase", "Chalk white", "× 2", "HR-1", "Expected Thursday.", "help@halden.example"):
        assert text in html
    assert 'href="https://shop.example/t/WzEsMV0:x?a=1&amp;b=2"' in html
    assert html.count("<a ") == 1
    assert "{{" not in html
    assert "mj-" not in re.sub(r"mj-column-per-100|mj-outlook-group-fix", "", html)


def test_a_letter_that_asks_shows_its_scores_answers_voucher_and_ways_out_in_both_bodies() -> None:
    html, text = html_of(FULL), text_of(FULL)
    for score in range(1, 6):
        assert f'href="https://shop.example/f/t0k?score={score}"' in html
        assert f"{score}: https://shop.example/f/t0k?score={score}\n" in text
    for words in ("Very bad", "Very good", "SORRY10", "I have a problem", "Do not send me this"):
        assert words in html
        assert words in text
    for url in ("https://shop.example/a/t0k", "https://shop.example/u/t0k", "https://shop.example/p/t0ken"):
        assert f'href="{url}"' in html
        assert url in text
    assert len(re.findall(r"<a [^>]*href", html)) == 5 + 1 + 1 + 2


def test_a_token_of_a_button_stands_nowhere_but_in_its_address() -> None:
    button = Button(ReplyAction.PROBLEM, "I have a problem", "secret-token", "https://shop.example/a/x")
    assert "secret-token" not in html_of(replace(LETTER, buttons=(button,)))


def test_a_brand_with_a_logo_is_seen_and_without_pictures_read() -> None:
    html = html_of(replace(LETTER, logo_url="https://shop.example/b/halden/logo.1a2b"))
    assert 'src="https://shop.example/b/halden/logo.1a2b" alt="Halden &amp; Rue"' in html
    assert "<img" not in html_of(LETTER)


def test_what_shops_and_buyers_wrote_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    letter = replace(
        FULL,
        brand=evil,
        heading=evil,
        body=evil,
        subject=evil,
        items=(LetterItem(evil, evil, 1),),
        details=((evil, evil),),
        footer=(evil,),
        url=evil,
        logo_url=evil,
        buttons=(Button(ReplyAction.PROBLEM, evil, "t", evil),),
        scores=((evil, evil),),
        scale=(evil, evil),
        voucher=(evil, evil),
        unsubscribe_url=evil,
        unsubscribe_label=evil,
        preferences_url=evil,
        preferences_label=evil,
    )
    html = html_of(letter)
    assert "<script" not in html
    assert '="">' not in html


def test_an_order_without_lines_has_no_empty_list() -> None:
    bare = replace(LETTER, items=())
    assert "In this parcel" not in html_of(bare)
    assert "In this parcel" not in text_of(bare)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_mail_runs_the_readers_way(direction: str) -> None:
    html = html_of(replace(FULL, direction=direction, language="ar" if direction == "rtl" else "en"))
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


def test_a_mail_asks_nothing_of_a_third_party() -> None:
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", html_of(FULL))) - {"http://www.w3.org/1999/xhtml"}
    assert {address for address in addresses if not address.startswith("https://shop.example/")} == set()
