"""The page of a button, for e-mail and for channels that have none."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.notify.replying import a_shop_with, button, told
from tests.notify.rows import NOON
from tests.trackpage.rows import LANGUAGES
from wismo.notify.models import Attempt, Conversation, Inbound, Suppression
from wismo.notify.queries.people import digest_of
from wismo.notify.rules.answers import LIFE
from wismo.notify.words import AddressKind, ReplyAction
from wismo.plumbing.models import EventRow
from wismo.shops.models import Brand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def at_noon() -> object:
    """The day the buttons were made."""
    with time_machine.travel(NOON, tick=False):
        yield


def by_mail(attempt: Attempt) -> Attempt:
    """The same message, as it went to the buyer's e-mail address."""
    buyer = attempt.message.buyer
    assert buyer is not None
    attempt.channel, attempt.provider = "email", "smtp"
    attempt.digest = digest_of(attempt.shop_id, AddressKind.EMAIL, buyer.email)
    attempt.save()
    return attempt


def address(attempt: Attempt, action: ReplyAction) -> str:
    """Where a button of the message leads."""
    return f"/a/{button(attempt, action)}"


def test_opening_the_page_does_nothing_yet() -> None:
    attempt = by_mail(told(a_shop_with()))
    page = Client().get(address(attempt, ReplyAction.CHOOSE_SLOT))
    assert page.status_code == 200
    assert "Choose another day" in page.content.decode()
    assert attempt.message.order is not None
    assert attempt.message.order.number in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert not EventRow.objects.filter(name="ShopperReplied").exists()
    assert not Inbound.objects.exists()


def test_the_press_of_its_button_acts_once_and_the_team_sees_what_was_written() -> None:
    attempt = by_mail(told(a_shop_with()))
    here = address(attempt, ReplyAction.CHOOSE_SLOT)
    for text in ("Friday after five", "again"):
        answer = Client().post(here, {"text": text})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{here}?lang=en")
    assert EventRow.objects.filter(name="ShopperReplied").count() == 1
    (entry,) = Conversation.objects.get(channel="email").entries.all()
    assert entry.text == "[Choose another day] Friday after five"
    after = Client().get(here).content.decode()
    assert "Thank you. We have it." in after
    assert "<form" not in after.partition("<main")[2].partition("</main")[0]


def test_an_answer_that_comes_too_late_says_so_and_leads_to_the_order() -> None:
    attempt = by_mail(told(a_shop_with(), status="delivered", ended=True))
    here = address(attempt, ReplyAction.COLLECT)
    page = Client().get(here).content.decode()
    assert "That is no longer possible" in page
    assert 'href="/t/' in page
    Client().post(here)
    assert not EventRow.objects.filter(name="ShopperReplied").exists()


def test_a_stop_ends_messages_at_that_address_alone() -> None:
    attempt = by_mail(told(a_shop_with()))
    Client().post(address(attempt, ReplyAction.STOP))
    (ban,) = Suppression.objects.all()
    assert (ban.digest, ban.channel, ban.scope) == (attempt.digest, "email", "all")


def test_it_cannot_be_pressed_from_another_site() -> None:
    attempt = by_mail(told(a_shop_with()))
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(attempt, ReplyAction.COLLECT)).status_code == 403
    assert not Inbound.objects.exists()


def test_a_link_that_nobody_made_leads_nowhere() -> None:
    attempt = by_mail(told(a_shop_with()))
    here = address(attempt, ReplyAction.COLLECT)
    for wrong in (here[:-1] + ("A" if here[-1] != "A" else "B"), "/a/x", "/a/" + "A" * 42):
        assert Client().get(wrong).status_code == 404
        assert Client().post(wrong).status_code == 404


def test_a_link_of_last_month_is_old_paper() -> None:
    attempt = by_mail(told(a_shop_with()))
    here = address(attempt, ReplyAction.COLLECT)
    with time_machine.travel(NOON + LIFE + timedelta(days=2), tick=False):
        assert "That is no longer possible" in Client().get(here).content.decode()


@pytest.mark.parametrize("action", ReplyAction)
def test_every_question_is_asked_in_the_readers_language(action: ReplyAction) -> None:
    attempt = by_mail(
        told(a_shop_with(), cash=True) if action is ReplyAction.PAY_ONLINE else told(a_shop_with())
    )
    Brand.objects.update(languages=LANGUAGES)
    asked = {}
    for language in LANGUAGES:
        page = Client().get(f"{address(attempt, action)}?lang={language}")
        assert page.headers["Content-Language"] == language
        asked[language] = "".join(re.findall("<h1>(.+?)</h1>", page.content.decode()))
    assert all(asked.values())
    assert [language for language in LANGUAGES[1:] if asked[language] == asked["en"]] == []
