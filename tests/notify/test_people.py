"""Addresses, consent and suppression: what is written down, what holds, and what outlives erasure."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.notify.rows import HOUR, NOON, make_order, make_shop
from wismo.notify.actions.people import (
    AddressTold,
    Said,
    forget_addresses,
    lift,
    record_choice,
    record_choices,
    remember_address,
    remember_addresses,
    suppress,
    suppress_all,
)
from wismo.notify.models import Address, Consent, Preference, Suppression
from wismo.notify.queries.people import Ban, addresses, banned_of, choices, digest_of, said_of, suppressions
from wismo.notify.words import AddressKind, Kind
from wismo.orders.models import Buyer
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
LINA = "lina@buyer.example"


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def said(shop: Shop, *, granted: bool, hours: float = 0, **changes: object) -> Said:
    facts: dict[str, object] = {
        "digest": digest_of(shop.pk, AddressKind.EMAIL, LINA),
        "channel": "email",
        "kind": Kind.MARKETING,
        "source": "checkout",
        "at": NOON + hours * HOUR,
    }
    return Said(granted=granted, **{**facts, **changes})  # type: ignore[arg-type]


def held() -> list[tuple[str, str, bool, bool]]:
    rows = Preference.objects.order_by("channel", "kind")
    return list(rows.values_list("channel", "kind", "granted", "confirmed"))


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_buyer_is_reached_by_what_the_order_told_and_by_what_came_later(shop: Shop) -> None:
    buyer = make_order(shop).buyer
    Buyer.objects.filter(pk=buyer.pk).update(phone="0170 1234567")
    line = remember_address(shop.pk, buyer.pk, AddressKind.LINE, "U123", {"name": "Lina"}, NOON)
    found = addresses([shop.pk], [buyer.pk])[buyer.pk]
    assert [(place.kind, place.value, place.id) for place in found] == [
        (AddressKind.EMAIL, LINA, None),
        (AddressKind.PHONE, "+491701234567", None),
        (AddressKind.BUYER, str(buyer.pk), None),
        (AddressKind.LINE, "U123", line),
    ]
    assert found[0].digest == digest_of(shop.pk, AddressKind.EMAIL, LINA)


def test_a_buyers_new_phone_takes_the_place_of_the_old_one(shop: Shop) -> None:
    buyer = make_order(shop).buyer
    remember_address(shop.pk, buyer.pk, AddressKind.PHONE, "+491701234567", {}, NOON)
    Buyer.objects.filter(pk=buyer.pk).update(phone="+491709999999")
    found = addresses([shop.pk], [buyer.pk])[buyer.pk]
    assert [place.value for place in found if place.kind is AddressKind.PHONE] == ["+491709999999"]


def test_what_is_known_of_an_email_comes_with_it(shop: Shop) -> None:
    buyer = make_order(shop).buyer
    pk = remember_address(shop.pk, None, AddressKind.EMAIL, LINA.upper(), {}, NOON)
    Address.objects.filter(pk=pk).update(trouble={"email": {"state": "unreachable"}})
    place = addresses([shop.pk], [buyer.pk])[buyer.pk][0]
    assert (place.id, place.value, place.trouble) == (pk, LINA, {"email": {"state": "unreachable"}})


def test_many_buyers_take_as_many_statements_as_one(shop: Shop) -> None:
    buyers = [make_order(shop, f"O-{n}", email=f"b{n}@buyer.example").buyer_id for n in range(5)]
    for buyer_id in buyers:
        remember_address(shop.pk, buyer_id, AddressKind.TELEGRAM, f"t{buyer_id}", {}, NOON)
    counts = []
    for asked in (buyers[:1], buyers):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(addresses([shop.pk], asked)) == len(asked)
        counts.append(len(queries))
    assert counts == [2, 2]


def test_an_address_told_again_is_one_row_and_back_where_it_was_gone(shop: Shop) -> None:
    buyer = make_order(shop).buyer
    first = remember_address(
        shop.pk, buyer.pk, AddressKind.WEBPUSH, "https://push.example/1", {"auth": "a"}, NOON
    )
    forget_addresses(shop.pk, [first], NOON)
    assert addresses([shop.pk], [buyer.pk])[buyer.pk][-1].gone
    again = remember_address(
        shop.pk, None, AddressKind.WEBPUSH, "https://push.example/1", {"p256dh": "p"}, NOON
    )
    row = Address.objects.get(kind="webpush")
    assert (again, row.pk, row.buyer_id) == (first, first, buyer.pk)
    assert (row.extra, row.gone_at) == ({"auth": "a", "p256dh": "p"}, None)


def test_what_is_no_address_is_refused_and_nothing_of_the_batch_is_kept(shop: Shop) -> None:
    told = [AddressTold(None, AddressKind.LINE, "U1"), AddressTold(None, AddressKind.EMAIL, "lina")]
    with pytest.raises(ValueError, match="not an address of the kind email"):
        remember_addresses(shop.pk, told, NOON)
    assert not Address.objects.exists()


def test_a_digest_tells_nothing_and_is_another_in_another_shop(shop: Shop) -> None:
    other = make_shop("other")
    mine, theirs = (digest_of(one.pk, AddressKind.EMAIL, LINA) for one in (shop, other))
    assert mine != theirs
    assert mine == digest_of(shop.pk, AddressKind.EMAIL, LINA)
    assert LINA not in repr(addresses([shop.pk], [make_order(shop).buyer_id]))


# ── consent ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_latest_word_holds_and_every_word_stays(shop: Shop) -> None:
    record_choice(shop.pk, said(shop, granted=True))
    record_choice(shop.pk, said(shop, granted=False, hours=1, source="one_click"))
    assert held() == [("email", "marketing", False, True)]
    assert list(Consent.objects.order_by("pk").values_list("granted", "source")) == [
        (True, "checkout"),
        (False, "one_click"),
    ]


def test_an_older_word_that_comes_late_is_evidence_alone(shop: Shop) -> None:
    record_choice(shop.pk, said(shop, granted=False, hours=1))
    (late,) = record_choice(shop.pk, said(shop, granted=True))
    assert (late.new, held()) == (False, [("email", "marketing", False, True)])
    assert Consent.objects.count() == 2


def test_the_same_word_told_again_is_written_once(shop: Shop) -> None:
    record_choices(shop.pk, [said(shop, granted=True), said(shop, granted=True)])
    assert record_choices(shop.pk, [said(shop, granted=True)]) == []
    assert Consent.objects.count() == 1


def test_of_two_words_in_one_batch_the_later_holds(shop: Shop) -> None:
    record_choices(shop.pk, [said(shop, granted=False, hours=2), said(shop, granted=True, hours=1)])
    assert held() == [("email", "marketing", False, True)]


def test_a_word_about_all_is_one_about_each_kind(shop: Shop) -> None:
    record_choice(shop.pk, said(shop, granted=False, kind=None))
    assert held() == [("email", kind, False, True) for kind in ("feedback", "marketing", "transactional")]


def test_asking_again_takes_nothing_from_what_was_confirmed(shop: Shop) -> None:
    record_choice(shop.pk, said(shop, granted=True))
    record_choice(shop.pk, said(shop, granted=True, hours=1, confirmed=False))
    assert held() == [("email", "marketing", True, True)]
    record_choice(shop.pk, said(shop, granted=False, hours=2))
    record_choice(shop.pk, said(shop, granted=True, hours=3, confirmed=False))
    assert held() == [("email", "marketing", True, False)]


def test_a_person_with_two_addresses_is_asked_for_their_last_word(shop: Shop) -> None:
    buyer = make_order(shop).buyer
    Buyer.objects.filter(pk=buyer.pk).update(phone="+491701234567")
    remember_address(shop.pk, buyer.pk, AddressKind.WHATSAPP, "US.1349", {}, NOON)
    places = addresses([shop.pk], [buyer.pk])[buyer.pk]
    by_kind = {place.kind: place for place in places}
    phone, bsuid = by_kind[AddressKind.PHONE].digest, by_kind[AddressKind.WHATSAPP].digest
    record_choice(shop.pk, said(shop, granted=True, digest=phone, channel="whatsapp"))
    record_choice(shop.pk, said(shop, granted=False, hours=1, digest=bsuid, channel="whatsapp"))
    known = choices([shop.pk], [phone, bsuid])
    told = said_of([by_kind[AddressKind.PHONE], by_kind[AddressKind.WHATSAPP]], "whatsapp", known)
    assert told[Kind.MARKETING].granted is False


def test_choices_and_bans_of_many_are_one_query_each(shop: Shop) -> None:
    digests = [digest_of(shop.pk, AddressKind.EMAIL, f"b{n}@buyer.example") for n in range(5)]
    record_choices(shop.pk, [said(shop, granted=True, digest=digest) for digest in digests])
    suppress_all(shop.pk, [Ban(digest, "", "all", "complaint") for digest in digests], NOON)
    with CaptureQueriesContext(connection) as queries:
        assert len(choices([shop.pk], digests)) == len(suppressions([shop.pk], digests, NOON)) == 5
    assert len(queries) == 2


# ── suppression ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_ban_holds_until_it_ends(shop: Shop) -> None:
    digest = digest_of(shop.pk, AddressKind.EMAIL, LINA)
    suppress(shop.pk, Ban(digest, "email", "all", "soft_bounces", NOON + HOUR), NOON)
    assert [ban.reason for ban in suppressions([shop.pk], [digest], NOON)[digest]] == ["soft_bounces"]
    assert suppressions([shop.pk], [digest], NOON + HOUR) == {}


def test_a_lesser_ban_weakens_none_that_stands_for_good(shop: Shop) -> None:
    digest = digest_of(shop.pk, AddressKind.EMAIL, LINA)
    suppress(shop.pk, Ban(digest, "email", "all", "complaint"), NOON)
    suppress(shop.pk, Ban(digest, "email", "all", "stop", NOON + timedelta(days=1)), NOON + HOUR)
    assert Suppression.objects.get().reason == "complaint"
    assert lift(shop.pk, [digest], channel="email", reasons=["stop", "person"]) == 0
    assert lift(shop.pk, [digest], channel="email") == 1


def test_a_ban_counts_on_its_own_channel_and_scope(shop: Shop) -> None:
    buyer = make_order(shop).buyer
    (place, *_) = places = addresses([shop.pk], [buyer.pk])[buyer.pk]
    suppress(shop.pk, Ban(place.digest, "email", "marketing", "person"), NOON)
    known = suppressions([shop.pk], [place.digest], NOON)
    assert banned_of(places, "email", known) == {"marketing": "person"}
    assert banned_of(places, "webhook", known) == {}


def test_suppression_and_consent_outlive_the_buyer_and_the_address(shop: Shop) -> None:
    order = make_order(shop)
    remember_address(shop.pk, order.buyer_id, AddressKind.EMAIL, LINA, {}, NOON)
    digest = digest_of(shop.pk, AddressKind.EMAIL, LINA)
    record_choice(shop.pk, said(shop, granted=False))
    suppress(shop.pk, Ban(digest, "", "all", "person"), NOON)
    order.delete()
    Buyer.objects.all().delete()
    assert not Address.objects.exists()
    # The same person orders once more: nothing was forgotten, and nothing of them was kept to know it by.
    again = make_order(shop, "HR-2").buyer
    place = addresses([shop.pk], [again.pk])[again.pk][0]
    assert place.digest == digest
    assert banned_of([place], "email", suppressions([shop.pk], [digest], NOON)) == {"all": "person"}
    assert said_of([place], "email", choices([shop.pk], [digest]))[Kind.MARKETING].granted is False
    kept = [
        *Suppression.objects.values_list(),
        *Consent.objects.values_list(),
        *Preference.objects.values_list(),
    ]
    assert "lina" not in str(kept).lower()
