"""A shop says what a code means: its parcels move, shoppers hear no old news, and it can be undone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.makers import NOW, Told, a_parcel, a_scan, a_shop
from tests.tracking.test_scans import announced
from tests.tracking.test_second_thoughts import _push
from wismo.notify.foresight import foreseen, last_message
from wismo.notify.models import Message
from wismo.plumbing import inbox
from wismo.tracking.actions.meanings import MeaningError, give, record_as_meant, rehearsal, settle, withdraw
from wismo.tracking.actions.scans import Received
from wismo.tracking.jobs import settle_meanings
from wismo.tracking.models import CodeMeaning, ScanRecord, Shipment
from wismo.tracking.queries import codes
from wismo.tracking.rules.meaning import Meaning
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Scan, Status

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OUT = Meaning(Status.OUT_FOR_DELIVERY)
DONE = Meaning(Status.DELIVERED)


def unmapped(
    at: timedelta = -HOUR, *, code: str = "XX", leg: Leg = Leg.FORWARD, number: str = "1Z999"
) -> Scan:
    """A scan with a code no pack knows."""
    scan = a_scan(None, NOW + at, number=number, leg=leg, key=f"{number}{code}{at}"[:32])
    return replace(scan, code=code)


def hear(shop_id: int, *scans: Scan) -> None:
    """As the inbox's worker does."""
    record_as_meant([Received(shop_id, "receipt", NOW, scan) for scan in scans], NOW)


def nothing(source: str, body: bytes) -> list[Scan]:
    """A pack that reads nothing."""
    return []


def say(told: Told, meaning: Meaning, code: str = "XX") -> int:
    """Give the code the meaning and apply it; how many scans took it."""
    give(told.shop_id, "ups", code, meaning, who="ines@halden.example", now=NOW)
    return settle(NOW, nothing)


def test_earlier_scans_take_the_meaning_and_move_their_parcel() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, unmapped())
    assert Shipment.objects.get().status == "unknown"
    assert say(told, OUT) == 1
    assert Shipment.objects.get().status == "out_for_delivery"
    assert announced(told.shop_id) == ["shipment_created", "picked_up", "out_for_delivery@2026-11-24"]
    assert (ScanRecord.objects.get().status, ScanRecord.objects.get().by_shop) == ("out_for_delivery", True)


def test_new_scans_take_the_meaning_as_they_come_in() -> None:
    told = a_parcel(a_shop())
    say(told, Meaning(Status.FAILED_ATTEMPT, reason=Reason.BUYER_REFUSED))
    hear(told.shop_id, unmapped(), a_scan(Status.PICKED_UP, NOW - 2 * HOUR))
    parcel = Shipment.objects.get()
    assert (parcel.status, parcel.reason) == ("failed_attempt", "buyer_refused")
    marks = dict(ScanRecord.objects.values_list("code", "by_shop"))
    assert marks == {"XX": True, "picked_up": False}


def test_scans_that_wait_for_their_parcel_bring_the_meaning_with_them() -> None:
    shop = a_shop()
    hear(shop, unmapped())
    give(shop, "ups", "XX", OUT, who="ines@halden.example", now=NOW)
    assert settle(NOW, nothing) == 1
    a_parcel(shop)
    assert Shipment.objects.get().status == "out_for_delivery"


def test_a_meaning_never_overrides_what_a_pack_says() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, replace(a_scan(Status.IN_TRANSIT, NOW - HOUR), code="XX"))
    assert say(told, DONE) == 0
    hear(told.shop_id, replace(a_scan(Status.IN_TRANSIT, NOW), code="XX"))
    assert set(ScanRecord.objects.values_list("status", "by_shop")) == {("in_transit", False)}


@pytest.mark.parametrize(
    ("meaning", "payload", "status", "leg"),
    [
        (DONE, Leg.FORWARD, "delivered", "forward"),
        (DONE, Leg.RTO, "returned", "rto"),
        (Meaning(Status.DELIVERED, Leg.RTO), Leg.FORWARD, "returned", "rto"),
        (Meaning(Status.IN_TRANSIT, Leg.RTO), Leg.FORWARD, "in_transit", "rto"),
    ],
)
def test_delivered_on_the_way_back_is_returned(meaning: Meaning, payload: Leg, status: str, leg: str) -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, unmapped(leg=payload))
    say(told, meaning)
    assert ScanRecord.objects.values_list("status", "leg").get() == (status, leg)
    assert not Message.objects.filter(journey="delivered").exclude(shipment__leg="forward").exists()


def test_old_news_is_queued_with_its_own_time_and_so_expires_unsent() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, unmapped(-timedelta(days=3)))
    say(told, OUT)
    message = Message.objects.get(journey="out_for_delivery")
    assert message.happened_at == NOW - timedelta(days=3)
    assert message.expires_at == NOW - timedelta(days=3) + timedelta(minutes=10) + 4 * HOUR


def test_a_meaning_taken_back_leaves_the_parcel_as_it_was() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, a_scan(Status.IN_TRANSIT, NOW - 2 * HOUR), unmapped())
    say(told, DONE)
    assert Shipment.objects.get().ended
    assert withdraw(told.shop_id, CodeMeaning.objects.get().pk, NOW) == ("ups", "XX")
    assert settle(NOW, nothing) == 1
    parcel = Shipment.objects.get()
    assert (parcel.status, parcel.ended, parcel.delivered_at) == ("in_transit", False, None)
    assert codes.unmapped_count(told.shop_id) == 1
    assert codes.meanings(told.shop_id) == []


def test_what_was_told_once_is_not_told_again_after_an_undo() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, unmapped())
    for _ in range(2):
        say(told, OUT)
        withdraw(told.shop_id, CodeMeaning.objects.get().pk, NOW)
        settle(NOW, nothing)
    say(told, OUT)
    assert announced(told.shop_id).count("out_for_delivery@2026-11-24") == 1
    assert Message.objects.filter(journey="out_for_delivery").count() == 1


def test_a_scan_given_back_has_the_leg_its_payload_told() -> None:
    told = a_parcel(a_shop(), "2680571", carrier="delhivery")
    inbox.keep(told.shop_id, "delhivery", _push("Audit"), headers={}, now=timezone.now())
    inbox.work(timezone.now())
    scan = ScanRecord.objects.get()
    give(told.shop_id, "delhivery", scan.code, Meaning(Status.IN_TRANSIT, Leg.RTO), who="ines", now=NOW)
    assert settle_meanings(NOW) == 1
    assert ScanRecord.objects.values_list("status", "leg").get() == ("in_transit", "rto")
    withdraw(told.shop_id, CodeMeaning.objects.get().pk, NOW)
    assert settle_meanings(NOW) == 1
    assert ScanRecord.objects.values_list("status", "leg").get() == ("", "forward")


def test_a_scan_on_its_way_back_stays_so_when_it_is_given_back_without_its_payload() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, unmapped(leg=Leg.RTO))
    say(told, DONE)
    withdraw(told.shop_id, CodeMeaning.objects.get().pk, NOW)
    settle(NOW, nothing)
    say(told, DONE)
    assert ScanRecord.objects.values_list("status", "leg").get() == ("returned", "rto")
    assert "delivered" not in Shipment.objects.get().milestones


def test_the_inbox_reads_a_payload_by_the_shops_meaning() -> None:
    told = a_parcel(a_shop(), "2680571", carrier="delhivery")
    give(told.shop_id, "delhivery", "UD|Audit", Meaning(Status.IN_TRANSIT), who="ines", now=NOW)
    inbox.keep(told.shop_id, "delhivery", _push("Audit"), headers={}, now=timezone.now())
    inbox.work(timezone.now())
    assert ScanRecord.objects.values_list("code", "status", "by_shop").get() == (
        "UD|Audit",
        "in_transit",
        True,
    )
    assert Shipment.objects.get().status == "in_transit"


def test_a_code_has_one_meaning_and_another_only_after_the_first_is_undone() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, unmapped())
    say(told, OUT)
    with pytest.raises(MeaningError, match="XX has a meaning already"):
        say(told, DONE)
    withdraw(told.shop_id, CodeMeaning.objects.get().pk, NOW)
    with pytest.raises(MeaningError, match="The earlier meaning of XX is still being undone"):
        say(told, DONE)
    settle(NOW, nothing)
    assert say(told, DONE) == 1
    assert Shipment.objects.get().status == "delivered"


def test_scans_without_a_code_are_not_mapped_all_alike() -> None:
    with pytest.raises(MeaningError, match="came without a code"):
        give(a_shop(), "ups", "", OUT, who="ines", now=NOW)


def test_a_rehearsal_shows_what_would_come_and_leaves_nothing_behind() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, a_scan(Status.IN_TRANSIT, NOW - timedelta(days=2)), unmapped(), unmapped(-30 * HOUR))
    messages, before = last_message(told.shop_id), announced(told.shop_id)
    with rehearsal(told.shop_id, "ups", "XX", OUT, NOW) as would:
        news = foreseen(told.shop_id, [c.order_id for c in would.changed], after=messages, now=NOW)
    (change,) = would.changed
    assert (would.scans, would.parcels) == (2, 1)
    assert (change.status, change.status_then, change.moves) == (
        Status.IN_TRANSIT,
        Status.OUT_FOR_DELIVERY,
        True,
    )
    assert [(p.milestone, p.episode) for p in change.reached] == [
        ("out_for_delivery", "2026-11-23"),
        ("out_for_delivery", "2026-11-24"),
    ]
    assert [line.at for line in change.news] == [NOW - HOUR, NOW - 30 * HOUR]
    assert [(n.trigger, n.happened_at, n.sent) for n in news] == [
        ("out_for_delivery", NOW - HOUR, True),
        ("out_for_delivery", NOW - 30 * HOUR, False),
    ]
    assert news[1].code.startswith("superseded:") or news[1].code == "too_old"
    assert (last_message(told.shop_id), announced(told.shop_id)) == (messages, before)
    assert Shipment.objects.get().status == "in_transit"
    assert codes.unmapped_count(told.shop_id) == 1


def test_what_was_rehearsed_is_what_happens() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, unmapped(), unmapped(-30 * HOUR))
    with rehearsal(told.shop_id, "ups", "XX", OUT, NOW) as would:
        pass
    say(told, OUT)
    parcel = Shipment.objects.get()
    assert (parcel.status, parcel.leg) == (would.changed[0].status_then, would.changed[0].leg_then)
    assert Message.objects.filter(journey="out_for_delivery").count() == 2


def test_another_shops_scans_and_meanings_are_untouched() -> None:
    mine, theirs = a_parcel(a_shop("mine")), a_parcel(a_shop("theirs"))
    for told in (mine, theirs):
        hear(told.shop_id, unmapped())
    assert say(mine, DONE) == 1
    assert Shipment.objects.get(shop_id=theirs.shop_id).status == "unknown"
    hear(theirs.shop_id, unmapped(timedelta()))
    assert not ScanRecord.objects.filter(shop_id=theirs.shop_id).exclude(status="").exists()
    assert withdraw(theirs.shop_id, CodeMeaning.objects.get().pk, NOW) is None
    assert codes.meanings(theirs.shop_id) == []


def test_a_long_history_is_worked_through_in_batches() -> None:
    told = a_parcel(a_shop())
    hear(told.shop_id, *(unmapped(-n * HOUR) for n in range(1, 601)))
    give(told.shop_id, "ups", "XX", OUT, who="ines", now=NOW)
    assert settle(NOW, nothing, batches=1) == 500
    assert codes.unmapped_code(told.shop_id, "ups", "XX") is not None
    assert settle(NOW, nothing, batches=1) == 100
    assert settle(NOW, nothing) == 0
    assert codes.unmapped_codes(told.shop_id) == []


def test_mapped_scans_cost_no_look_and_a_batch_of_unmapped_ones_costs_one() -> None:
    told = a_parcel(a_shop())
    assert looks(told.shop_id, a_scan(Status.PICKED_UP, NOW - 2 * HOUR)) == 0
    assert looks(told.shop_id, *(unmapped(-n * HOUR, code=f"X{n}") for n in range(20))) == 1


def looks(shop_id: int, *scans: Scan) -> int:
    """How often recording these asks for meanings."""
    with CaptureQueriesContext(connection) as asked:
        hear(shop_id, *scans)
    return sum("tracking_codemeaning" in query["sql"] for query in asked.captured_queries)


def test_codes_are_listed_with_their_words_and_places_the_most_harmful_first() -> None:
    shop = a_shop()
    for n in range(3):
        number = f"1Z{n}"
        a_parcel(shop, number)
        hear(shop, replace(unmapped(-n * HOUR, number=number), text=f"SORT {n}", place="Lyon, FR"))
    hear(shop, replace(unmapped(code="YY", number="1Z0"), text="held"))
    first, second = codes.unmapped_codes(shop)
    assert (first.source, first.code, first.scans, first.parcels) == ("ups", "XX", 3, 3)
    assert (first.texts, first.places) == (("SORT 2", "SORT 0"), ("Lyon, FR",))
    assert (first.first_seen, first.last_seen) == (NOW, NOW)
    assert (second.code, second.scans) == ("YY", 1)
    assert codes.wordings(shop, "ups", "XX") == [("SORT 0", 1), ("SORT 1", 1), ("SORT 2", 1)]
    assert codes.places(shop, "ups", "XX") == [("Lyon, FR", 3)]
