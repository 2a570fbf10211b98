"""Alimtalk: the registered text and nothing else."""

from typing import Any

import pytest

from tests.notify.channels.chats import PAGE, approved
from tests.notify.channels.dealers import BODY, BUTTON, VALUES, letter
from wismo.notify.channels.kakao import alimtalk
from wismo.notify.port import (
    LetterError,
)


def test_placeholders_are_filled_in_the_order_they_first_stand() -> None:
    made = alimtalk.alimtalk(letter())
    assert made.content == "[Halden & Rue] 주문 HR-20418 상품이 오늘 도착합니다.\nHR-20418 조회는 아래에서."
    assert made.variables == {
        "#{상점}": "Halden & Rue",
        "#{번호}": "HR-20418",
        "#{링크}": "track.halden.example/r/AbC123",
    }
    assert made.buttons[0]["linkMobile"] == "https://track.halden.example/r/AbC123"
    assert (made.country, made.number) == ("82", "01012345678")


@pytest.mark.parametrize(
    ("registered", "left"),
    [
        ("https://#{링크}", "track.halden.example/r/AbC123"),
        ("https://track.halden.example/r/#{링크}", "AbC123"),
        ("#{링크}", "https://track.halden.example/r/AbC123"),
    ],
)
def test_a_link_is_told_from_where_the_registered_one_ends(registered: str, left: str) -> None:
    button = {"type": "WL", "name": "배송 조회", "linkMobile": registered}
    made = alimtalk.alimtalk(letter(approved=approved("도착", ("url", PAGE), buttons=[button])))
    assert made.variables == {"#{링크}": left}
    assert made.buttons[0]["linkMobile"] == PAGE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (None, "speaks only by approved texts"),
        (approved(BODY, *VALUES[:2], buttons=[BUTTON]), "has 3 placeholders, and 2 values are given"),
        (approved(BODY, VALUES[0], ("number", " "), VALUES[2], buttons=[BUTTON]), "to fill 번호 with"),
        (approved("가" * 1001), "1000 characters and 5 buttons at most"),
        (
            approved("짧다", buttons=[{"type": "WL", "name": "조회"}] * 6),
            "1000 characters and 5 buttons at most",
        ),
        (approved("#{번호} 도착", ("number", "#{번호}")), "not the registered one"),
    ],
)
def test_what_kakao_would_drop_is_never_handed_over(change: Any, why: str) -> None:
    with pytest.raises(LetterError, match=why):
        alimtalk.alimtalk(letter(approved=change))


REGISTERED = "주문 #{번호} 상품이 도착합니다."


@pytest.mark.parametrize("content", ["주문 HR-1 상품이 도착합니다.", "주문 A.C 상품이 도착합니다."])
def test_a_text_with_its_placeholders_filled_is_the_registered_one(content: str) -> None:
    assert alimtalk.is_the_registered(REGISTERED, content)


@pytest.mark.parametrize(
    "content",
    [
        "주문 HR-1 상품이 곧 도착합니다.",  # a word that was not registered
        "주문  상품이 도착합니다.",  # nothing where the placeholder was
        "주문 HR-1 상품이 도착합니다. ",
        "주문 #{번호} 상품이 도착합니다.",
    ],
)
def test_a_text_that_differs_by_a_character_is_another(content: str) -> None:
    assert not alimtalk.is_the_registered(REGISTERED, content)


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [("+821012345678", ("82", "01012345678")), ("+81312345678", ("81", "0312345678"))],
)
def test_numbers_are_told_as_dialled_in_their_country(phone: str, dialled: tuple[str, str]) -> None:
    assert alimtalk.dialled(phone) == dialled
