"""What is said differently later: another day, another number, a code that has a meaning by now."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.makers import NOW, a_parcel, a_scan, a_shop, an_order
from tests.tracking.test_scans import announced, tell
from wismo.carriers import registry
from wismo.carriers.loading import load_pack
from wismo.carriers.pack import Pack
from wismo.notify.models import Message
from wismo.orders.actions import keep_orders
from wismo.plumbing import inbox
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.jobs import mark_overdue, read_unmapped
from wismo.tracking.models import ScanRecord, Shipment
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.vocabulary.status import Scan, Status

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def hear(shop_id: int, at: datetime, *scans: Scan) -> None:
    """Record scans received at that time."""
    record_scans([Received(shop_id, f"r{at}", at, scan) for scan in scans], at)


def revised(scan: Scan, day: date) -> Scan:
    """The same scan, told again with another day."""
    return a_scan(scan.status, scan.occurred_at or NOW, eta=day, key=scan.key)


def test_a_day_named_anew_without_a_new_scan_counts() -> None:
    told = a_parcel(a_shop(), promised_on=date(2026, 11, 26))
    scan = a_scan(Status.IN_TRANSIT, NOW, eta=date(2026, 11, 26))
    hear(told.shop_id, NOW + HOUR, scan)
    hear(told.shop_id, NOW + 2 * HOUR, revised(scan, date(2026, 12, 2)))
    parcel = Shipment.objects.get()
    assert (parcel.eta, parcel.late) == (date(2026, 12, 2), True)
    assert announced(told.shop_id)[-1] == "delayed"


def test_an_older_payload_that_comes_in_late_does_not_bring_back_its_older_day() -> None:
    told = a_parcel(a_shop())
    first = a_scan(Status.PICKED_UP, NOW, eta=date(2026, 11, 30))
    hear(told.shop_id, NOW + HOUR, first, a_scan(Status.IN_TRANSIT, NOW + HOUR, eta=date(2026, 11, 30)))
    hear(told.shop_id, NOW + 2 * HOUR, revised(first, date(2026, 11, 27)))
    assert Shipment.objects.get().eta == date(2026, 11, 30)


def test_a_corrected_number_gives_back_the_scans_of_the_wrong_parcel() -> None:
    shop = a_shop()
    a_parcel(shop, "WRONG")
    tell(shop, a_scan(Status.DELIVERED, NOW, number="WRONG"))
    tell(shop, a_scan(Status.IN_TRANSIT, NOW, number="RIGHT"))
    keep_shipments(shop, [ShipmentSnapshot("s-WRONG", "o-WRONG", "ups", "RIGHT")], NOW)
    parcel = Shipment.objects.get()
    assert (parcel.status, parcel.ended, parcel.delivered_at) == ("in_transit", False, None)
    assert list(ScanRecord.objects.filter(shipment=None).values_list("tracking_number", flat=True)) == [
        "WRONG"
    ]


def test_a_parcel_of_last_year_that_is_imported_is_late_and_nobody_is_told() -> None:
    shop = a_shop()
    a_parcel(shop, promised_on=date(2025, 11, 20))
    assert mark_overdue(NOW + HOUR) == 0, "too long ago to look for"
    a_parcel(shop, "2", promised_on=date(2026, 11, 10))
    assert mark_overdue(NOW + HOUR) == 1
    message = Message.objects.get(journey="delayed")
    assert message.happened_at == datetime.fromisoformat("2026-11-11T00:00:00+01:00")
    assert message.expires_at is not None
    assert message.expires_at < NOW


def test_a_carriers_word_of_delay_is_no_broken_promise_while_the_day_stands() -> None:
    told = a_parcel(a_shop(), promised_on=date(2026, 11, 26))
    tell(told.shop_id, a_scan(Status.DELAYED, NOW))
    assert "delayed" not in announced(told.shop_id)
    assert mark_overdue(datetime(2026, 11, 27, 1, tzinfo=timezone.get_current_timezone())) == 1
    assert announced(told.shop_id).count("delayed") == 1
    assert Shipment.objects.get().late is True


def test_a_carriers_word_of_delay_counts_where_no_day_was_promised() -> None:
    told = a_parcel(a_shop())
    tell(told.shop_id, a_scan(Status.DELAYED, NOW))
    assert announced(told.shop_id)[-1] == "delayed"
    assert Shipment.objects.get().late is True


def test_one_attempt_told_by_two_sources_in_two_offsets_is_one_episode() -> None:
    shop = a_shop()
    keep_orders(shop, [an_order("o-JP", country="JP", timezone="Asia/Tokyo")], NOW)
    keep_shipments(shop, [ShipmentSnapshot("s-JP", "o-JP", "fedex", "77")], NOW)
    at = datetime.fromisoformat("2026-11-25T07:05:00+09:00")
    in_utc = at.astimezone(timezone.get_current_timezone())
    tell(shop, a_scan(Status.OUT_FOR_DELIVERY, at, number="77", carrier="fedex"))
    tell(shop, a_scan(Status.OUT_FOR_DELIVERY, in_utc, number="77", carrier="fedex", source="easypost"))
    assert [key for key in announced(shop) if "@" in key] == ["out_for_delivery@2026-11-25"]


def _push(code: str) -> bytes:
    at = f"{timezone.now() - HOUR:%Y-%m-%dT%H:%M:%S}"
    status: dict[str, Any] = {"Status": code, "StatusType": "UD", "StatusDateTime": at, "Instructions": code}
    return json.dumps({"Shipment": {"Status": status, "AWB": "2680571"}}).encode()


def test_a_code_that_gets_a_meaning_is_read_again_and_moves_its_parcel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = a_parcel(a_shop(), "2680571", carrier="delhivery")
    inbox.keep(told.shop_id, "delhivery", _push("Audit"), headers={}, now=timezone.now())
    inbox.work(timezone.now())
    assert (Shipment.objects.get().status, ScanRecord.objects.get().status) == ("unknown", "")
    assert read_unmapped(told.shop_id, NOW) == 0
    monkeypatch.setitem(registry.packs(), "delhivery", _with_meaning(registry.packs()["delhivery"]))
    assert read_unmapped(told.shop_id, NOW) == 1
    assert (Shipment.objects.get().status, ScanRecord.objects.get().status) == ("in_transit", "in_transit")
    assert announced(told.shop_id) == ["shipment_created", "picked_up", "in_transit"]
    assert read_unmapped(told.shop_id, NOW) == 0


def _with_meaning(pack: Pack) -> Pack:
    """The pack after somebody mapped the code."""
    text = (registry._HERE / "packs" / "delhivery.toml").read_text(encoding="utf-8")
    row = '    { code = "UD|Audit|*", status = "in_transit", source = "test", confidence = "guess" },\n'
    return load_pack("delhivery.toml", text.replace("status = [\n", f"status = [\n{row}", 1))
