"""Links in letters: short, signed, each for one purpose alone; and where they may lead."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from wismo.notify import links
from wismo.notify.rules.clicks import is_person, leads_to
from wismo.notify.rules.feedback import FeedbackKind
from wismo.notify.words import Kind
from wismo.plumbing import tokens

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
)


def test_each_link_is_read_back() -> None:
    assert links.read_preferences(token(links.preferences(7, 42))) == (7, 42)
    assert links.read_unsubscribe(token(links.unsubscribe(9, Kind.MARKETING))) == (9, Kind.MARKETING)
    assert links.read_confirm(token(links.confirm(12))) == 12
    assert links.read_score(token(links.score(5, FeedbackKind.NPS))) == (5, FeedbackKind.NPS)
    assert links.score(5, FeedbackKind.CSAT, 4).endswith("?score=4")
    assert links.read_click(token(links.click(1))) == 1


def test_a_click_fits_a_text_message_however_many_messages_there_were() -> None:
    for message_id in (1, 10**6, 10**9, 2**40):
        path = urlsplit(links.click(message_id)).path
        assert len(path) <= 30
        assert re.fullmatch(r"/r/[A-Za-z0-9_-]+", path)


def test_the_token_of_one_page_opens_no_other() -> None:
    reads = {
        links.preferences(1, 2): links.read_preferences,
        links.unsubscribe(1, Kind.FEEDBACK): links.read_unsubscribe,
        links.confirm(1): links.read_confirm,
        links.score(1, FeedbackKind.CSAT): links.read_score,
        links.click(1): links.read_click,
    }
    for url, own in reads.items():
        for read in reads.values():
            assert (read(token(url)) is None) == (read is not own)


@given(st.lists(st.integers(min_value=0, max_value=2**63 - 1), min_size=1, max_size=4))
def test_ids_come_back_whatever_they_are(ids: list[int]) -> None:
    assert tokens.read_short("x", tokens.make_short("x", *ids)) == tuple(ids)


@given(st.text(max_size=60))
def test_what_nobody_made_is_no_token(text: str) -> None:
    assert tokens.read_short("x", text) is None


def test_one_changed_letter_is_no_token() -> None:
    good = tokens.make_short("x", 123456)
    for place in range(len(good)):
        for letter in "Aa0-_":
            altered = good[:place] + letter + good[place + 1 :]
            assert altered == good or tokens.read_short("x", altered) is None
    for altered in (good + "=", good + "A", good[:-1], f" {good}", good + "\n"):
        assert tokens.read_short("x", altered) is None


def test_another_secret_key_makes_old_links_void(settings: Settings) -> None:
    good = tokens.make_short("x", 1)
    settings.SECRET_KEY = "another"
    assert tokens.read_short("x", good) is None


@pytest.mark.parametrize(
    ("method", "agent", "purpose", "person"),
    [
        ("GET", IPHONE, "", True),
        ("GET", "Mozilla/5.0 (Linux; Android 13; CUBOT_KINGKONG) Chrome/130.0", "", True),
        ("HEAD", IPHONE, "", False),
        ("GET", IPHONE, "prefetch;prerender", False),
        ("GET", "", "", False),
        ("GET", "WhatsApp/2.24.20.79 A", "", False),
        ("GET", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "", False),
        ("GET", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "", False),
        ("GET", "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "", False),
        ("GET", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "", False),
        ("GET", "python-requests/2.32.3", "", False),
        ("GET", "Mozilla/5.0 (compatible; proofpoint URL Defense)", "", False),
    ],
)
def test_machines_that_look_have_not_clicked(method: str, agent: str, purpose: str, *, person: bool) -> None:
    assert is_person(method, agent, purpose) is person


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://shop.example/cart/1", True),
        ("https://www.shop.example/cart/1?a=b#c", True),
        ("HTTPS://SHOP.EXAMPLE/", True),
        ("https://shop.example.evil.example/", False),
        ("https://evilshop.example/", False),
        ("https://shop.example@evil.example/", False),
        ("https://evil.example/https://shop.example/", False),
        ("//evil.example", False),
        ("https://evil.example\\@shop.example/", False),
        ("javascript:alert(1)//shop.example", False),
        ("https:///shop.example", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_link_leads_to_the_shops_own_hosts_alone(url: str, *, may: bool) -> None:
    assert leads_to(url, ["shop.example"]) is may


def token(url: str) -> str:
    return urlsplit(url).path.split("/")[2]
