"""What buyers agree to and refuse, wherever they say it; and the opt-in that a mail confirms."""

from datetime import timedelta
from typing import Any

import pytest

from tests.notify.rows import HOUR, NOON, make_order, make_shop
from wismo.notify.actions.consents import (
    CONFIRM_LIFE,
    Wish,
    change_preferences,
    confirm,
    keep_wishes,
    unsubscribe,
)
from wismo.notify.actions.people import remember_address, suppress
from wismo.notify.models import (
    Attempt,
    ChannelAccount,
    Consent,
    Message,
    MessagingSettings,
    Preference,
    Suppression,
)
from wismo.notify.queries.people import Ban, digest_of
from wismo.notify.queries.preferences import Standing, standing
from wismo.notify.words import AddressKind, Kind
from wismo.orders.models import Buyer, Order
from wismo.plumbing import secrets
from wismo.plumbing.models import EventRow
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
LINA = "lina@buyer.example"


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def order(shop: Shop) -> Order:
    return make_order(shop)


def wish(order: Order, *, granted: bool, hours: float = 0, **changes: Any) -> Wish:
    facts: dict[str, Any] = {"channel": "email", "kind": Kind.MARKETING, "source": "checkout"}
    return Wish(order.buyer_id, granted=granted, at=NOON + hours * HOUR, **{**facts, **changes})


def asked() -> list[dict[str, Any]]:
    rows = EventRow.objects.filter(name="HappeningTold").order_by("pk")
    return [row.facts for row in rows if row.facts["name"] == "consent_asked"]


def held() -> list[tuple[str, str, bool, bool]]:
    rows = Preference.objects.order_by("channel", "kind")
    return list(rows.values_list("channel", "kind", "granted", "confirmed"))


def stands(order: Order, channel: str, kind: Kind, hours: float = 0) -> Standing:
    rows = standing(order.shop_id, order.buyer_id, NOON + hours * HOUR)
    return next(row for row in rows if (row.channel, row.kind) == (channel, kind))


def reach_by_sms(order: Order) -> str:
    """A phone, and an account at a provider; the phone's digest."""
    Buyer.objects.filter(pk=order.buyer_id).update(phone="+491701234567")
    ChannelAccount.objects.create(
        shop_id=order.shop_id,
        channel="sms",
        provider="twilio_sms",
        sealed=secrets.seal("{}"),
        changed_at=NOON,
    )
    return digest_of(order.shop_id, AddressKind.PHONE, "+491701234567")


# ── double opt-in ─────────────────────────────────────────────────────────────────────────────────────────


def test_where_the_law_wants_it_an_opt_in_waits_for_a_mail(order: Order) -> None:
    (one,) = keep_wishes(order.shop_id, [wish(order, granted=True)])
    assert held() == [("email", "marketing", True, False)]
    assert asked() == [
        {
            "name": "consent_asked",
            "buyer_id": order.buyer_id,
            "order_id": None,
            "cart_id": None,
            "shipment_id": None,
            "episode": str(one.consent_id),
            "values": {"consent": one.consent_id},
        }
    ]
    message = Message.objects.get(journey="double_opt_in")
    assert (message.buyer_id, message.facts) == (order.buyer_id, {"consent": one.consent_id})
    row = stands(order, "email", Kind.MARKETING)
    assert (row.on, row.waiting) == (False, True)


def test_elsewhere_an_opt_in_holds_at_once_unless_the_shop_wants_more(shop: Shop) -> None:
    abroad = make_order(shop, "JP-1", country="JP", email="yui@buyer.example")
    keep_wishes(shop.pk, [wish(abroad, granted=True)])
    assert (held(), asked()) == ([("email", "marketing", True, True)], [])
    MessagingSettings.objects.create(shop=shop, double_opt_in=True)
    other = make_order(shop, "JP-2", country="JP", email="ken@buyer.example")
    keep_wishes(shop.pk, [wish(other, granted=True)])
    assert len(asked()) == 1
    assert stands(other, "email", Kind.MARKETING).waiting


def test_a_press_confirms_it_and_the_mail_is_the_evidence(order: Order) -> None:
    (one,) = keep_wishes(order.shop_id, [wish(order, granted=True)])
    assert confirm(one.consent_id, NOON + HOUR) is True
    assert confirm(one.consent_id, NOON + 2 * HOUR) is True
    assert held() == [("email", "marketing", True, True)]
    said = list(Consent.objects.order_by("pk").values_list("confirmed", "source", "evidence"))
    assert said == [(False, "checkout", {}), (True, "mail", {"confirms": one.consent_id})]
    assert stands(order, "email", Kind.MARKETING).on


def test_a_link_that_is_too_old_or_overtaken_confirms_nothing(order: Order) -> None:
    (one,) = keep_wishes(order.shop_id, [wish(order, granted=True)])
    assert confirm(one.consent_id, NOON + CONFIRM_LIFE) is False
    keep_wishes(order.shop_id, [wish(order, granted=False, hours=1, source="preferences")])
    assert confirm(one.consent_id, NOON + 2 * HOUR) is False
    assert held() == [("email", "marketing", False, True)]
    assert confirm(one.consent_id + 99, NOON) is False


def test_the_same_wish_told_again_or_soon_again_sends_one_mail(order: Order) -> None:
    for hours in (0, 0, 5):
        keep_wishes(order.shop_id, [wish(order, granted=True, hours=hours)])
    assert len(asked()) == 1
    keep_wishes(order.shop_id, [wish(order, granted=True, hours=48)])
    assert len(asked()) == 2


def test_an_older_mails_link_still_confirms(order: Order) -> None:
    (first,) = keep_wishes(order.shop_id, [wish(order, granted=True)])
    keep_wishes(order.shop_id, [wish(order, granted=True, hours=5)])
    assert confirm(first.consent_id, NOON + 6 * HOUR) is True
    assert held() == [("email", "marketing", True, True)]


def test_what_was_confirmed_needs_no_second_mail(order: Order) -> None:
    (one,) = keep_wishes(order.shop_id, [wish(order, granted=True)])
    confirm(one.consent_id, NOON + HOUR)
    keep_wishes(order.shop_id, [wish(order, granted=True, hours=99)])
    assert (len(asked()), held()) == (1, [("email", "marketing", True, True)])


def test_a_checkout_box_of_an_old_order_does_not_undo_a_refusal(order: Order) -> None:
    keep_wishes(order.shop_id, [wish(order, granted=False, hours=1, source="preferences")])
    keep_wishes(order.shop_id, [wish(order, granted=True, hours=0)])
    assert (held(), asked()) == ([("email", "marketing", False, True)], [])


def test_a_wish_for_a_channel_without_an_address_is_not_written_down(order: Order) -> None:
    assert keep_wishes(order.shop_id, [wish(order, granted=True, channel="whatsapp")]) == []
    assert not Consent.objects.exists()


def test_whatsapp_wants_an_opt_in_for_news_of_an_order_too(order: Order) -> None:
    reach_by_sms(order)
    ChannelAccount.objects.create(
        shop_id=order.shop_id, channel="whatsapp", provider="meta", sealed=secrets.seal("{}"), changed_at=NOON
    )
    assert not stands(order, "whatsapp", Kind.TRANSACTIONAL).on
    keep_wishes(order.shop_id, [wish(order, granted=True, channel="whatsapp", kind=Kind.TRANSACTIONAL)])
    assert stands(order, "whatsapp", Kind.TRANSACTIONAL).on
    assert stands(order, "sms", Kind.TRANSACTIONAL).on


# ── the page of preferences ───────────────────────────────────────────────────────────────────────────────


def change(order: Order, hours: float = 0, **wanted: bool) -> None:
    pairs = {tuple(name.split("__")): want for name, want in wanted.items()}
    change_preferences(
        order.shop_id,
        order.buyer_id,
        {(channel, Kind(kind)): want for (channel, kind), want in pairs.items()},
        {"page": "preferences"},
        NOON + hours * HOUR,
    )


def test_only_what_was_changed_is_written_down(order: Order) -> None:
    reach_by_sms(order)
    change(order, email__feedback=True, email__marketing=False, sms__transactional=False, sms__feedback=True)
    assert held() == [("sms", "transactional", False, True)]
    assert Consent.objects.get().evidence == {"page": "preferences"}


def test_what_cannot_be_refused_stays(order: Order) -> None:
    change(order, email__transactional=False)
    assert not Consent.objects.exists()
    row = stands(order, "email", Kind.TRANSACTIONAL)
    assert (row.on, row.locked) == (True, True)


def test_ticking_again_after_stop_brings_back_what_was_ticked_and_no_more(order: Order) -> None:
    phone = reach_by_sms(order)
    suppress(order.shop_id, Ban(phone, "sms", "all", "stop"), NOON)
    assert (stands(order, "sms", Kind.FEEDBACK).on, stands(order, "sms", Kind.FEEDBACK).banned) == (
        False,
        "stop",
    )
    change(order, hours=1, sms__transactional=True, sms__feedback=False, sms__marketing=False)
    assert not Suppression.objects.exists()
    assert [stands(order, "sms", kind, 1).on for kind in Kind] == [True, False, False]


def test_ticking_does_not_heal_a_complaint(order: Order) -> None:
    digest = digest_of(order.shop_id, AddressKind.EMAIL, LINA)
    suppress(order.shop_id, Ban(digest, "email", "all", "complaint"), NOON)
    change(order, hours=1, email__feedback=True)
    row = stands(order, "email", Kind.FEEDBACK, 1)
    assert (row.on, row.banned) == (False, "complaint")


def test_only_channels_the_shop_uses_and_the_buyer_has_are_offered(order: Order) -> None:
    assert {row.channel for row in standing(order.shop_id, order.buyer_id, NOON)} == {"email"}
    reach_by_sms(order)
    remember_address(order.shop_id, order.buyer_id, AddressKind.LINE, "U1", {}, NOON)
    found = [row.channel for row in standing(order.shop_id, order.buyer_id, NOON)]
    assert found == ["email"] * 3 + ["sms"] * 3


# ── one click ─────────────────────────────────────────────────────────────────────────────────────────────


def sent(order: Order, *ways: tuple[str, str]) -> Message:
    message = Message.objects.create(
        shop_id=order.shop_id,
        order=order,
        journey="csat",
        version=1,
        trigger="all_delivered",
        dedupe_key=f"csat|{order.pk}",
        channel="email",
        happened_at=NOON,
        due_at=NOON,
        created_at=NOON,
    )
    for number, (channel, digest) in enumerate(ways, 1):
        Attempt.objects.create(
            shop_id=order.shop_id,
            message=message,
            number=number,
            channel=channel,
            provider="smtp",
            digest=digest,
            reference=f"ref-{message.pk}-{number}",
            started_at=NOON,
        )
    return message


def test_one_click_ends_that_kind_at_the_address_the_message_went_to(order: Order) -> None:
    digest = digest_of(order.shop_id, AddressKind.EMAIL, LINA)
    message = sent(order, ("email", digest))
    assert unsubscribe(message.pk, Kind.FEEDBACK, NOON) is True
    assert unsubscribe(message.pk, Kind.FEEDBACK, NOON + HOUR) is True
    assert held() == [("email", "feedback", False, True)]
    said = Consent.objects.order_by("pk").first()
    assert said
    assert (said.digest, said.source, said.evidence) == (digest, "one_click", {"message": message.pk})


def test_one_click_still_counts_for_an_address_the_buyer_no_longer_has(order: Order) -> None:
    old = digest_of(order.shop_id, AddressKind.PHONE, "+491700000000")
    message = sent(order, ("sms", old))
    unsubscribe(message.pk, Kind.FEEDBACK, NOON)
    assert Preference.objects.get().digest == old


def test_where_stop_means_all_one_click_ends_it_on_every_channel(order: Order) -> None:
    MessagingSettings.objects.create(shop_id=order.shop_id, stop_means_all=True)
    reach_by_sms(order)
    message = sent(order, ("email", digest_of(order.shop_id, AddressKind.EMAIL, LINA)))
    unsubscribe(message.pk, Kind.MARKETING, NOON)
    assert {("email", "marketing", False, True), ("sms", "marketing", False, True)} <= set(held())
    assert not stands(order, "sms", Kind.MARKETING).on


def test_one_click_of_a_message_that_is_gone_says_so(order: Order) -> None:
    assert unsubscribe(99, Kind.MARKETING, NOON + timedelta(days=900)) is False
