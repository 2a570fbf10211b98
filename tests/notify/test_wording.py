"""Every language says everything, with the same facts in it."""

import re
import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wismo.notify.journey.library import house
from wismo.notify.wording import (
    NO_OWN,
    PARTS,
    BrokenText,
    all_texts,
    day_in,
    fill,
    money_in,
    time_in,
    write,
)
from wismo.notify.wording.pen import pen_of
from wismo.notify.wording.texts import _read, locale_of
from wismo.notify.wording.variables import VARIABLES, barely, made_up

# As the issue of every release lists them: the house speaks these whole.
LANGUAGES = {
    *("en", "ja", "ko", "hi", "ar", "es", "pt-BR", "fr", "de", "it", "nl", "zh-Hans", "zh-Hant"),
    *("id", "th", "vi", "tr", "pl"),
}
OTHERS = sorted(LANGUAGES - {"en"})
SCRIPTS = {
    "ja": r"[ぁ-んァ-ヶ一-龠]",
    "ko": r"[가-힣]",
    "hi": r"[ऀ-ॿ]",
    "ar": r"[؀-ۿ]",
    "th": r"[ก-๛]",
    "zh-Hans": r"[一-龠]",
    "zh-Hant": r"[一-龠]",
}
PLURAL = re.compile(r"\bplural\(\s*\w+\s*((?:,\s*\w+\s*=\s*(?:'[^']*'|\"[^\"]*\"|[^'\"(),])+)+)\)")


def placeholders(language: str, text: str) -> set[str]:
    return set(pen_of(language).asked(text))


def test_there_is_a_file_for_every_language_of_the_house() -> None:
    assert set(all_texts()) == LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_journey_has_its_texts(language: str) -> None:
    assert sorted(all_texts()[language].journey) == sorted(house())


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("part", PARTS)
def test_a_translation_tells_the_same_facts_as_the_english(language: str, part: str) -> None:
    english, other = all_texts()["en"], all_texts()[language]
    differing = {
        key: placeholders(language, other.journey[key][part]) ^ placeholders("en", english.journey[key][part])
        for key in english.journey
    }
    # Many languages say "it" and "they" alike, and so need not count.
    assert {key: names for key, names in differing.items() if names - {"count"}} == {}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_text_asks_for_what_there_is_not(language: str) -> None:
    texts = all_texts()[language]
    for key, parts in texts.journey.items():
        for part, text in parts.items():
            assert placeholders(language, text) <= VARIABLES.keys(), f"{key}.{part}"
    for name in ("why", "why_feedback", "why_marketing", "contact"):
        assert placeholders(language, texts.shared[name]) == placeholders(
            "en", all_texts()["en"].shared[name]
        )
    for name, text in texts.answer.items():
        assert placeholders(language, text) == placeholders("en", all_texts()["en"].answer[name]), name


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    texts, english = all_texts()[language], all_texts()["en"]
    for key, parts in texts.journey.items():
        for part, text in parts.items():
            bare = re.sub(r"{[{%].*?[%}]}", "", english.journey[key][part])
            if len(re.findall(r"[A-Za-z]{3,}", bare)) >= 3:
                assert text != english.journey[key][part], f"{key}.{part}"


@pytest.mark.parametrize("language", sorted(SCRIPTS))
def test_a_language_is_written_in_its_own_script(language: str) -> None:
    for key, parts in all_texts()[language].journey.items():
        words = write(NO_OWN, key, "email", made_up(all_texts()[language], "Halden"), [language]).parts
        spoken = " ".join(words[part] for part in ("heading", "body", "short"))
        if re.sub(r"{{.*?}}", "", parts["body"]).strip(" {}%"):
            assert re.search(SCRIPTS[language], spoken), key


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_text_reads_whole_with_all_that_may_be_known_and_with_the_least(language: str) -> None:
    texts = all_texts()[language]
    orders = [made_up(texts, "Halden", count=count) for count in (1, 2, 3, 5, 11, 21, 101)]
    orders += [barely(order) for order in orders]
    for key, values in product(texts.journey, orders):
        for part, text in write(NO_OWN, key, "email", values, [language]).parts.items():
            assert text or (key, part) == ("sale", "preheader"), f"{key}.{part}"
            assert not re.search(r"[{}]|  |None", text), f"{key}.{part}: {text}"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_form_that_a_language_tells_apart_is_written(language: str) -> None:
    rule = locale_of(language).plural_form
    needed = {rule(n) for n in range(1, 200)}
    journeys = all_texts()[language].journey
    texts = {f"{key}.{part}": text for key, parts in journeys.items() for part, text in parts.items()}
    calls = [(name, call[1]) for name, text in texts.items() for call in PLURAL.finditer(text)]
    for name, call in calls:
        forms = set(re.findall(r"(?:^|,)\s*(zero|one|two|few|many|other)\s*=", call))
        # Without the number in it, one and more than one is all there is to say.
        assert "~" not in call or needed <= forms | {"other"}, f"{name}: {sorted(needed - forms)}"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_button_and_an_action_fit_where_they_are_shown(language: str) -> None:
    texts = all_texts()[language]
    # WhatsApp and LINE show 20 characters of a quick reply; 25 is the most that a template's button takes.
    assert {name: len(text) for name, text in texts.action.items() if len(text) > 25} == {}


def test_a_late_parcel_without_a_new_day_is_said_to_have_none() -> None:
    texts = all_texts()["en"]
    values = made_up(texts, "Halden") | {"day": "", "voucher": "", "worth": ""}
    parts = write(NO_OWN, "delayed", "email", values, ["en"]).parts
    assert "late" in parts["subject"]
    assert texts.shared["day"] not in parts["body"]
    assert "Friday" not in parts["body"]


@pytest.mark.parametrize(
    ("language", "day", "time", "money"),
    [
        ("en", "Thursday 26 November", "21:05", "€1,234.50"),
        ("de", "Donnerstag, 26. November", "21:05", "1.234,50\xa0€"),
        ("ja", "11月26日(木)", "21:05", "€1,234.50"),
        ("ko", "11월 26일 목요일", "오후 9:05", "€1,234.50"),
        ("hi", "गुरुवार, 26 नवंबर", "21:05", "€1,234.50"),
        ("ar", "الخميس 26 نوفمبر", "21:05", "\u200f1,234.50\xa0€"),
        ("pl", "czwartek, 26 listopada", "21:05", "1\xa0234,50\xa0€"),
    ],
)
def test_days_times_and_money_are_written_as_the_reader_writes_them(
    language: str, day: str, time: str, money: str
) -> None:
    texts = all_texts()[language]
    assert day_in(texts, date(2026, 11, 26)) == day
    assert time_in(texts, datetime(2026, 11, 26, 12, 5, tzinfo=UTC), ZoneInfo("Asia/Tokyo")) == time
    assert day_in(texts, None) == ""
    assert money_in(texts, Decimal("1234.5"), "EUR") == money


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 paczka"),
        (2, "2 paczki"),
        (4, "4 paczki"),
        (5, "5 paczek"),
        (22, "22 paczki"),
        (12, "12 paczek"),
    ],
)
def test_plurals_follow_the_rules_of_the_language(count: int, said: str) -> None:
    text = "{{ plural(count, one='1 paczka', few=count ~ ' paczki', many=count ~ ' paczek', other='?') }}"
    assert fill(text, {"count": count}, "pl") == said


def test_arabic_has_six_forms() -> None:
    text = "{{ plural(count, zero='z', one='o', two='t', few='f', many='m', other='x') }}"
    assert [fill(text, {"count": n}, "ar") for n in (0, 1, 2, 3, 11, 100)] == ["z", "o", "t", "f", "m", "x"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ nobody }}", "it asks for something that is not given"),
        ("{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}", "it never ends"),
        ("{{ 'a' * 1000000000 }}", "it never ends"),
        ("{{ number", "unexpected end of input, expected end of variable block"),
        ("{{ debug() }}", "debug is unknown"),
        ("{{ plural(1, one='x') }}", 'plural() needs other="…"'),
    ],
)
def test_a_broken_text_is_an_error_and_never_a_hang(text: str, why: str) -> None:
    with pytest.raises(BrokenText) as error:
        fill(text, {"number": "HR-1"})
    assert error.value.why == why


def test_a_value_cannot_break_a_subject_into_two_lines_or_run_as_a_template() -> None:
    assert fill("Order {{ number }}", {"number": "1\r\nBcc: x {{ 7*7 }}"}) == "Order 1 Bcc: x {{ 7*7 }}"


def test_one_text_cannot_show_another() -> None:
    fill("the secret of {{ brand }}", {"brand": "another shop"})
    with pytest.raises(BrokenText):
        fill("{% include 't1' %}", {})


def test_a_language_that_is_not_complete_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "xx.toml").write_text('[shared]\ndirection = "ltr"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"xx\.toml: shared: must have exactly"):
        _read(tmp_path / "xx.toml")


def test_no_text_is_a_list_or_a_number() -> None:
    for path in sorted((Path(__file__).parents[2] / "wismo" / "notify" / "texts").glob("*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["journey"].values():
            assert {type(text) for text in table.values()} == {str}
