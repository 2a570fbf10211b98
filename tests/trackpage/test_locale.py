"""Every language says everything, and what is served is what was written."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

WISMO = Path(settings.PACKAGE)
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
CALLS = {"_", "gettext", "gettext_noop", "ngettext", "pgettext"}
LITERAL = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
PLACEHOLDER = re.compile(r"%\(\w+\)[ds]")
SENTENCE = re.compile(r"\w \w")  # a single word may be the same in two languages


def file_of(language: str) -> Path:
    return WISMO / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"


def catalog(language: str) -> Catalog:
    with file_of(language).open("rb") as lines:
        return read_po(lines, locale=to_locale(language))


def messages(language: str) -> dict[str, Message]:
    return {forms(message.id)[0]: message for message in catalog(language) if message.id}


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def said_in_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            texts = [
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            yield from texts[1:] if node.func.id == "pgettext" else texts[:1]


def said_in_template(source: str) -> Iterator[str]:
    for found in re.finditer(rf"\bgettext\({LITERAL}\)", templatize(source)):
        yield ast.literal_eval(found[1])


def everything_said() -> set[str]:
    python = (said_in_python(file.read_text("utf-8")) for file in (WISMO / "trackpage").glob("*.py"))
    pages = [*(WISMO / "trackpage").rglob("*.html"), *(WISMO / "design").rglob("*.html")]
    templates = (said_in_template(file.read_text("utf-8")) for file in pages)
    return {text for texts in (*python, *templates) for text in texts}


def test_what_is_looked_for_is_found() -> None:
    """The extraction itself: one text of each kind."""
    said = everything_said()
    assert {"Arriving today", "We’re packing it", "%(count)d day late", "Order number", "Updates"} <= said
    assert "placed %(day)s" in said
    assert len(said) > 140


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_nothing_else_is(language: str) -> None:
    translated = messages(language)
    assert set(translated) == everything_said()
    assert [
        key for key, message in translated.items() if not message.string or not all(forms(message.string))
    ] == []
    assert [key for key, message in translated.items() if message.fuzzy] == []
    assert [
        key
        for key, message in translated.items()
        if key in forms(message.string) and SENTENCE.search(PLACEHOLDER.sub("", key)) and not message.context
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_placeholders_are_the_same(language: str) -> None:
    for key, message in messages(language).items():
        wanted = set(PLACEHOLDER.findall(key))
        for text in forms(message.string):
            found = set(PLACEHOLDER.findall(text))
            # "One day late" needs no number in a language that has a form for one alone.
            assert found == wanted or (message.pluralizable and found < wanted), f"{key!r}: {text!r}"


@pytest.mark.parametrize(("language", "charset"), [("zh-hans", "gb2312"), ("zh-hant", "big5")])
def test_each_chinese_keeps_to_its_own_characters(language: str, charset: str) -> None:
    for message in messages(language).values():
        for text in forms(message.string):
            text.encode(charset)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_count_has_all_its_forms(language: str) -> None:
    read = catalog(language)
    for message in read:
        if message.pluralizable:
            assert len(forms(message.string)) == read.num_plurals


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_the_written_one(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog(language))
    assert file_of(language).with_suffix(".mo").read_bytes() == compiled.getvalue()
