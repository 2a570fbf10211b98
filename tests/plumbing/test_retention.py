"""What is kept for how long: payloads are packed, then dropped; what waits for a person never is."""

import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from tests.inboxes import states
from tests.makers import NOW, a_parcel, a_shop
from wismo.cli.main import main
from wismo.config.settings import days
from wismo.plumbing import inbox, inbox_queries, retention
from wismo.plumbing.models import EventRow, InboxRow, InboxTask, ParkedReaction
from wismo.plumbing.packing import AS_IT_CAME, ZLIB, pack, plain
from wismo.plumbing.retention import drop_old, pack_read
from wismo.tracking.jobs import read_unmapped
from wismo.tracking.models import ScanRecord

database = pytest.mark.django_db
DAY = timedelta(days=1)


def a_push(code: str = "KB", number: str = "1Z999") -> bytes:
    """A UPS push that says so much that it packs well."""
    return json.dumps({
        "trackingNumber": number,
        "localActivityDate": "20261120",
        "localActivityTime": "120000",
        "gmtActivityDate": "20261120",
        "gmtActivityTime": "110000",
        "gmtOffset": "+01:00",
        "activityStatus": {"type": "I", "code": code, "description": "said once more " * 20},
    }).encode()


def keep(shop_id: int, body: bytes, at: datetime, *, read: bool = True) -> str:
    receipt = inbox.keep(shop_id, "ups", body, headers={}, now=at)
    if read:
        InboxTask.objects.filter(payload__receipt=receipt).delete()
    return receipt


def kept() -> list[bytes]:
    """All bodies as they lie in the table, oldest first."""
    return [bytes(body) for body in InboxRow.objects.order_by("pk").values_list("body", flat=True)]


@given(st.binary(max_size=3000))
def test_whatever_is_packed_comes_out_as_it_was_and_never_grows(body: bytes) -> None:
    packed, how = pack(body)
    assert plain(packed, how) == body
    assert len(packed) <= len(body)
    assert how == (ZLIB if len(packed) < len(body) else AS_IT_CAME)


@database
def test_a_payload_is_packed_a_day_after_it_was_read_and_reads_the_same() -> None:
    shop, body = a_shop(), a_push()
    old, fresh = keep(shop, body, NOW - 2 * DAY), keep(shop, body, NOW - DAY / 2)
    assert (pack_read(NOW), pack_read(NOW)) == (1, 0)
    first, second = kept()
    assert (len(first) < len(body) / 2, second) == (True, body)
    assert sorted(inbox.bodies(shop, [old, fresh])) == sorted([(old, "ups", body), (fresh, "ups", body)])


@database
@pytest.mark.parametrize("large", [10, 32 * 1024])
def test_a_packed_payload_that_comes_to_be_read_again_is_read_as_it_came(
    monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(inbox, "LARGE", large)  # a large one is fetched when its turn comes
    shop, body = a_shop(), a_push()
    keep(shop, body, NOW - 2 * DAY)
    pack_read(NOW)
    InboxTask.objects.create(payload=InboxRow.objects.get(), shop_id=shop, due_at=NOW)
    (row,) = inbox.claim(NOW, 10)
    assert row.body() == body


@database
def test_what_waits_is_neither_packed_nor_passed_by() -> None:
    shop = a_shop()
    keep(shop, a_push(), NOW - 4 * DAY)
    waiting = keep(shop, b"{" * 500, NOW - 3 * DAY, read=False)
    keep(shop, a_push(), NOW - 2 * DAY)
    assert pack_read(NOW) == 1, "not past the one that is still to be read"
    inbox.work(NOW)
    assert states()[waiting] == "parked"
    assert pack_read(NOW) == 2
    assert list(InboxRow.objects.order_by("pk").values_list("packing", flat=True)) == [ZLIB, "", ZLIB]
    (shown,) = inbox_queries.parked(shop, before=None, limit=5)
    assert shown.body == "{" * 400


@database
def test_a_clock_that_went_ahead_for_a_while_holds_up_no_packing() -> None:
    shop = a_shop()
    keep(shop, a_push(), NOW + 900 * DAY)
    keep(shop, a_push(), NOW - 2 * DAY)
    assert pack_read(NOW) == 2


@database
def test_batches_go_on_where_the_last_one_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    shop = a_shop()
    for n in range(8):
        keep(shop, a_push(number=f"1Z{n}"), NOW - 2 * DAY)
    assert pack_read(NOW) == 8
    assert {row.packing for row in InboxRow.objects.all()} == {ZLIB}


@database
def test_payloads_are_dropped_after_ninety_days_but_for_those_that_wait() -> None:
    shop = a_shop()
    keep(shop, a_push(), NOW - 91 * DAY)
    due, broken = (keep(shop, b"{", NOW - 91 * DAY, read=False) for _ in range(2))
    InboxTask.objects.filter(payload__receipt=broken).update(parked=True)
    young = keep(shop, a_push(), NOW - 89 * DAY)
    assert (drop_old(NOW), drop_old(NOW)) == (1, 0)
    assert states() == {due: "pending", broken: "parked", young: "done"}


@database
def test_old_rows_that_wait_at_the_front_do_not_hide_those_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "LOOK", 2)
    monkeypatch.setattr(retention, "BATCH", 1)
    shop = a_shop()
    for _ in range(5):
        keep(shop, b"{", NOW - 99 * DAY, read=False)
    for n in range(5):
        keep(shop, a_push(), NOW - (95 - n) * DAY)
    keep(shop, a_push(), NOW)
    assert drop_old(NOW) == 5
    assert list(states().values()) == ["pending"] * 5 + ["done"]


@database
@pytest.mark.parametrize(("kept_days", "left"), [(0, 1), (30, 0), (60, 1)])
def test_how_long_is_for_the_operator_to_say(settings: Settings, kept_days: int, left: int) -> None:
    settings.KEEP_RAW_DAYS = kept_days
    keep(a_shop(), a_push(), NOW - 45 * DAY)
    drop_old(NOW)
    assert InboxRow.objects.count() == left


@pytest.mark.parametrize("told", ["", "-1", "ninety", "1.5"])
def test_a_number_of_days_that_is_none_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match="is not a number of days: write 90, for example, or 0 for ever"):
        days(told)


def an_event(at: datetime) -> EventRow:
    return EventRow.objects.create(shop_id=1, name="MilestoneReached", facts={}, at=at)


@database
def test_events_are_kept_for_a_year_and_a_month_and_a_parked_reaction_keeps_its_own() -> None:
    an_event(NOW - 401 * DAY)
    ParkedReaction.objects.create(
        shop_id=1, handler="x", event="MilestoneReached", facts={}, error="", due_at=NOW, at=NOW - 401 * DAY
    )
    young = an_event(NOW - 399 * DAY)
    assert drop_old(NOW) == 1
    assert list(EventRow.objects.all()) == [young]
    assert ParkedReaction.objects.count() == 1


@database
def test_an_event_dated_ahead_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "LOOK", 3)
    ahead = an_event(NOW + 900 * DAY)
    for _ in range(6):
        an_event(NOW - 500 * DAY)
    assert drop_old(NOW) == 6
    assert list(EventRow.objects.all()) == [ahead]


@database
def test_log_ins_that_have_ended_are_forgotten() -> None:
    for name, ends in (("over", NOW - DAY), ("open", NOW + DAY)):
        Session.objects.create(session_key=name, session_data="", expire_date=ends)
    assert drop_old(NOW) == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]


@database
def test_scans_outlive_their_payload_and_the_replay_says_what_it_could_not_read() -> None:
    told = a_parcel(a_shop())
    inbox.keep(told.shop_id, "ups", a_push(), headers={}, now=NOW - 100 * DAY)
    inbox.work(NOW - 100 * DAY)
    ScanRecord.objects.update(status="")
    before = list(ScanRecord.objects.values())
    drop_old(NOW)
    assert (InboxRow.objects.count(), read_unmapped(told.shop_id, NOW)) == (0, 0)
    done = CliRunner().invoke(main, ["replay", "--unmapped"])
    assert done.output.splitlines()[0] == "0 scans have a status now"
    assert done.output.splitlines()[1].startswith(
        "1 could not be read again and stay as they are: the payloads"
    )
    assert list(ScanRecord.objects.values()) == before
