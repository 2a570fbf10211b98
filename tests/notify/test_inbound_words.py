"""Words that end messages or allow them again, as people write them back."""

from datetime import timedelta

import pytest

from tests.notify.replying import PHONE, a_shop_with, answers, hear, told, words
from tests.notify.rows import MINUTE, NOON
from tests.notify.test_keywords import STOPS
from wismo.notify.actions.people import Said, record_choice
from wismo.notify.models import (
    Address,
    Consent,
    Conversation,
    Inbound,
    Message,
    MessagingSettings,
    Preference,
    Suppression,
)
from wismo.notify.queries.people import digest_of
from wismo.notify.words import AddressKind, Kind

pytestmark = pytest.mark.django_db


def bans() -> list[tuple[str, str, str]]:
    """What may not be sent: channel, scope, reason."""
    return list(Suppression.objects.order_by("pk").values_list("channel", "scope", "reason"))


def test_stop_ends_this_channel_alone_and_is_confirmed_once_within_five_minutes() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("STOP"), words("stop", "in-2"), words("Stop please", "in-3"))
    assert bans() == [("whatsapp", "all", "stop")]
    assert answers() == [
        "You will get no more messages from Halden & Rue here. Reply START to get them again."
    ]
    message = Message.objects.get(journey="team_reply")
    assert message.expires_at is not None
    assert message.expires_at - message.due_at == timedelta(minutes=5)
    assert message.facts["back"] == {
        "address": Address.objects.get().pk,
        "channel": "whatsapp",
        "answer": "stopped",
    }
    said = Consent.objects.filter(kind="transactional").first()
    assert said is not None
    assert (said.granted, said.source, said.evidence) == (False, "keyword", {"words": "STOP"})


@pytest.mark.parametrize("language", STOPS)
def test_stop_is_understood_in_every_language(language: str) -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words(STOPS[language][1]))
    assert bans() == [("whatsapp", "all", "stop")]


def test_where_the_provider_confirms_a_word_itself_nothing_is_said_twice() -> None:
    shop = a_shop_with("twilio_sms")
    told(shop, "twilio_sms")
    hear(shop, words("STOP"), provider="twilio_sms")
    assert (bans(), answers()) == ([("sms", "all", "stop")], [])
    hear(shop, words("START", "in-2", at=NOON + MINUTE), provider="twilio_sms")
    own = words("Stopp", "in-3", at=NOON + 2 * MINUTE)  # no word of Twilio's
    hear(shop, own, provider="twilio_sms")
    assert len(answers()) == 1


def test_start_allows_messages_again_but_offers_only_where_they_were_agreed_to() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("STOP"), words("START", "in-2", at=NOON + MINUTE))
    assert bans() == []
    held = dict(Preference.objects.values_list("kind", "granted"))
    assert held == {"transactional": True, "feedback": True, "marketing": False}
    assert answers()[-1] == "You will get messages from Halden & Rue here again. Reply STOP to end."


def test_start_brings_back_the_offers_somebody_had_agreed_to() -> None:
    shop = a_shop_with("meta")
    told(shop)
    digest = digest_of(shop.pk, AddressKind.PHONE, PHONE)
    record_choice(
        shop.pk, Said(digest, "whatsapp", Kind.MARKETING, granted=True, source="checkout", at=NOON - MINUTE)
    )
    hear(shop, words("STOP"), words("yes", "in-2", at=NOON + MINUTE))
    assert dict(Preference.objects.values_list("kind", "granted"))["marketing"] is True


def test_a_start_that_was_said_before_a_stop_changes_nothing_when_it_comes_later() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("STOP", "in-2"))
    hear(shop, words("START", "in-1", at=NOON - MINUTE))
    assert bans() == [("whatsapp", "all", "stop")]


def test_where_a_shop_says_so_stop_ends_all_channels_of_the_buyer() -> None:
    shop = a_shop_with("meta")
    told(shop)
    MessagingSettings.objects.create(shop=shop, stop_means_all=True)
    hear(shop, words("STOP"))
    assert {ban[0] for ban in bans()} == {""}
    email = digest_of(shop.pk, AddressKind.EMAIL, "hr-20418@buyer.example")
    assert Suppression.objects.filter(digest=email, channel="", scope="all").exists()
    hear(shop, words("START", "in-2", at=NOON + MINUTE))
    assert bans() == []


def test_help_is_answered() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("HELP"))
    assert answers() == ["Halden & Rue writes here about your orders. Reply STOP to end."]
    assert not Conversation.objects.exists()


def test_two_machines_do_not_talk_to_each_other_for_ever() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, *(words("HELP", f"in-{n}") for n in range(15)))
    assert len(answers()) == 10
    assert Inbound.objects.count() == 15


def test_a_reply_told_twice_is_heard_once() -> None:
    shop = a_shop_with("meta")
    told(shop)
    hear(shop, words("Where is it?"), words("Where is it?"))
    hear(shop, words("Where is it?"))
    assert Inbound.objects.count() == 1
    assert Conversation.objects.get().entries.count() == 1


def test_the_same_id_of_another_provider_or_shop_is_another_reply() -> None:
    mine, other = a_shop_with("meta"), a_shop_with("meta", slug="other")
    told(mine)
    hear(mine, words("STOP"))
    hear(other, words("STOP"))
    assert sorted(Inbound.objects.values_list("shop__slug", "kind")) == [
        ("halden", "stop"),
        ("other", "stop"),
    ]
    assert Suppression.objects.values("digest").distinct().count() == 2


def test_who_writes_from_no_address_that_can_be_answered_is_left_alone() -> None:
    shop = a_shop_with("twilio_sms")
    hear(shop, words("Your code is 1234", sender=(AddressKind.PHONE, "AMAZON")), provider="twilio_sms")
    assert not Inbound.objects.exists()
    assert not Address.objects.exists()
