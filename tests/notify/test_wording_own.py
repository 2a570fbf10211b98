"""A shop's own words over the house's, and what happens when they are broken."""

import pytest

from wismo.notify.languages import choose_language, nearest, offered_languages
from wismo.notify.port import LetterError
from wismo.notify.wording import NO_OWN, OwnText, OwnTexts, all_texts, reading_order, write
from wismo.notify.wording.pages import compiled
from wismo.notify.wording.pen import KEPT, BrokenText, Pen
from wismo.notify.wording.variables import made_up

VALUES = made_up(all_texts()["en"], "Halden")
HELLO = OwnText(3, {"subject": "Hello {{ number }}", "short": "Hello from {{ brand }}"})
FOR_SMS = OwnText(7, {"short": "By text: {{ number }}"})
OWN = OwnTexts({("shipped", "", "en"): HELLO, ("shipped", "sms", "en"): FOR_SMS})


def test_what_the_shop_leaves_out_the_house_says() -> None:
    written = write(OWN, "shipped", "email", VALUES, ["en"])
    assert written.parts["subject"] == "Hello #1042"
    assert written.parts["heading"] == "Your parcel is on its way"
    assert (written.wording, written.trouble, written.language) == ("shop:en:3", "", "en")


def test_words_for_one_channel_go_before_words_for_all() -> None:
    assert write(OWN, "shipped", "sms", VALUES, ["en"]).parts["short"] == "By text: #1042"
    assert write(OWN, "shipped", "sms", VALUES, ["en"]).wording == "shop:en:7"
    assert write(OWN, "shipped", "webpush", VALUES, ["en"]).parts["short"] == "Hello from Halden"
    assert write(NO_OWN, "shipped", "sms", VALUES, ["en"]).wording == "house:en"


def test_a_broken_text_of_the_shop_silences_nothing() -> None:
    own = OwnTexts({("shipped", "", "en"): OwnText(4, {"subject": "{{ nobody }}", "heading": "Off it goes"})})
    written = write(own, "shipped", "email", VALUES, ["en"])
    assert written.parts["subject"] == "Order #1042 is on its way"
    assert written.parts["heading"] == "Off it goes"
    assert written.trouble == "subject: it asks for something that is not given"


def test_a_text_that_never_ends_is_broken_too() -> None:
    endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"
    own = OwnTexts({("shipped", "", "en"): OwnText(1, {"short": endless})})
    assert write(own, "shipped", "sms", VALUES, ["en"]).trouble == "short: it never ends"


def test_a_journey_of_the_shop_alone_is_written_in_the_language_it_has_words_for() -> None:
    own = OwnTexts({("gift", "", "de"): OwnText(1, {"short": "Ein Geschenk für {{ number }}"})})
    written = write(own, "gift", "sms", VALUES, reading_order("ja", ["de", "en"]))
    assert (written.parts["short"], written.language) == ("Ein Geschenk für #1042", "de")
    assert written.parts["subject"] == ""


def test_a_journey_without_a_text_is_named() -> None:
    with pytest.raises(LetterError, match="no text for 'smoke_signal' in ja, en"):
        write(NO_OWN, "smoke_signal", "email", VALUES, ["ja", "en"])


def test_a_broken_text_that_stands_alone_is_an_error() -> None:
    own = OwnTexts({("gift", "", "en"): OwnText(1, {"short": "{{ nobody }}"})})
    with pytest.raises(LetterError, match="text 'short' in 'en': it asks for something"):
        write(own, "gift", "sms", VALUES, ["en"])


def test_a_number_is_kept_whole_among_arabic_letters() -> None:
    for number, shown in (("#1042", "\u200e#1042"), ("HR-1", "HR-1")):
        written = write(NO_OWN, "shipped", "sms", VALUES | {"number": number}, ["ar"])
        assert f" {shown} " in written.parts["short"]
    assert " #1042 " in write(NO_OWN, "shipped", "sms", VALUES, ["en"]).parts["short"]


def test_a_value_does_not_move_the_parts_of_a_message() -> None:
    parts = write(NO_OWN, "shipped", "email", VALUES | {"number": "1\x1f2"}, ["en"]).parts
    assert parts["subject"] == "Order 1 2 is on its way"
    assert parts["heading"] == "Your parcel is on its way"


def test_counts_may_come_as_text() -> None:
    written = write(NO_OWN, "shipped", "email", VALUES | {"count": "2"}, ["en"])
    assert written.parts["subject"] == "Order #1042: 2 parcels are on their way"


@pytest.mark.parametrize(
    ("wanted", "offered", "chosen"),
    [
        ("ja", ["en", "ja"], "ja"),
        ("ja-JP", ["en", "ja"], "ja"),
        ("AR_eg", ["en", "ar-EG"], "ar"),
        ("ja", ["ko", "en"], "ko"),
        ("", ["hi", "en"], "hi"),
        ("da", ["da", "ko"], "ko"),
        ("da", ["da"], "en"),
        ("ja", [], "en"),
        ("pt", ["en", "pt-BR"], "pt-BR"),
        ("pt-PT", ["en", "pt-BR"], "pt-BR"),
        ("zh", ["en", "zh-Hans"], "zh-Hans"),
        ("zh-CN", ["en", "zh-Hans", "zh-Hant"], "zh-Hans"),
        ("zh_TW", ["en", "zh-Hans", "zh-Hant"], "zh-Hant"),
        ("zh-HK", ["en", "zh-Hant"], "zh-Hant"),
        ("zh-Hant-HK", ["en", "zh-Hant"], "zh-Hant"),
        ("zh-HK", ["en", "zh-Hans"], "en"),
        ("in", ["en", "id"], "id"),
    ],
)
def test_the_buyers_language_is_used_where_the_shop_offers_it(
    wanted: str, offered: list[str], chosen: str
) -> None:
    assert choose_language(offered_languages(offered, all_texts()), wanted) == chosen


def test_no_other_languages_stand_in_for_one() -> None:
    assert nearest("da", all_texts()) == ""
    assert nearest("", all_texts()) == ""


def test_old_texts_do_not_pile_up() -> None:
    pen = Pen("en")
    for n in range(KEPT + 10):
        assert pen.fill(f"{n} {{{{ brand }}}}", {"brand": "H"}) == f"{n} H"
    assert len(pen._names) <= KEPT


@pytest.mark.parametrize(
    ("mjml", "why"),
    [
        ("nonsense", "not MJML: unable to parse"),
        ("<mjml><mj-body>", "not MJML: unexpected end"),
        ('<mjml><mj-body><mj-include path="/etc/passwd"/></mj-body></mjml>', "mj-include would read files"),
        ("<mjml><mj-body><mj-raw>{% for x in %}</mj-raw></mj-body></mjml>", "unexpected end of block"),
    ],
)
def test_an_e_mail_that_is_not_mjml_is_refused_with_the_reason(mjml: str, why: str) -> None:
    with pytest.raises(BrokenText) as error:
        compiled(mjml)
    assert why in error.value.why
