"""Conversations, and messages that need a look, as the team sees them."""

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import rows
from tests.console.talking import a_doubtful_message, some_talk
from tests.notify.rows import HOUR, MINUTE, NOON
from wismo.notify.models import Conversation, Message
from wismo.plumbing.models import AuditRow

pytestmark = pytest.mark.django_db
LIST = "/console/halden/conversations/"
LOOK = "/console/halden/doubtful/"
AT = NOON + 5 * MINUTE


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team(role="agent")


@time_machine.travel(AT, tick=False)
def test_who_waits_for_an_answer_stands_in_the_list_and_is_counted_in_the_navigation(team: rows.Team) -> None:
    talk = some_talk(team.shop)
    page = team.client.get(LIST).content.decode()
    assert f"{LIST}{talk.pk}/" in page
    assert "Lina B" in page
    assert "&lt;b&gt;Thank you&lt;/b&gt;, can it be after five?" in page
    assert 'Conversations<b class="hot">1<span class="vh"> waiting</span></b>' in page
    team.client.post(f"{LIST}{talk.pk}/switch/", {"to": "closed"})
    assert "Nobody waits for an answer." in team.client.get(LIST).content.decode()
    assert f"{LIST}{talk.pk}/" in team.client.get(f"{LIST}?show=all").content.decode()


@time_machine.travel(AT, tick=False)
def test_a_conversation_is_read_with_the_order_beside_it(team: rows.Team) -> None:
    talk = some_talk(team.shop)
    page = team.client.get(f"{LIST}{talk.pk}/").content.decode()
    for said in ("Where is my parcel?<br>I was at home all day.", "The driver tries again tomorrow."):
        assert said in page
    assert "in answer to “Failed attempt”" in page
    assert "HR-20418" in page
    assert "WhatsApp takes free words until" in page


@time_machine.travel(AT, tick=False)
def test_the_team_answers_and_the_conversation_waits_no_more(team: rows.Team) -> None:
    talk = some_talk(team.shop)
    answer = team.client.post(
        f"{LIST}{talk.pk}/answer/", {"text": "Yes, it can.", "way": "here"}, follow=True
    )
    assert "Your answer is on its way." in answer.content.decode()
    message = Message.objects.filter(journey="team_reply").latest("pk")
    assert message.facts["text"] == "Yes, it can."
    assert not Conversation.objects.get().open


@time_machine.travel(NOON + 25 * HOUR, tick=False)
def test_past_the_window_it_is_said_why_and_mail_is_offered(team: rows.Team) -> None:
    talk = some_talk(team.shop)
    page = team.client.get(f"{LIST}{talk.pk}/").content.decode()
    assert "WhatsApp takes free words for 24 hours after a person last wrote. That is over." in page
    assert '<input type="hidden" name="way" value="email">' in page
    refused = team.client.post(f"{LIST}{talk.pk}/answer/", {"text": "Yes, it can.", "way": "here"})
    assert refused.status_code == 422
    assert "This way is closed by now" in refused.content.decode()
    assert "Yes, it can.</textarea>" in refused.content.decode()  # nothing typed is lost


@pytest.mark.parametrize("address", ["", "1/", "1/answer/", "1/switch/"])
def test_viewers_do_not_read_what_shoppers_write(address: str) -> None:
    viewer = rows.a_team(role="viewer")
    method = viewer.client.post if "answer" in address or "switch" in address else viewer.client.get
    assert method(f"{LIST}{address}").status_code == 403
    assert "Conversations" not in viewer.client.get("/console/halden/").content.decode()


def test_nothing_of_another_shops_conversations_is_seen_or_changed(team: rows.Team) -> None:
    other = rows.a_shop("other")
    talk, message = some_talk(other), a_doubtful_message(other)
    assert "Lina" not in team.client.get(f"{LIST}?show=all").content.decode()
    assert team.client.get(f"{LIST}{talk.pk}/").status_code == 404
    assert team.client.post(f"{LIST}{talk.pk}/answer/", {"text": "x", "way": "here"}).status_code == 404
    team.client.post(f"{LIST}{talk.pk}/switch/", {"to": "closed"})
    team.client.post(f"{LOOK}{message.pk}/", {"choice": "arrived"})
    assert Conversation.objects.get().open
    assert Message.objects.get(pk=message.pk).state == "unknown"
    assert not AuditRow.objects.filter(shop_id=team.shop.pk).exists()


@pytest.mark.parametrize(
    "mark", ["x", "~", "2026-11-24~1", "2026-99-99T00:00:00+00:00~1", "2026-11-24T12:00:00+00:00~x"]
)
def test_a_mark_that_is_none_starts_at_the_top(team: rows.Team, mark: str) -> None:
    some_talk(team.shop)
    assert "Lina B" in team.client.get(LIST, {"before": mark}).content.decode()


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_the_database_as_often_however_long_it_is(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    talk = some_talk(team.shop)
    for n in range(1, count):
        address = talk.address
        address.pk, address.digest = None, f"{n}" * 64
        address.save()
        Conversation.objects.create(shop=team.shop, channel="whatsapp", address=address, heard_at=NOON)
    team.client.get(LIST)
    with django_assert_num_queries(7):  # session, user, seats, rows, three for badges
        team.client.get(LIST)


# ── messages that need a look ─────────────────────────────────────────────────────────────────────────────


@time_machine.travel(AT, tick=False)
def test_a_message_nobody_knows_the_fate_of_is_shown_with_what_can_be_decided(team: rows.Team) -> None:
    a_doubtful_message(team.shop)
    page = team.client.get(LOOK).content.decode()
    for said in ("order HR-20500", "Twilio, Text message", "It arrived", "Send it again", "Leave it"):
        assert said in page
    assert 'Needs a look<b class="hot">1' in page


@time_machine.travel(AT, tick=False)
@pytest.mark.parametrize(
    ("choice", "state", "said"),
    [
        ("arrived", "sent", "Noted as arrived"),
        ("again", "queued", "It is sent again as soon as its turn comes."),
        ("leave", "not_sent", "Left as it is."),
    ],
)
def test_what_a_person_decides_is_done_once(team: rows.Team, choice: str, state: str, said: str) -> None:
    message = a_doubtful_message(team.shop)
    answer = team.client.post(f"{LOOK}{message.pk}/", {"choice": choice}, follow=True)
    assert said in answer.content.decode()
    message.refresh_from_db()
    assert message.state == state
    assert AuditRow.objects.get().who == team.user.email
    again = team.client.post(f"{LOOK}{message.pk}/", {"choice": "leave"}, follow=True)
    assert "it is known by now what became of it" in again.content.decode()


def test_no_choice_changes_nothing(team: rows.Team) -> None:
    message = a_doubtful_message(team.shop)
    answer = team.client.post(f"{LOOK}{message.pk}/", {"choice": "burn"}, follow=True)
    assert "choose what is to be done" in answer.content.decode()
    message.refresh_from_db()
    assert message.state == "unknown"
