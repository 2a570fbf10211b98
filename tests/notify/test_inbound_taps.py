"""Buttons that come back: done once, while they can still change something."""

from datetime import timedelta

import pytest

from tests.notify.replying import PHONE, a_shop_with, answers, button, hear, left, told, words
from tests.notify.rows import NOON, make_order, make_parcel
from wismo.notify.models import Address, Attempt, Conversation, Decision, Inbound, Message, Suppression
from wismo.notify.port import HeardReply
from wismo.notify.rules.answers import LIFE
from wismo.notify.words import AddressKind, ReplyAction
from wismo.plumbing.models import EventRow

pytestmark = pytest.mark.django_db


def tap(attempt: Attempt, action: ReplyAction, key: str = "tap-1") -> HeardReply:
    """A tap on one of the message's buttons."""
    return words("Choose another day", key, token=button(attempt, action))


def events() -> list[tuple[str, str]]:
    """What was announced: by whose message, and which action."""
    rows = EventRow.objects.filter(name="ShopperReplied").order_by("pk")
    return [(row.facts["journey"], row.facts["action"]) for row in rows]


def test_a_tap_is_announced_noted_and_shown_to_the_team() -> None:
    shop = a_shop_with("meta")
    attempt = told(shop)
    hear(shop, tap(attempt, ReplyAction.CHOOSE_SLOT))
    assert events() == [("failed_attempt", "choose_slot")]
    row = EventRow.objects.get(name="ShopperReplied")
    assert (row.facts["order_id"], row.facts["shipment_id"]) == (
        attempt.message.order_id,
        attempt.message.shipment_id,
    )
    (entry,) = Conversation.objects.get().entries.all()
    assert (entry.text, entry.message_id) == ("[Choose another day]", attempt.message_id)
    assert answers() == ["Thank you, we have noted it."]
    decision = Decision.objects.get(message=attempt.message)
    assert (decision.gate, decision.facts) == ("reply", {"action": "choose_slot", "outcome": "done"})


def test_a_button_acts_once_however_often_it_is_tapped() -> None:
    shop = a_shop_with("meta")
    attempt = told(shop)
    hear(shop, tap(attempt, ReplyAction.COLLECT), tap(attempt, ReplyAction.COLLECT, "tap-2"))
    hear(shop, tap(attempt, ReplyAction.COLLECT, "tap-3"))
    assert (len(events()), len(answers()), Inbound.objects.count()) == (1, 1, 1)


def test_an_answer_that_comes_too_late_is_told_so_with_the_link() -> None:
    shop = a_shop_with("meta")
    attempt = told(shop, status="delivered", ended=True)
    hear(shop, tap(attempt, ReplyAction.CHOOSE_SLOT))
    assert (events(), Conversation.objects.count()) == ([], 0)
    assert answers() == ["That is no longer possible. See where things stand:"]
    assert Message.objects.get(journey="team_reply").order_id == attempt.message.order_id
    assert Inbound.objects.get().outcome == "no_longer_possible"


def test_a_button_of_last_month_is_old_paper() -> None:
    shop = a_shop_with("meta")
    attempt = told(shop)
    old = words("", token=button(attempt, ReplyAction.COLLECT, made=NOON - LIFE - timedelta(days=1)))
    hear(shop, old)
    assert (events(), answers()) == ([], ["That is no longer possible. See where things stand:"])


def test_a_problem_goes_to_a_person_of_the_team() -> None:
    shop = a_shop_with("meta")
    hear(shop, tap(told(shop), ReplyAction.PROBLEM))
    assert Conversation.objects.get().open
    assert answers() == ["Thank you. Somebody from Halden & Rue will answer here."]


def test_the_stop_button_ends_messages_like_the_word() -> None:
    shop = a_shop_with("meta")
    hear(shop, tap(told(shop), ReplyAction.STOP))
    (ban,) = Suppression.objects.all()
    assert (ban.channel, ban.scope, ban.reason) == ("whatsapp", "all", "stop")
    assert answers()[0].startswith("You will get no more messages")


def test_stop_wins_over_a_button() -> None:
    shop = a_shop_with("meta")
    attempt = told(shop)
    hear(shop, words("STOP", token=button(attempt, ReplyAction.CHOOSE_SLOT)))
    assert events() == []
    assert Suppression.objects.exists()


def test_another_shops_button_means_nothing_here() -> None:
    mine, other = a_shop_with("meta"), a_shop_with("meta", slug="other")
    attempt = told(mine)
    hear(other, tap(attempt, ReplyAction.COLLECT))
    assert events() == []
    (entry,) = Conversation.objects.get(shop=other).entries.all()
    assert entry.text == "Choose another day"  # the label alone: words for the team
    assert entry.message is None


def test_a_forged_token_is_only_words() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("I want it now", token="A" * 42))
    assert events() == []
    assert Conversation.objects.get().entries.get().text == "I want it now"


def test_a_person_without_a_phone_number_is_known_by_their_user_id() -> None:
    shop = a_shop_with("meta")
    attempt = told(shop)
    unnumbered = words(
        "",
        sender=(AddressKind.WHATSAPP, "US.13491208655302741918"),
        token=button(attempt, ReplyAction.PROBLEM),
    )
    hear(shop, unnumbered)
    address = Address.objects.get(kind="whatsapp")
    assert address.buyer_id == attempt.message.buyer_id
    assert address.heard_at == {"whatsapp": "2026-11-24T12:00:00+00:00"}
    assert Conversation.objects.get().buyer_id == attempt.message.buyer_id


def test_a_reply_to_a_message_names_its_order_even_from_a_new_address() -> None:
    shop = a_shop_with("meta")
    attempt = told(shop)
    hear(shop, words("Which one?", sender=(AddressKind.PHONE, "+4915199999999"), answers=attempt.provider_id))
    talk = Conversation.objects.get()
    assert talk.buyer_id == attempt.message.buyer_id
    assert talk.entries.get().message_id == attempt.message_id


def test_the_same_provider_id_in_another_shop_is_not_its_message() -> None:
    mine, other = a_shop_with("meta"), a_shop_with("meta", slug="other")
    attempt = told(mine)
    hear(other, words("Which one?", answers=attempt.provider_id))
    assert Conversation.objects.get(shop=other).buyer_id is None


def test_who_writes_of_themselves_means_the_last_message_they_had() -> None:
    shop = a_shop_with("meta")
    told(shop, number="HR-1")
    order = make_order(shop, "HR-2", email="other@buyer.example")
    last = left(shop, order, make_parcel(order, "p2"), "meta")
    hear(shop, words("Where is it?"))
    assert Conversation.objects.get().entries.get().message_id == last.message_id
    assert Address.objects.get().value == PHONE
