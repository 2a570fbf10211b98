"""The inbox: nothing is lost, nothing is done twice, and one bad payload costs only itself."""

import json
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.makers import NOW, a_parcel, a_shop
from wismo.plumbing import inbox
from wismo.plumbing.inbox import LEASE, RETRY_AFTER, Parsed, Payload, Reader
from wismo.plumbing.models import InboxRow
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


def states() -> list[tuple[str, int]]:
    """State and failed attempts of each row, oldest first."""
    return list(InboxRow.objects.order_by("pk").values_list("state", "attempts"))


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
    row = InboxRow.objects.get()
    assert (row.state, row.attempts, row.finished_at) == ("parked", 1, NOW)
    assert row.error.startswith("not JSON: ")
    assert inbox.work(NOW) == 0
    InboxRow.objects.update(body=a_push().encode())  # as a mended pack would read it
    assert inbox.replay(shop, NOW) == 1
    assert inbox.work(NOW) == 1
    assert states() == [("done", 0)]
    assert InboxRow.objects.get().error == ""
    assert ScanRecord.objects.count() == 1


def test_a_source_nobody_reads_is_parked_and_told_by_name() -> None:
    keep(a_shop(), "{}", source="pigeons")
    inbox.work(NOW)
    assert (
        InboxRow.objects.get().error == "nobody reads the source 'pigeons': is its carrier pack still there?"
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
    row = InboxRow.objects.get()
    assert row.state == "parked"
    assert row.error.startswith("1 read, the rest not: ")
    assert "no tracking number" in row.error
    assert Shipment.objects.get().status == "delivered"


def test_a_payload_replayed_records_nothing_twice() -> None:
    told = a_parcel(a_shop(), "26805710004126", carrier="delhivery")
    (receipt,) = keep(told.shop_id, a_push(), source="delhivery")
    inbox.work(NOW)
    InboxRow.objects.update(state="parked")
    assert inbox.replay(told.shop_id, NOW, [receipt, "another"]) == 1
    assert inbox.work(NOW) == 1
    assert ScanRecord.objects.count() == 1
    assert states() == [("done", 0)]


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
        assert states() == [("pending", failed)]
        now += RETRY_AFTER * failed
        assert inbox.work(now - SECOND) == 0
    assert inbox.work(now) == 1
    assert states() == [("parked", 3)]
    assert InboxRow.objects.get().error == "ValueError: I choke on this"
    assert inbox.work(now + timedelta(days=1)) == 0
    assert touchy == []


def test_one_poisonous_payload_does_not_hold_up_its_batch(
    touchy: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    keep(a_shop(), "a", "b", "poison", "c", "d")
    assert inbox.work(NOW) == 5
    assert sorted(touchy) == ["a", "b", "c", "d"]
    assert states() == [("done", 0), ("done", 0), ("pending", 1), ("done", 0), ("done", 0)]


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
    (claimed,) = inbox.claim(NOW, 10)  # and the worker dies
    assert inbox.work(NOW + LEASE) == 0
    assert touchy == []
    assert inbox.work(NOW + LEASE + SECOND) == 1
    assert touchy == ["a"]
    assert InboxRow.objects.get(pk=claimed.id).state == "done"


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
    assert states() == [("pending", 1), ("done", 0)]
    for _ in range(2):
        InboxRow.objects.update(due_at=NOW)
        inbox.work(NOW)
    assert InboxRow.objects.get(state="parked").error == "LookupError: nobody thought of this"


def test_a_worker_that_overslept_its_lease_changes_nothing_of_a_payload_another_has_taken(
    touchy: list[str],
) -> None:
    keep(a_shop(), "a")
    (mine,) = inbox.claim(NOW, 10)
    later = NOW + LEASE + SECOND
    (theirs,) = inbox.claim(later, 10)
    inbox._park(mine, "too late", later)
    inbox._finish([(mine, Parsed(["a"]))], later)
    assert states() == [("pending", 0)]
    inbox._finish([(theirs, Parsed(["a"]))], later)
    assert states() == [("done", 0)]


def test_a_large_body_is_read_when_its_turn_comes(touchy: list[str]) -> None:
    keep(a_shop(), "x" * (inbox.LARGE + 1))
    inbox.work(NOW)
    assert [len(fact) for fact in touchy] == [inbox.LARGE + 1]
