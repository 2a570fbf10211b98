"""What people choose at the provider itself: block, follow, stop offers, follow a link of ours."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.notify.replying import PHONE, a_shop_with, answers, told
from tests.notify.rows import MINUTE, NOON, make_order, make_shop
from wismo.notify.actions import choices
from wismo.notify.models import Address, Inbound, Preference, Suppression
from wismo.notify.port import HeardChoice
from wismo.notify.queries.replies import link_token
from wismo.notify.words import AddressKind, Kind
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
LENA = (AddressKind.TELEGRAM, "7654321")


def chose(key: str = "c-1", *, at: datetime = NOON, **changes: Any) -> HeardChoice:
    """Lena starts the bot."""
    return replace(HeardChoice(key, at, LENA, granted=True), **changes)


def hear(shop: Shop, *told_as: HeardChoice, provider: str = "telegram") -> None:
    """As the inbox's worker would."""
    choices.hear(shop.pk, provider, list(told_as), NOON + timedelta(seconds=1))


def test_a_link_of_ours_says_whose_chat_it_is() -> None:
    shop = make_shop()
    order = make_order(shop)
    hear(shop, chose(link=link_token(shop.pk, order.buyer_id)))
    address = Address.objects.get()
    assert (address.kind, address.value, address.buyer_id) == ("telegram", "7654321", order.buyer_id)
    held = dict(Preference.objects.values_list("kind", "granted"))
    assert held == {"transactional": True, "feedback": True}  # offers were not asked for


def test_another_shops_link_joins_nobody() -> None:
    shop, other = make_shop(), make_shop("other")
    order = make_order(other)
    hear(shop, chose(link=link_token(other.pk, order.buyer_id)))
    hear(shop, chose("c-2", link="made-up"))
    assert Address.objects.get().buyer is None


def test_who_blocks_us_is_gone_and_who_comes_back_is_there_again() -> None:
    shop = make_shop()
    hear(shop, chose())
    hear(shop, chose("c-2", at=NOON + MINUTE, granted=False, gone=True))
    assert Address.objects.get().gone_at is not None
    assert not Suppression.objects.exists()  # nothing was refused: there is only nowhere to write to
    hear(shop, chose("c-3", at=NOON + 2 * MINUTE))
    assert Address.objects.get().gone_at is None


def test_a_stop_at_the_provider_is_followed_and_not_answered() -> None:
    shop = a_shop_with("twilio_sms")
    told(shop, "twilio_sms")
    word = HeardChoice("SM1", NOON, (AddressKind.PHONE, PHONE), granted=False, extra={"answered": True})
    hear(shop, word, provider="twilio_sms")
    assert list(Suppression.objects.values_list("channel", "scope", "reason")) == [("sms", "all", "stop")]
    assert answers() == []


def test_a_stop_of_offers_alone_leaves_the_rest() -> None:
    shop = a_shop_with("meta")
    word = HeardChoice("c-1", NOON, (AddressKind.PHONE, PHONE), granted=False, scope=Kind.MARKETING)
    hear(shop, word, provider="meta")
    assert list(Suppression.objects.values_list("channel", "scope")) == [("whatsapp", "marketing")]
    hear(shop, replace(word, key="c-2", at=NOON + MINUTE, granted=True), provider="meta")
    assert not Suppression.objects.exists()
    assert list(Preference.objects.values_list("kind", "granted")) == [("marketing", True)]


def test_a_choice_told_twice_or_late_is_followed_once() -> None:
    shop = make_shop()
    stop = chose("c-2", at=NOON + MINUTE, granted=False)
    hear(shop, stop, stop)
    hear(shop, stop)
    hear(shop, chose("c-1"))  # said before it, told after it
    assert list(Suppression.objects.values_list("channel", "reason")) == [("telegram", "stop")]
    assert Inbound.objects.count() == 2
