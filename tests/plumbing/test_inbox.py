"""The inbox: nothing is lost, nothing is done twice, and one bad payload costs only itself."""

import json
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.inboxes import states
from tests.makers import NOW, a_parcel, a_shop
from wismo.plumbing import inbox
from wismo.plumbing.inbox import LEASE, RETRY_AFTER, Parsed, Payload, Reader
from wismo.plumbing.models import InboxRow, InboxTask
from wismo.tracking.models import ScanRecord, Shipment

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
_recorded: list[str] = []


def _parse(row: Payload) -> Parsed:
    fact = row.body().decode()
    if fact == "surprise":
        raise LookupError("nobody thought of this")
    return Parsed([fact])


def _record(batch: Sequence[tuple[Payload, Parsed]], _now: datetime) -> None:
    """Keep what is told, until something poisonous comes."""
    for _, parsed in batch:
        (fact,) = parsed.facts
        if fact == "poison":
            raise ValueError("I choke on this")
        ScanRecord.objects.update(place=fact[:160])
    _recorded.extend(parsed.facts[0] for _, parsed in batch)


TOUCHY = {"touchy": Reader(parse=_parse, record=_record)}


@pytest.fixture
def touchy(settings: Settings) -> Iterator[list[str]]:
    """A source whose reader chokes on "poison"; what it kept otherwise."""
    settings.READERS = f"{__name__}.TOUCHY"
    inbox.readers.cache_clear()
    _recorded.clear()
    yield _recorded
    inbox.readers.cache_clear()


def keep(shop_id: int, *bodies: str, source: str = "touchy") -> list[str]:
    """Payloads as the door keeps them; their receipts."""
    return [inbox.keep(shop_id, source, body.encode(), headers={}, now=NOW) for body in bodies]


def words() -> list[str]:
    """The state of each payload, oldest first."""
    return list(states().values())


def a_push(number: str = "26805710004126") -> str:
    """Delhivery says: delivered."""
    told = {
        "Status": "Delivered",
        "StatusType": "DL",
        "StatusDateTime": "2026-11-24T10:15:00",
        "StatusLocation": "Pune",
        "Instructions": "Delivered to consignee",
    }
    return json.dumps({"Shipment": {"AWB": number, "NSLCode": "EOD-38", "Status": told}})


def test_a_payload_that_is_not_json_is_parked_with_the_reason_and_can_be_replayed() -> None:
    shop = a_shop()
    keep(shop, "<xml/>", source="delhivery")
    assert inbox.work(NOW) == 1
    task = InboxTask.objects.get()
    assert (task.parked, task.attempts, task.due_at) == (True, 1, NOW)
    assert task.error.startswith("not JSON: ")
    assert inbox.work(NOW) == 0
    InboxRow.objects.update(body=a_push().encode())  # as a mended pack would read it
    assert inbox.replay(shop, NOW) == 1
    assert inbox.work(NOW) == 1
    assert words() == ["done"]
    assert ScanRecord.objects.count() == 1


def test_a_source_nobody_reads_is_parked_and_told_by_name() -> None:
    keep(a_shop(), "{}", source="pigeons")
    inbox.work(NOW)
    assert (
        InboxTask.objects.get().error == "nobody reads the source 'pigeons': is its carrier pack still there?"
    )


def test_what_can_be_read_of_a_payload_is_kept_and_the_rest_parks_it() -> None:
    told = a_parcel(a_shop(), "26805710004126", carrier="delhivery")
    scan = {
        "Scan": "Delivered",
        "ScanType": "DL",
        "StatusCode": "EOD-38",
        "StatusDateTime": "2026-11-24T10:15:00",
        "ScannedLocation": "Pune",
        "Instructions": "Delivered to consignee",
    }
    parcels = [
        {"Shipment": {"AWB": awb, "Scans": [{"ScanDetail": scan}]}} for awb in ("26805710004126", None)
    ]
    keep(told.shop_id, json.dumps({"ShipmentData": parcels}), source="delhivery")
    inbox.work(NOW)
    task = InboxTask.objects.get()
    assert task.parked
    assert task.error.startswith("1 read, the rest not: ")
    assert "no tracking number" in task.error
    assert Shipment.objects.get().status == "delivered"


def test_a_payload_replayed_records_nothing_twice() -> None:
    told = a_parcel(a_shop(), "26805710004126", carrier="delhivery")
    (receipt,) = keep(told.shop_id, a_push(), source="delhivery")
    inbox.work(NOW)
    InboxTask.objects.create(payload=InboxRow.objects.get(), shop_id=told.shop_id, parked=True, due_at=NOW)
    assert inbox.replay(told.shop_id, NOW, [receipt, "another"]) == 1
    assert inbox.work(NOW) == 1
    assert ScanRecord.objects.count() == 1
    assert words() == ["done"]


def test_one_shop_cannot_replay_another_shops_payloads() -> None:
    mine, other = a_shop("mine"), a_shop("other")
    keep(mine, "<xml/>", source="delhivery")
    inbox.work(NOW)
    assert inbox.replay(other, NOW) == 0


def test_a_payload_that_fails_is_tried_three_times_with_a_pause_and_then_parked(
    touchy: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    keep(a_shop(), "poison")
    now = NOW
    for failed in (1, 2):
        assert inbox.work(now) == 1
        assert list(InboxTask.objects.values_list("parked", "attempts")) == [(False, failed)]
        now += RETRY_AFTER * failed
        assert inbox.work(now - SECOND) == 0
    assert inbox.work(now) == 1
    assert list(InboxTask.objects.values_list("parked", "attempts")) == [(True, 3)]
    assert InboxTask.objects.get().error == "ValueError: I choke on this"
    assert inbox.work(now + timedelta(days=1)) == 0
    assert touchy == []


def test_one_poisonous_payload_does_not_hold_up_its_batch(
    touchy: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    keep(a_shop(), "a", "b", "poison", "c", "d")
    assert inbox.work(NOW) == 5
    assert sorted(touchy) == ["a", "b", "c", "d"]
    assert words() == ["done", "done", "pending", "done", "done"]
    assert InboxTask.objects.get().attempts == 1


def test_nothing_of_a_failed_payload_stays_behind(
    touchy: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    shop = a_shop()
    keep(shop, a_push(), source="touchy")
    ScanRecord.objects.create(
        **dict.fromkeys(("key", "source", "carrier", "tracking_number", "code", "text", "status"), ""),
        **dict.fromkeys(("leg", "reason", "occurred_raw", "tz_source", "receipt"), ""),
        shop_id=shop, place="before", at=NOW, received_at=NOW,
    )  # fmt: skip
    InboxRow.objects.update(body=b"poison")
    inbox.work(NOW)
    assert ScanRecord.objects.get().place == "before"


def test_a_worker_that_died_is_followed_by_another_once_its_lease_is_over(touchy: list[str]) -> None:
    keep(a_shop(), "a")
    inbox.claim(NOW, 10)  # and the worker dies
    assert inbox.work(NOW + LEASE) == 0
    assert touchy == []
    assert inbox.work(NOW + LEASE + SECOND) == 1
    assert touchy == ["a"]
    assert words() == ["done"]


def test_the_oldest_payloads_are_taken_first_and_no_more_than_asked(touchy: list[str]) -> None:
    keep(a_shop(), "a", "b", "c")
    assert inbox.work(NOW, limit=2) == 2
    assert touchy == ["a", "b"]


def test_a_reader_that_breaks_costs_its_own_payload_three_tries_and_the_others_nothing(
    touchy: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    keep(a_shop(), "surprise", "a")
    inbox.work(NOW)
    assert touchy == ["a"]
    assert words() == ["pending", "done"]
    for _ in range(2):
        InboxTask.objects.update(due_at=NOW)
        inbox.work(NOW)
    assert words() == ["parked", "done"]
    assert InboxTask.objects.get().error == "LookupError: nobody thought of this"


def test_a_worker_that_overslept_its_lease_changes_nothing_of_a_payload_another_has_taken(
    touchy: list[str],
) -> None:
    keep(a_shop(), "a")
    (mine,) = inbox.claim(NOW, 10)
    later = NOW + LEASE + SECOND
    (theirs,) = inbox.claim(later, 10)
    inbox._park(mine, "too late", later)
    inbox._finish([(mine, Parsed(["a"]))], later)
    assert words() == ["pending"]
    inbox._finish([(theirs, Parsed(["a"]))], later)
    assert words() == ["done"]


def test_a_large_body_is_read_when_its_turn_comes(touchy: list[str]) -> None:
    keep(a_shop(), "x" * (inbox.LARGE + 1))
    inbox.work(NOW)
    assert [len(fact) for fact in touchy] == [inbox.LARGE + 1]
