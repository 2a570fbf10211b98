"""A rule tried on what is stored of the past."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.notify.rows import HOUR, MINUTE, NOON, kept, make_order, make_parcel, make_shop
from wismo.notify.actions.accounts import set_account
from wismo.notify.backtest import NOT_TRIED, backtest
from wismo.notify.journey.library import house
from wismo.notify.journey.model import Cap, Journey, Quiet, Wait
from wismo.notify.models import ChannelAccount, Message
from wismo.orders.models import Buyer, Order
from wismo.shops.models import Shop
from wismo.tracking.models import ScanRecord, Shipment

pytestmark = pytest.mark.django_db
OUT, DELIVERED = "out_for_delivery", "delivered"
NOW = NOON + timedelta(days=3)


def rule(key: str, **changes: Any) -> Journey:
    """The house's rule with changes, as a draft."""
    return replace(house()[key], version=1001, **changes)


def heard(parcel: Shipment, at: datetime, received_at: datetime) -> None:
    """A scan made at one time and told at another."""
    ScanRecord.objects.create(
        shop_id=parcel.shop_id,
        shipment=parcel,
        key=f"{at:%Y-%m-%dT%H%M}{parcel.pk}",
        source="ups",
        carrier="ups",
        tracking_number=parcel.tracking_number,
        code="X",
        text="x",
        status="",
        leg="forward",
        reason="",
        at=at,
        occurred_raw="",
        tz_source="offset",
        place="",
        received_at=received_at,
        receipt="",
    )


def past(shop: Shop, milestones: dict[str, datetime], number: str = "A1", **order: Any) -> Shipment:
    """An order whose one parcel went this way, told of at once."""
    made = make_order(shop, number, email=f"{number.lower()}@buyer.example", **order)
    delivered = milestones.get(DELIVERED)
    parcel = make_parcel(made, f"p-{number}", milestones=kept(milestones), delivered_at=delivered)
    for at in milestones.values():
        heard(parcel, at, at)
    return parcel


def test_a_rule_is_told_what_it_would_have_sent_to_whom_and_at_what_hour() -> None:
    shop = make_shop()
    past(shop, {OUT: NOON - 5 * HOUR, DELIVERED: NOON})  # 13:00 in Berlin
    report = backtest(shop.pk, rule(DELIVERED), days=30, now=NOW)
    assert (report.orders, report.parcels) == (1, 1)
    assert (report.draft.sent, len(report.draft.buyers), dict(report.draft.channels)) == (1, 1, {"email": 1})
    assert dict(report.draft.hours) == {13: 1}
    assert (report.draft.night, report.draft.overtaken) == (0, 0)


def test_nothing_is_sent_or_kept_by_a_trial() -> None:
    shop = make_shop()
    past(shop, {DELIVERED: NOON})
    backtest(shop.pk, rule(DELIVERED), days=30, now=NOW)
    assert not Message.objects.exists()


def test_a_scan_that_came_late_is_late_in_the_trial_too() -> None:
    shop = make_shop()
    parcel = past(shop, {DELIVERED: NOON})
    ScanRecord.objects.filter(shipment=parcel).delete()
    heard(parcel, NOON, NOON + 30 * HOUR)
    report = backtest(shop.pk, rule(DELIVERED, max_age=timedelta(hours=24)), days=30, now=NOW)
    assert (report.draft.sent, dict(report.draft.not_sent), report.draft.stale) == (0, {"too_old": 1}, 1)


def test_history_that_was_imported_long_after_counts_as_told_at_once() -> None:
    shop = make_shop()
    parcel = past(shop, {DELIVERED: NOON})
    ScanRecord.objects.filter(shipment=parcel).update(received_at=NOON + timedelta(days=200))
    assert backtest(shop.pk, rule(DELIVERED), days=30, now=NOW).draft.sent == 1


def test_news_that_was_overtaken_by_the_time_it_came_is_counted_as_stale() -> None:
    shop = make_shop()
    parcel = past(shop, {OUT: NOON - 3 * HOUR, DELIVERED: NOON - HOUR})
    ScanRecord.objects.filter(shipment=parcel).update(received_at=NOON)
    report = backtest(shop.pk, rule(OUT), days=30, now=NOW)
    assert (report.draft.sent, dict(report.draft.not_sent)) == (0, {"superseded": 1})


def test_a_message_sent_while_newer_news_was_under_way_is_told_apart() -> None:
    shop = make_shop()
    parcel = past(shop, {OUT: NOON - 3 * HOUR, DELIVERED: NOON - HOUR})
    ScanRecord.objects.filter(shipment=parcel, at=NOON - 3 * HOUR).update(received_at=NOON - 30 * MINUTE)
    ScanRecord.objects.filter(shipment=parcel, at=NOON - HOUR).update(received_at=NOON)
    report = backtest(shop.pk, rule(OUT), days=30, now=NOW)
    assert (report.draft.sent, report.draft.overtaken) == (1, 1)


def test_quiet_hours_move_a_message_to_the_morning() -> None:
    shop = make_shop()
    past(shop, {"picked_up": NOON + 10 * HOUR})  # 23:00 in Berlin
    report = backtest(shop.pk, rule("shipped", quiet=Quiet.DEFER, collapse=None), days=30, now=NOW)
    assert (report.draft.sent, report.draft.deferred, report.draft.night) == (1, 1, 0)
    assert dict(report.draft.hours) == {8: 1}


def test_a_draft_is_set_beside_the_published_rule() -> None:
    shop = make_shop()
    past(shop, {DELIVERED: NOON}, "A1")
    past(shop, {DELIVERED: NOON + HOUR}, "A2")
    later = rule(DELIVERED, wait=Wait(span=timedelta(hours=2)))
    report = backtest(shop.pk, later, days=30, now=NOW)
    assert (report.only_draft, report.only_published, report.otherwise) == (0, 0, 2)
    off = backtest(shop.pk, rule(DELIVERED, enabled=False), days=30, now=NOW)
    assert (off.only_draft, off.only_published, off.otherwise) == (0, 2, 0)
    assert [one.order_number for one in off.samples] == ["A1", "A2"]
    assert dict(off.draft.not_sent) == {"switched_off": 2}


def test_two_parcels_of_one_order_within_the_window_are_one_message() -> None:
    shop = make_shop()
    first = past(shop, {"picked_up": NOON})
    order = Order.objects.get(pk=first.order_id)
    second = make_parcel(order, "p-2", milestones=kept({"picked_up": NOON + 5 * MINUTE}))
    heard(second, NOON + 5 * MINUTE, NOON + 5 * MINUTE)
    together = backtest(shop.pk, rule("shipped", collapse=timedelta(minutes=10)), days=30, now=NOW)
    assert (together.draft.sent, dict(together.draft.not_sent)) == (1, {"merged": 1})
    apart = backtest(shop.pk, rule("shipped", collapse=None), days=30, now=NOW)
    assert apart.draft.sent == 2


def test_what_is_told_of_the_whole_order_waits_for_its_last_parcel() -> None:
    shop = make_shop()
    first = past(shop, {DELIVERED: NOON})
    order = Order.objects.get(pk=first.order_id)
    second = make_parcel(order, "p-2", milestones=kept({OUT: NOON}))
    heard(second, NOON, NOON)
    assert backtest(shop.pk, rule("all_delivered"), days=30, now=NOW).draft.sent == 0
    Shipment.objects.filter(pk=second.pk).update(
        milestones=kept({OUT: NOON, DELIVERED: NOON + HOUR}), delivered_at=NOON + HOUR
    )
    heard(second, NOON + HOUR, NOON + HOUR)
    assert dict(backtest(shop.pk, rule("all_delivered"), days=30, now=NOW).draft.hours) == {14: 1}


def test_a_cap_counts_what_the_rule_itself_would_have_sent() -> None:
    shop = make_shop()
    parcel = past(shop, {DELIVERED: NOON})
    other = make_parcel(
        Order.objects.get(pk=parcel.order_id), "p-2", milestones=kept({DELIVERED: NOON + HOUR})
    )
    heard(other, NOON + HOUR, NOON + HOUR)
    capped = rule("packed", trigger=house()[DELIVERED].trigger, subject=house()[DELIVERED].subject)
    capped = replace(
        capped, legs=house()[DELIVERED].legs, cap=Cap("x", 1, timedelta(days=1)), superseded_by=frozenset()
    )
    report = backtest(
        shop.pk, replace(capped, collapse=None, max_age=None, quiet=Quiet.IGNORE), days=30, now=NOW
    )
    assert (report.draft.sent, dict(report.draft.not_sent)) == (1, {"cap": 1})


def test_the_cost_is_what_the_shop_pays_its_provider() -> None:
    shop = make_shop()
    values = {"account_sid": "AC" + "0" * 32, "auth_token": "t", "sender": "+4915112345678"}
    set_account(shop.pk, "twilio_sms", values, who="lena", now=NOON)
    ChannelAccount.objects.update(price_micros=79_000, currency="EUR")
    past(shop, {DELIVERED: NOON})
    Buyer.objects.update(phone="+4915112345679")
    report = backtest(shop.pk, rule(DELIVERED), days=30, now=NOW)
    assert dict(report.draft.channels) == {"sms": 1}
    assert dict(report.draft.cost_micros) == {"EUR": 79_000}
    assert report.draft.unpriced == 0


def test_another_shops_past_is_not_looked_at() -> None:
    mine, other = make_shop(), make_shop("other")
    past(other, {DELIVERED: NOON})
    assert backtest(mine.pk, rule(DELIVERED), days=30, now=NOW).orders == 0


def test_what_was_before_the_days_asked_for_is_not_counted() -> None:
    shop = make_shop()
    past(shop, {DELIVERED: NOON})
    assert backtest(shop.pk, rule(DELIVERED), days=2, now=NOW).draft.sent == 0


def test_carts_and_campaigns_say_that_they_cannot_be_tried() -> None:
    shop = make_shop()
    report = backtest(shop.pk, rule("cart_abandoned"), days=30, now=NOW)
    assert (report.tried, report.notes) == (False, (NOT_TRIED,))


def test_a_chunk_takes_as_many_queries_for_many_orders_as_for_one(django_assert_num_queries: Any) -> None:
    shop = make_shop()
    past(shop, {DELIVERED: NOON}, "A0")
    with django_assert_num_queries(19):
        backtest(shop.pk, rule(DELIVERED), days=30, now=NOW)
    for n in range(1, 8):
        past(shop, {DELIVERED: NOON}, f"A{n}")
    with django_assert_num_queries(19):
        backtest(shop.pk, rule(DELIVERED), days=30, now=NOW)
