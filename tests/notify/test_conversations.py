"""What people write in their own words, and the team's answers, sent by the very place they came from."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.notify.replying import META, PHONE, a_shop_with, answers, hear, told, words
from tests.notify.rows import HOUR, MINUTE, NOON
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.actions import conversations
from wismo.notify.actions.accounts import pause_account, set_account
from wismo.notify.actions.conversations import CannotAnswer
from wismo.notify.jobs.dispatch import dispatch
from wismo.notify.models import Conversation, Message, MessageState, ProviderTemplate
from wismo.notify.queries.conversations import thread, ways_to_answer
from wismo.notify.words import AddressKind
from wismo.plumbing.models import AuditRow
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
WHO = "ines@halden.example"
TAKEN = Scripted(body=b'{"messages": [{"id": "wamid.answer"}]}')


@pytest.fixture
def meta(settings: Settings) -> Iterator[Peer]:
    """A real server in the place of Meta's."""
    settings.PRIVATE_PEERS = True
    with a_peer(Peer(usual=TAKEN)) as peer:
        yield peer


def at_meta(shop: Shop, peer: Peer) -> None:
    """The shop's account speaks to this server."""
    set_account(shop.pk, "meta", {**META, "api_url": peer.url}, who="a test", now=NOON)


def said(peer: Peer) -> list[tuple[str, str]]:
    """Whom the server was asked to tell what."""
    bodies = [json.loads(asked.body) for asked in peer.asked]
    return [(body["to"], body["interactive"]["body"]["text"]) for body in bodies]


def ways(talk: Conversation, at: timedelta = MINUTE) -> dict[str, str]:
    """Each way to answer, and what bars it."""
    return {way.key: way.bar for way in ways_to_answer(talk.shop_id, talk.pk, NOON + at)}


def test_words_open_a_conversation_once_and_are_acknowledged_once() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("Where is it?"), words("Hello?", "in-2", at=NOON + MINUTE))
    talk = Conversation.objects.get()
    assert (talk.open, talk.heard_at) == (True, NOON + MINUTE)
    assert [entry.text for entry in talk.entries.order_by("pk")] == ["Where is it?", "Hello?"]
    assert answers() == ["Thank you. Somebody from Halden & Rue will answer here."]


def test_the_team_answers_by_the_place_the_words_came_from(meta: Peer) -> None:
    shop = a_shop_with()
    at_meta(shop, meta)
    told(shop)
    hear(shop, words("Where is it?"))
    talk = Conversation.objects.get()
    dispatch(NOON + MINUTE)
    conversations.answer(shop.pk, talk.pk, "It is at the depot.", way="here", who=WHO, now=NOON + 2 * MINUTE)
    assert dispatch(NOON + 3 * MINUTE) == 1
    (to, first), (_, second) = said(meta)
    assert to == PHONE
    assert "Somebody from Halden & Rue will answer here." in first
    assert "It is at the depot." in second
    talk.refresh_from_db()
    assert (talk.open, talk.said_at) == (False, NOON + 2 * MINUTE)
    shown = thread(shop.pk, talk.pk)
    assert shown is not None
    assert [(entry.inbound, entry.state) for entry in shown.entries] == [(True, ""), (False, "sent")]


def test_a_stop_is_confirmed_though_nothing_else_may_be_sent(meta: Peer) -> None:
    shop = a_shop_with()
    at_meta(shop, meta)
    told(shop)
    hear(shop, words("STOP"))
    assert dispatch(NOON + MINUTE) == 1
    ((_, text),) = said(meta)
    assert "You will get no more messages from Halden & Rue here." in text


def test_a_confirmation_that_would_come_too_late_does_not_come(meta: Peer) -> None:
    shop = a_shop_with()
    at_meta(shop, meta)
    told(shop)
    hear(shop, words("STOP"))
    dispatch(NOON + 6 * MINUTE)
    assert meta.asked == []
    assert Message.objects.get(journey="team_reply").state == MessageState.NOT_SENT


def test_a_stranger_is_answered_where_they_wrote(meta: Peer) -> None:
    shop = a_shop_with()
    at_meta(shop, meta)
    hear(shop, words("Do you sell lamps?", sender=(AddressKind.WHATSAPP, "US.13491208655302741918")))
    talk = Conversation.objects.get()
    assert talk.buyer is None
    conversations.answer(shop.pk, talk.pk, "We do.", way="here", who=WHO, now=NOON + MINUTE)
    dispatch(NOON + 2 * MINUTE)
    bodies = [json.loads(asked.body) for asked in meta.asked]
    assert [body.get("recipient") or body.get("to") for body in bodies] == ["US.13491208655302741918"] * 2


def test_after_24_hours_free_words_are_barred_and_mail_is_offered() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("Where is it?"))
    talk = Conversation.objects.get()
    assert ways(talk) == {"here": "", "email": ""}
    assert ways(talk, 24 * HOUR) == {"here": "window", "email": ""}
    with pytest.raises(CannotAnswer, match="closed by now"):
        conversations.answer(shop.pk, talk.pk, "Here.", way="here", who=WHO, now=NOON + 25 * HOUR)
    conversations.answer(shop.pk, talk.pk, "By mail.", way="email", who=WHO, now=NOON + 25 * HOUR)
    message = Message.objects.filter(journey="team_reply").latest("pk")
    assert (message.channel, message.facts["back"]["channel"]) == ("email", "email")


def test_an_approved_text_is_offered_where_the_window_is_closed() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("Where is it?"))
    ProviderTemplate.objects.create(
        shop=shop,
        provider="meta",
        journey="team_reply",
        language="en",
        name="answer_v1",
        state="approved",
        body="{{1}}",
        variables=["text"],
        changed_at=NOON,
    )
    assert ways(Conversation.objects.get(), 24 * HOUR) == {"here": "window", "template": "", "email": ""}


def test_who_ended_messages_there_is_not_written_to_there() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("Where is it?"), words("STOP", "in-2", at=NOON + MINUTE))
    assert ways(Conversation.objects.get()) == {"here": "stopped", "email": ""}


def test_without_an_account_in_use_nothing_can_be_answered_there() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("Where is it?"))
    pause_account(shop.pk, "meta", who=WHO, now=NOON)
    assert ways(Conversation.objects.get())["here"] == "account"


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_an_answer_is_some_words_and_not_too_many(text: str) -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("Where is it?"))
    talk = Conversation.objects.get()
    with pytest.raises(CannotAnswer, match="between 1 and 900"):
        conversations.answer(shop.pk, talk.pk, text, way="here", who=WHO, now=NOON)


def test_a_conversation_is_closed_and_opens_by_itself_when_they_write_again() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("Where is it?"))
    talk = Conversation.objects.get()
    assert conversations.close(shop.pk, talk.pk, who=WHO, now=NOON)
    assert not conversations.close(shop.pk, talk.pk, who=WHO, now=NOON)
    assert AuditRow.objects.get(who=WHO).did == "closed a conversation"
    hear(shop, words("And now?", "in-2", at=NOON + MINUTE))
    talk.refresh_from_db()
    assert talk.open
    assert len(answers()) == 2


def test_more_replies_than_a_person_writes_do_not_flood_the_team() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, *(words(f"spam {n}", f"in-{n}") for n in range(130)))
    assert Conversation.objects.get().entries.count() == 120


def test_a_picture_is_shown_as_what_it_is() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("", extra={"media": "image"}))
    assert Conversation.objects.get().entries.get().text.startswith("[not text")
