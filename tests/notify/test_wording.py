"""Every language says everything, with the same facts in it."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from minijinja import Environment

from wismo.notify.journey import Journey, journeys
from wismo.notify.languages import choose_language, offered_languages
from wismo.notify.port import LetterError
from wismo.notify.wording import (
    PARTS,
    all_texts,
    day_in,
    fill,
    time_in,
    write_parts,
)

LANGUAGES = [code for code, _name in django_settings.LANGUAGES]
OTHERS = [language for language in LANGUAGES if language != "en"]
SCRIPTS = {"ja": r"[ぁ-んァ-ヶ]", "ko": r"[가-힣]", "hi": r"[ऀ-ॿ]", "ar": r"[؀-ۿ]"}
VALUES = {
    "brand": "Halden",
    "number": "HR-1",
    "carrier": "UPS",
    "day": "Thursday",
    "promised": "Wednesday",
    "date": "Tuesday",
    "time": "13:00",
}


def placeholders(text: str) -> set[str]:
    return set(Environment().undeclared_variables_in_str(text))


def test_there_is_a_file_for_every_language_of_the_house() -> None:
    assert sorted(all_texts()) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_journey_has_its_texts(language: str) -> None:
    assert sorted(all_texts()[language].journey) == sorted(journeys())


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_translation_tells_the_same_facts_as_the_english(language: str, part: str) -> None:
    english, other = all_texts()["en"], all_texts()[language]
    for key in journeys():
        assert placeholders(other.journey[key][part]) == placeholders(english.journey[key][part]), key


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    texts, english = all_texts()[language], all_texts()["en"]
    said = [texts.journey[key][part] for key in journeys() for part in PARTS]
    said += [text for name, text in texts.shared.items() if name not in {"direction", "day", "time"}]
    theirs = {english.journey[key][part] for key in journeys() for part in PARTS}
    assert not theirs & set(said)
    for text in said:
        bare = re.sub(r"{[{%].*?[%}]}", "", text)
        assert re.search(SCRIPTS[language], bare), text
        assert not re.search(r"[A-Za-z]{2,}", bare), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(journeys()))
def test_a_text_reads_whole_with_and_without_a_day(language: str, key: str) -> None:
    for values in (VALUES, {**VALUES, "day": "", "promised": ""}):
        parts = write_parts(all_texts()[language], journeys()[key], values)
        for text in parts.values():
            assert text
            assert not re.search(r"[{}]|  |None", text), text


def test_a_late_parcel_without_a_new_day_is_said_to_have_none() -> None:
    parts = write_parts(all_texts()["en"], journeys()["delayed"], {**VALUES, "day": ""})
    assert parts["subject"] == "Order HR-1 is late"
    assert parts["heading"] == "Your parcel is late"
    assert parts["body"] == (
        "We had said Wednesday. We do not have a new day yet. "
        "The tracking page will show it as soon as UPS names one."
    )


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [
        ("en", "Thursday 26 November", "21:05"),
        ("ja", "11月26日(木)", "21:05"),
        ("ko", "11월 26일 목요일", "오후 9:05"),
        ("hi", "गुरुवार, 26 नवंबर", "21:05"),
        ("ar", "الخميس 26 نوفمبر", "21:05"),
    ],
)
def test_days_and_times_are_written_as_the_reader_writes_them(language: str, day: str, time: str) -> None:
    texts = all_texts()[language]
    assert day_in(texts, date(2026, 11, 26)) == day
    assert time_in(texts, datetime(2026, 11, 26, 12, 5, tzinfo=UTC), ZoneInfo("Asia/Tokyo")) == time
    assert day_in(texts, None) == ""


@pytest.mark.parametrize(
    ("wanted", "offered", "chosen"),
    [
        ("ja", ["en", "ja"], "ja"),
        ("ja-JP", ["en", "ja"], "ja"),
        ("AR_eg", ["en", "ar-EG"], "ar"),
        ("ja", ["ko", "en"], "ko"),
        ("", ["hi", "en"], "hi"),
        ("fr", ["fr", "ko"], "ko"),
        ("fr", ["fr"], "en"),
        ("ja", [], "en"),
    ],
)
def test_the_buyers_language_is_used_where_the_shop_offers_it(
    wanted: str, offered: list[str], chosen: str
) -> None:
    assert choose_language(offered_languages(offered, all_texts()), wanted) == chosen


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ nobody }}", "UndefinedError"),
        ("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "OutOfFuel"),
        ("{{ number", "SyntaxError"),
    ],
)
def test_a_broken_text_is_an_error_and_never_a_hang(text: str, why: str) -> None:
    with pytest.raises(LetterError) as error:
        fill(text, VALUES)
    assert str(error.value) == f"text {text[:60]!r}: {why}"


def test_a_value_cannot_break_a_subject_into_two_lines_or_run_as_a_template() -> None:
    assert fill("Order {{ number }}", {"number": "1\r\nBcc: x {{ 7*7 }}"}) == "Order 1 Bcc: x {{ 7*7 }}"


def test_a_journey_without_a_text_is_named() -> None:
    shipped = journeys()["shipped"]
    other = Journey(
        "smoke_signal",
        1,
        shipped.milestone,
        shipped.subject,
        shipped.legs,
        shipped.max_age,
        frozenset(),
        ("email",),
    )
    with pytest.raises(LetterError, match="no text for 'smoke_signal' in 'ja'"):
        write_parts(all_texts()["ja"], other, VALUES)
