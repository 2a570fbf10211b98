"""When parcels are looked at: at once where a message asks for it, else a moment after the news."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.makers import NOW, a_scan, a_shop
from tests.promise.parcels import a_quoter, sent
from wismo.notify.models import Message
from wismo.promise.actions import outlooks
from wismo.promise.actions.due import DAILY, NEWS, PUT_OFF
from wismo.promise.jobs.looking import alert, look_again
from wismo.promise.models import Outlook, Passage
from wismo.promise.quoting import Quoter
from wismo.tracking.actions.scans import Received, record_scans
from wismo.vocabulary.status import Scan, Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROMISED = date(2026, 12, 2)


def heard(shop: int, *scans: Scan) -> int:
    """The pipeline has these scans, and no other worker has done anything; its statements."""
    with CaptureQueriesContext(connection) as caught:
        record_scans([Received(shop, "r", NOW, scan) for scan in scans], NOW)
    return len(caught)


def test_news_waits_for_the_next_look_and_is_looked_at_once(clock: time_machine.Traveller) -> None:
    shop = a_shop()
    sent(shop, ["A", "B"], promised_on=PROMISED)
    heard(shop, a_scan(Status.PICKED_UP, NOW, number="A"))
    heard(shop, a_scan(Status.OUT_FOR_DELIVERY, NOW + HOUR, number="A"))
    assert Passage.objects.get(reference="s-A").handed_on is None
    assert (look_again(NOW), look_again(NOW)) == (1, 0)
    assert Passage.objects.get(reference="s-A").handed_on == NOW.date()
    assert Outlook.objects.get(shipment__reference="s-A").shown_on == NOW.date()


def test_news_goes_before_silence(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wismo.promise.jobs.looking.BATCH", 1)
    monkeypatch.setattr("wismo.promise.jobs.looking.SECONDS", 0.0)
    shop = a_shop()
    ids = sent(shop, ["A", "B"], promised_on=PROMISED)
    Outlook.objects.update(looked_at=NOW - 3 * DAY)
    heard(shop, a_scan(Status.PICKED_UP, NOW, number="B"))
    assert look_again(NOW) == 1
    assert Outlook.objects.get(looked_at=NOW).shipment_id == ids[1]


def test_a_slip_is_looked_at_with_its_scan_as_the_message_names_the_day(
    clock: time_machine.Traveller,
) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=PROMISED)
    heard(shop, a_scan(Status.IN_TRANSIT, NOW, number="A", eta=date(2026, 12, 4)))
    told = Outlook.objects.get().told_on
    assert told is not None
    assert Message.objects.get(journey="delayed").dedupe_key == f"slip|shipment:{parcel}|{told}"
    assert look_again(NOW) == 0


def test_the_pipeline_takes_as_many_statements_for_many_parcels_as_for_one(
    clock: time_machine.Traveller,
) -> None:
    taken = []
    for slug, numbers in (("one", ["A"]), ("many", [f"N{n}" for n in range(40)])):
        shop = a_shop(slug)
        sent(shop, numbers, promised_on=PROMISED)
        taken.append(heard(shop, *(a_scan(Status.PICKED_UP, NOW, number=n) for n in numbers)))
    assert taken[0] == taken[1]


def test_what_had_arrived_is_looked_at_again_and_meanwhile_nobody_is_alerted(
    clock: time_machine.Traveller,
) -> None:
    shop = a_shop()
    numbers = [f"N{n}" for n in range(20)]
    sent(shop, numbers, promised_on=PROMISED)
    heard(shop, a_scan(Status.FAILED_ATTEMPT, NOW, number="N0"))
    look_again(NOW)
    Outlook.objects.filter(shipment__reference="s-N0").update(risk=0.9)
    heard(shop, a_scan(Status.HELD, NOW + HOUR, number="N0"))
    row = Outlook.objects.filter(shipment__reference="s-N0").values_list("open", "looked_at", "excepted_at")
    assert (row.get(), alert(NOW)) == ((True, NEWS, None), 0)
    look_again(NOW)
    assert (row.get(), alert(NOW)) == ((False, NOW, NOW + HOUR), 0)


def test_a_parcel_that_cannot_be_looked_at_holds_up_no_other(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = a_shop("good"), a_shop("bad")
    sent(good, ["A", "B", "C"], promised_on=PROMISED)
    [broken] = sent(bad, ["D"], promised_on=PROMISED)
    for shop, number in ((bad, "D"), (good, "A"), (good, "B"), (good, "C")):
        heard(shop, a_scan(Status.PICKED_UP, NOW, number=number))

    def breaks(shop: int, _now: object) -> Quoter:
        if shop == bad:
            raise ValueError("a plan nobody foresaw")
        return a_quoter()

    monkeypatch.setattr(outlooks, "quoter_of", breaks)
    assert (look_again(NOW), look_again(NOW)) == (3, 0)
    row = Outlook.objects.get(shipment_id=broken)
    assert row.looked_at == NOW - DAILY + PUT_OFF
    monkeypatch.setattr(outlooks, "quoter_of", lambda _shop, _now: a_quoter())
    assert (look_again(NOW + HOUR - timedelta(seconds=1)), look_again(NOW + HOUR)) == (0, 1)
