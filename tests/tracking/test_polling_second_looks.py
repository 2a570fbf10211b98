"""Parcels that were passed over or let go are found again, and no gate stands in another's way."""

from datetime import timedelta

import pytest

from tests.makers import NOW, a_parcel, a_scan, a_shop
from tests.tracking.acme import KEY, PACK, RATE, Acme, a_shop_with, acme, an_account, parcels
from wismo.shops.actions import remove_carrier_account
from wismo.shops.models import CarrierAccount
from wismo.tracking.actions import enrol as enrolling
from wismo.tracking.actions.polls import claim
from wismo.tracking.actions.scans import Received, record_scans
from wismo.tracking.actions.shipments import keep_shipments
from wismo.tracking.models import Poll, PollGate, Shipment
from wismo.tracking.polling import enrol
from wismo.tracking.rules.shipment import ShipmentSnapshot
from wismo.vocabulary.status import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("may_ask_this_machine")]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def no_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if ten thousand parcels had come since."""
    monkeypatch.setattr(enrolling, "OVERLAP", 0)


def correct(shop: int, reference: str, carrier: str, number: str) -> None:
    """The shop says another carrier or number."""
    keep_shipments(shop, [ShipmentSnapshot(f"s-{reference}", f"o-{reference}", carrier, number)], NOW)


def numbers() -> list[str]:
    """Those that are asked about."""
    return sorted(Poll.objects.values_list("number", flat=True))


def test_a_parcel_whose_carrier_was_corrected_is_taken_up_however_long_ago_it_was_passed_over(
    carrier: Acme,
) -> None:
    shop = a_shop()
    an_account(shop)
    a_parcel(shop, "OLD", carrier="pigeons")
    parcels(shop, "NEW")
    enrol(NOW, carrier.fetcher)
    assert numbers() == ["NEW"]
    correct(shop, "OLD", "acme", "OLD")
    assert (enrol(NOW, carrier.fetcher), numbers()) == (1, ["NEW", "OLD"])


def test_a_parcel_that_had_ended_by_mistake_is_taken_up_once_the_mistake_is_mended(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    a_parcel(shop, "OLD", carrier="acme")
    record_scans([Received(shop, "r", NOW, a_scan(Status.DELIVERED, NOW, number="OLD", carrier="acme"))], NOW)
    parcels(shop, "NEW")
    enrol(NOW, carrier.fetcher)
    assert (Shipment.objects.get(tracking_number="OLD").ended, numbers()) == (True, ["NEW"])
    wrong = a_scan(Status.IN_TRANSIT, NOW + HOUR, number="OLD", carrier="acme", correction=True)
    record_scans([Received(shop, "r", NOW + HOUR, wrong)], NOW + HOUR)
    assert not Shipment.objects.get(tracking_number="OLD").ended
    assert (enrol(NOW, carrier.fetcher), numbers()) == (1, ["NEW", "OLD"])


def test_a_parcel_let_go_as_nobodys_is_taken_up_once_somebody_can_ask(carrier: Acme) -> None:
    a_shop_with(carrier, "OLD", "NEW")
    old = Shipment.objects.filter(tracking_number="OLD")
    old.update(carrier="pigeons")
    claim(NOW, carrier.fetcher, 16)
    assert numbers() == ["NEW"]
    old.update(carrier="acme")  # a correction whose sweep found the parcel still taken up
    assert (enrol(NOW, carrier.fetcher), numbers()) == (1, ["NEW", "OLD"])


def test_a_correction_during_a_sweep_is_not_lost_to_it(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    a_parcel(shop, "OLD", carrier="pigeons")

    class Serves:
        terms, fetch, register = carrier.fetcher.terms, carrier.fetcher.fetch, carrier.fetcher.register

        def serves(self, source: str, of: str) -> bool:
            correct(shop, "OLD", "acme", "OLD")
            return carrier.fetcher.serves(source, of)

    assert enrol(NOW, Serves()) == 0
    assert (enrol(NOW, carrier.fetcher), numbers()) == (1, ["OLD"])


def test_the_parcels_of_a_removed_account_are_let_go_batch_by_batch(
    carrier: Acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolling, "BATCH", 2)
    monkeypatch.setattr(enrolling, "BATCHES", 2)
    shop = a_shop_with(carrier, *"ABCD")
    parcels(shop, "E")
    enrol(NOW, carrier.fetcher)
    remove_carrier_account(shop, "acme", who="ines", now=NOW)
    left = []
    for _ in range(2):
        enrol(NOW, carrier.fetcher)
        left.append((Poll.objects.count(), PollGate.objects.count()))
    assert left == [(1, 1), (0, 0)]


@pytest.mark.parametrize("why", ["quota", "nobody serves it", "no pack"])
def test_a_gate_that_has_nothing_to_give_does_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    with acme(monkeypatch, PACK + RATE + "per_day = 3\n" + KEY) as carrier:
        first, second = (a_shop(slug) for slug in ("first", "second"))
        for shop in (first, second):
            an_account(shop)
            parcels(shop, "A")
        enrol(NOW, carrier.fetcher)
        if why == "quota":
            PollGate.objects.filter(shop_id=first).update(day=NOW.date(), used=3)
        elif why == "no pack":
            for model in (PollGate, Poll, CarrierAccount):
                model.objects.filter(shop_id=first).update(source="ghost")
        else:
            Shipment.objects.filter(shop_id=first).update(carrier="pigeons")
        assert [turn.shop_id for turn in claim(NOW, carrier.fetcher, 1)] == [second]
