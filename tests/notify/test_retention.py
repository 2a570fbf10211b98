"""What is kept of messages for how long: they stay, and what was last decided of them; the rest goes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.notify.rows import NOON, make_order, make_parcel, make_shop, tell
from wismo.notify import retention
from wismo.notify.models import Attempt, Decision, FeedItem, Inbound, Message, Receipt, SendBucket, TeamAlert
from wismo.notify.queries.messages import message_of
from wismo.notify.retention import drop_old, drop_scattered
from wismo.plumbing import bookmarks

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OLD, YOUNG = NOON - 500 * DAY, NOON - 10 * DAY


@pytest.fixture
def message() -> Message:
    return tell(make_parcel(make_order(make_shop())), "picked_up")


def decided(message: Message, at: datetime, *codes: str) -> None:
    for code in codes:
        facts = {"milestone": "delivered", "at": NOON.isoformat(), "happened_at": NOON.isoformat()}
        Decision.objects.create(
            shop_id=message.shop_id, message=message, at=at, gate="g", outcome="pass", code=code, facts=facts
        )


def left() -> list[tuple[int | None, str]]:
    return list(Decision.objects.order_by("pk").values_list("message_id", "code"))


def another(message: Message, number: int) -> Message:
    return Message.objects.create(
        shop_id=message.shop_id,
        journey="delivered",
        version=1,
        trigger="delivered",
        dedupe_key=f"d{number}",
        happened_at=OLD,
        due_at=OLD,
        created_at=OLD,
        channel="email",
        state="not_sent",
        code="superseded:delivered",
    )


def test_of_old_decisions_the_last_of_each_message_stays_and_says_why(message: Message) -> None:
    silent = another(message, 1)
    decided(silent, OLD, "ok", "ok", "superseded:delivered")
    decided(message, OLD, "ok", "retry")
    decided(message, YOUNG, "ok", "sent")
    drop_old(NOON)
    assert left() == [(silent.pk, "superseded:delivered"), (message.pk, "ok"), (message.pk, "sent")]
    found = message_of(message.shop_id, silent.pk)
    assert found is not None
    assert found.why.startswith("Not sent: ")
    assert Message.objects.count() == 2


def test_what_stayed_is_not_looked_at_again_and_holds_up_nothing(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    for number in range(10):
        decided(another(message, number), OLD, "ok", "no_consent")
    assert drop_old(NOON) == 20
    assert {code for _, code in left()} == {"no_consent"}
    assert len(left()) == 10
    assert bookmarks.place("old decisions") == Decision.objects.latest("pk").pk
    assert drop_old(NOON) == 0


def test_the_walk_waits_before_the_first_young_row_and_goes_on_when_it_is_old(message: Message) -> None:
    decided(message, OLD, "ok")
    decided(message, YOUNG, "ok", "sent")
    drop_old(NOON)
    assert len(left()) == 2
    drop_old(NOON + 500 * DAY)
    assert left() == [(message.pk, "sent")]


def test_nothing_goes_where_all_is_to_be_kept(message: Message, settings: Settings) -> None:
    settings.KEEP_EVENTS_DAYS = 0
    decided(message, OLD, "ok", "sent")
    assert drop_old(NOON) == 0
    assert len(left()) == 2


def test_attempts_lose_their_providers_name_for_them_and_receipts_go(message: Message) -> None:
    for at, name in ((OLD, "old"), (YOUNG, "young")):
        attempt = Attempt.objects.create(
            shop_id=message.shop_id,
            message=message,
            number=1,
            channel="email",
            provider="ses",
            digest="d",
            reference=name,
            provider_id=f"id-{name}",
            started_at=at,
        )
        Receipt.objects.create(
            shop_id=message.shop_id,
            provider="ses",
            key=name,
            attempt=attempt,
            state="delivered",
            at=at,
            received_at=at,
        )
    drop_old(NOON)
    names = Attempt.objects.order_by("pk").values_list("reference", "provider_id")
    assert list(names) == [("old", ""), ("young", "id-young")]
    assert list(Receipt.objects.values_list("key", flat=True)) == ["young"]


def test_replies_feeds_and_closed_alerts_go_whatever_their_order(message: Message) -> None:
    shop: dict[str, Any] = {"shop_id": message.shop_id}
    assert message.order is not None
    for number, at in enumerate((OLD, YOUNG, OLD)):
        Inbound.objects.create(**shop, channel="sms", provider="p", key=f"{number}", kind="text", at=at)
        FeedItem.objects.create(
            **shop, buyer=message.order.buyer, message=message, topic=f"{number}", title="t", at=at
        )
        TeamAlert.objects.create(**shop, kind="text", subject=f"{number}", at=OLD, last_at=OLD, closed_at=at)
    TeamAlert.objects.create(**shop, kind="text", subject="open", at=OLD, last_at=OLD)
    drop_old(NOON)
    drop_scattered(NOON)
    assert list(Inbound.objects.values_list("key", flat=True)) == ["1", "2"]
    assert list(FeedItem.objects.values_list("topic", flat=True)) == ["1"]
    assert sorted(TeamAlert.objects.values_list("subject", flat=True)) == ["1", "open"]
    drop_old(NOON + 500 * DAY)
    drop_scattered(NOON + 500 * DAY)  # its walk began anew at the table's end
    assert not Inbound.objects.exists()
    assert not FeedItem.objects.exists()


def test_a_row_of_a_clock_that_went_ahead_holds_nothing_up(message: Message) -> None:
    decided(message, NOON + 3000 * DAY, "ok")
    decided(another(message, 1), OLD, "ok", "sent")
    drop_old(NOON)
    assert [code for _, code in left()] == ["ok", "sent"]


def test_the_buckets_of_pairs_are_forgotten_once_they_are_long_full(message: Message) -> None:
    for name, at in (("pair:a", NOON - 2 * DAY), ("pair:b", NOON), ("all", NOON - 2 * DAY)):
        SendBucket.objects.create(shop_id=message.shop_id, provider="meta", name=name, tokens=1, at=at)
    assert drop_scattered(NOON) == 1
    assert sorted(SendBucket.objects.values_list("name", flat=True)) == ["all", "pair:b"]


def test_two_workers_at_once_drop_each_row_once(message: Message) -> None:
    decided(message, OLD, "ok", "ok", "sent")
    assert bookmarks.move("old decisions", before=0, to=Decision.objects.latest("pk").pk)
    assert drop_old(NOON) == 0
    assert len(left()) == 3
