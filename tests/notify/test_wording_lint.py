"""What the lint says of a text before it is published."""

import pytest

from wismo.notify.rules.lint import Draft, Level, lint, page_findings
from wismo.notify.wording import all_texts
from wismo.notify.wording.pages import GIVEN, compiled
from wismo.notify.wording.variables import made_up
from wismo.notify.words import Kind

PAGE = """<mjml><mj-body><mj-section><mj-column>
<mj-text>{{ heading }} {{ number }}</mj-text><mj-button href="{{ url }}">{{ button }}</mj-button>
</mj-column></mj-section></mj-body></mjml>"""


def of(channel: str = "", language: str = "en", kind: Kind = Kind.TRANSACTIONAL, **parts: str) -> Draft:
    texts = all_texts()[language]
    return Draft(channel, language, kind, parts, texts.journey["shipped"], made_up(texts, "Halden"))


def said(draft: Draft) -> list[tuple[str, str, str, int]]:
    return [(found.level.value, found.part, found.text, found.line) for found in lint(draft)]


def test_a_good_text_has_nothing_to_look_at() -> None:
    assert said(of(subject="Order {{ number }} left us", short="Order {{ number }} left us.")) == []


def test_a_variable_that_there_is_not_is_named_with_its_line_and_the_nearest() -> None:
    assert said(of(body="Hello\n{{ numbr }} of {{ number }}")) == [
        ("error", "body", "there is no variable numbr; did you mean {{ number }}?", 2)
    ]


def test_broken_syntax_is_told_with_its_line() -> None:
    assert said(of(body="Hello\n\n{{ number }")) == [
        ("error", "body", "unexpected `}`, expected end of variable block", 3)
    ]


@pytest.mark.parametrize("tag", ["include 'x'", "extends 'x'", "macro m()", "import 'x' as y"])
def test_a_text_cannot_reach_beyond_itself(tag: str) -> None:
    found = lint(of(body="{{ number }} {% " + tag + " %}"))
    assert found[0].text == f"{{% {tag.split()[0]} %}} is not allowed in a text"
    assert found[0].level is Level.ERROR


def test_a_text_must_say_something_on_every_order() -> None:
    assert ("error", "subject", "it says nothing where a value is missing", 0) in said(
        of(subject="{{ day }}")
    )


def test_an_order_that_is_no_longer_named_is_noticed() -> None:
    assert said(of(subject="It is on its way")) == [
        ("warning", "subject", "it no longer says {{ number }}, the order’s number", 0)
    ]


@pytest.mark.parametrize(
    ("language", "words", "hit"),
    [
        ("en", "Order {{ number }}: 20% off your next", "% off"),
        ("de", "Bestellung {{ number }}: Rabatt!", "rabatt"),
        ("ja", "ご注文{{ number }}:クーポン進呈", "クーポン"),
        ("ar", "طلبك {{ number }} خصم", "خصم"),
    ],
)
def test_advertising_in_a_message_about_an_order_is_noticed(language: str, words: str, hit: str) -> None:
    found = lint(of(language=language, subject=words))
    assert [f.text.split("”")[0] for f in found] == [f"“{hit}"]
    assert lint(of(language=language, kind=Kind.MARKETING, subject=words)) == []


def test_what_is_too_long_for_its_channel_is_told() -> None:
    long = "Order {{ number }} " + "x" * 100
    assert said(of("webpush", heading=long))[0][:2] == ("warning", "heading")
    assert said(of("webpush", heading=long + "x" * 100))[0][0] == "error"
    assert said(of("email", heading=long)) == []


def test_a_text_message_is_counted_in_segments() -> None:
    found = said(of("sms", short="{{ number }} " + "я" * 300))
    assert found == [("warning", "short", "6 SMS segments (UCS-2), each is paid for", 0)]


def test_a_plural_without_a_form_that_the_language_tells_apart_is_noticed() -> None:
    text = "{{ number }} {{ plural(count, one='1 paczka', other=count ~ ' paczek') }}"
    assert said(of(language="pl", heading=text)) == [
        ("warning", "heading", "plural() has no form for few, many, which this language tells apart", 1)
    ]


def test_a_text_message_must_not_ask_for_a_word_that_opts_in_or_out() -> None:
    found = said(of("sms", short="Order {{ number }}: reply YES to confirm"))
    assert found == [
        ("warning", "short", "asking for “YES” by SMS opts people in or out: ask for 1 or 2 instead", 0)
    ]


def test_a_part_that_there_is_not_is_an_error() -> None:
    assert said(of(footer="x"))[0][:2] == ("error", "footer")


def test_an_e_mail_of_the_shops_own_is_looked_at_too() -> None:
    assert page_findings(compiled(PAGE), Kind.TRANSACTIONAL, GIVEN) == []
    found = page_findings(compiled(PAGE), Kind.MARKETING, GIVEN)
    assert [f.text for f in found] == ["it must offer {{ unsubscribe_url }}: the law asks for it"]
    found = page_findings(compiled(PAGE.replace("heading", "headline")), Kind.TRANSACTIONAL, GIVEN)
    assert [f.text for f in found] == ["there is no variable headline; did you mean {{ heading }}?"]
    assert found[0].level is Level.ERROR
