"""Past orders of a file, kept as passages."""

import dataclasses
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.notify.rows import make_order, make_parcel, make_shop
from wismo.promise.actions.importing import as_planned, keep_history, strangers
from wismo.promise.learning.history import History
from wismo.promise.learning.mapping import read_mapping
from wismo.promise.learning.reading import read_history
from wismo.promise.models import Passage
from wismo.promise.plan.model import Plan, Service, Warehouse

TODAY = date(2026, 11, 24)
MAPPING = read_mapping(
    '[columns]\nreference = "id"\nbought = "bought"\nready = "paid"\nhanded = "sent"\narrived = "came"\n'
    'promised = "promised"\ncountry = "country"\nregion = "state"\npostcode = "zip"\nwarehouse = "from"\n'
    'service = "service"\n[constants]\norigin_country = "DE"\norigin_postcode = "04109"\n'
)
HEAD = "id,bought,paid,sent,came,promised,country,state,zip,from,service"
CAME = (
    "A1,2026-03-02 09:30,2026-03-03 10:00,2026-03-03 16:00,2026-03-05 11:15,2026-03-06,"
    "DE,BY,80331,leipzig,std"
)
OPEN = "A2,2026-03-04 12:00,,,,,AT,,1010,leipzig,std"
PLAN = Plan(
    warehouses=(Warehouse(key="leipzig", country="DE", timezone="Europe/Berlin"),),
    services=(Service(key="std", carrier="dhl"),),
)


def history(folder: Path, *rows: str) -> History:
    """These rows, read."""
    path = folder / "orders.csv"
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return read_history(path, MAPPING)[0]


@pytest.mark.django_db
def test_an_order_is_kept_with_its_way_and_the_days_of_its_moments(tmp_path: Path) -> None:
    shop = make_shop()
    done = keep_history(shop.pk, history(tmp_path, CAME), today=TODAY)
    kept = Passage.objects.get(shop=shop, reference="A1")
    assert dataclasses.astuple(done) == (1, 0, 0, 0, 0)
    assert (kept.origin, kept.warehouse, kept.service, kept.carrier) == ("DE:0", "leipzig", "std", "")
    assert (kept.country, kept.region, kept.postcode) == ("DE", "BY", "80331")
    assert (kept.bought_on, kept.ready_on) == (date(2026, 3, 2), date(2026, 3, 3))
    assert (kept.handed_on, kept.arrived_on) == (date(2026, 3, 3), date(2026, 3, 5))
    assert (kept.ended_on, kept.promised_on, kept.shipment_id) == (None, date(2026, 3, 6), None)


@pytest.mark.django_db
def test_what_had_not_arrived_was_lost_sight_of_when_the_file_ends(tmp_path: Path) -> None:
    shop = make_shop()
    keep_history(shop.pk, history(tmp_path, CAME, OPEN), today=TODAY)
    kept = Passage.objects.get(shop=shop, reference="A2")
    assert (kept.ready_on, kept.handed_on, kept.arrived_on) == (date(2026, 3, 4), None, None)
    assert kept.ended_on == date(2026, 3, 5)


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    shop = make_shop()
    rows = history(tmp_path, CAME, OPEN)
    keep_history(shop.pk, rows, today=TODAY)
    before = list(Passage.objects.order_by("pk").values())
    assert dataclasses.astuple(keep_history(shop.pk, rows, today=TODAY)) == (0, 0, 2, 0, 0)
    assert list(Passage.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_a_newer_file_tells_that_an_order_has_arrived(tmp_path: Path) -> None:
    shop = make_shop()
    keep_history(shop.pk, history(tmp_path, CAME, OPEN), today=TODAY)
    came = OPEN.replace(",,,,,AT", ",,2026-03-05,2026-03-09,,AT")
    done = keep_history(shop.pk, history(tmp_path, CAME, came), today=TODAY)
    kept = Passage.objects.get(shop=shop, reference="A2")
    assert dataclasses.astuple(done) == (0, 1, 1, 0, 0)
    assert (kept.arrived_on, kept.ended_on) == (date(2026, 3, 9), None)


@pytest.mark.django_db
def test_a_parcel_followed_here_is_known_better_than_by_a_file(tmp_path: Path) -> None:
    shop = make_shop()
    parcel = make_parcel(make_order(shop))
    days = {"bought_on": date(2026, 3, 2), "ready_on": date(2026, 3, 2)}
    Passage.objects.create(shop=shop, shipment=parcel, reference="A1", country="DE", **days)
    assert dataclasses.astuple(keep_history(shop.pk, history(tmp_path, CAME), today=TODAY)) == (0, 0, 0, 1, 0)
    assert Passage.objects.get(reference="A1").arrived_on is None


@pytest.mark.django_db
def test_an_order_that_went_nobody_knows_where_is_left_out(tmp_path: Path) -> None:
    shop = make_shop()
    done = keep_history(shop.pk, history(tmp_path, CAME.replace(",DE,", ",,")), today=TODAY)
    assert (done.new, done.placeless) == (0, 1)


@pytest.mark.django_db
def test_what_is_too_long_to_be_kept_is_cut_without_two_becoming_one(tmp_path: Path) -> None:
    shop = make_shop()
    long = [CAME.replace("A1", "A" * 90 + end).replace(",BY,", ",Oberbayern,") for end in "12"]
    assert keep_history(shop.pk, history(tmp_path, *long), today=TODAY).new == 2
    kept = list(Passage.objects.filter(shop=shop))
    assert [len(row.reference) for row in kept] == [80, 80]
    assert [row.region for row in kept] == ["", ""]


@pytest.mark.django_db
def test_shops_do_not_share_references(tmp_path: Path) -> None:
    rows = history(tmp_path, CAME)
    done = [keep_history(make_shop(slug).pk, rows, today=TODAY).new for slug in ("one", "other")]
    assert done == [1, 1]


def test_what_a_file_leaves_open_is_as_the_plan_has_it_where_there_is_no_choice(tmp_path: Path) -> None:
    told = as_planned(history(tmp_path, CAME.replace("leipzig,std", ",")), PLAN)
    assert (told.warehouse[0], told.service[0], told.carrier[0]) == ("leipzig", "std", "dhl")


def test_where_the_plan_has_two_services_none_is_guessed(tmp_path: Path) -> None:
    plan = dataclasses.replace(PLAN, services=(*PLAN.services, Service(key="express", carrier="ups")))
    told = as_planned(history(tmp_path, CAME.replace("leipzig,std", ","), OPEN), plan)
    assert list(told.service) == ["", "std"]
    assert list(told.carrier) == ["", "dhl"]


def test_words_that_the_plan_does_not_have_are_counted(tmp_path: Path) -> None:
    rows = [CAME.replace("std", "DHL Paket").replace("A1", name) for name in ("A1", "A3")]
    found = strangers(history(tmp_path, *rows, OPEN), PLAN)
    assert found == {"service": {"DHL Paket": 2}, "carrier": {"": 3}}


@pytest.mark.slow
@pytest.mark.django_db
def test_a_hundred_thousand_orders_are_kept_in_seconds(tmp_path: Path) -> None:
    shop = make_shop()
    one = history(tmp_path, CAME)
    many = one.take(np.zeros(100_000, np.int64))
    many = dataclasses.replace(many, reference=np.array([f"A{n}" for n in range(100_000)], np.object_))
    told: list[int] = []
    assert keep_history(shop.pk, many, today=TODAY, progress=told.append).new == 100_000
    assert set(told) == {5_000}
