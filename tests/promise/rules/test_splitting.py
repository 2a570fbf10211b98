"""Mixed carts: parcels, the warehouses they come from, and the day all of them are there."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promise.rules.berlin import CLOCKS, PLAN, TABLES, ask, at, quoter
from wismo.promise.rules.clock import Clock
from wismo.promise.rules.lanes import Timed
from wismo.promise.rules.question import Answer, Item
from wismo.promise.rules.tables import Tables

PLAIN, SPRING, ENGRAVED, SOFA = Item("A"), Item("SPR-1"), Item("ENG-1"), Item("SOFA-1")
DUTCH, GERMAN = Item("NL-1"), Item("DE-1")
FRIDAY = at(27)


def _cart(*items: Item, mixed: str = "split", warehouse: str = "berlin") -> Answer:
    return quoter(replace(PLAN, mixed=mixed)).quote(ask(FRIDAY, items=items, warehouse=warehouse))


def test_12_each_parcel_has_its_promise_and_all_are_there_by_the_last() -> None:
    answer = _cart(PLAIN, SPRING)
    assert [(parcel.skus, parcel.latest) for parcel in answer.parcels] == [
        (("A",), date(2026, 12, 1)),
        (("SPR-1",), date(2026, 12, 18)),
    ]
    assert answer.latest == date(2026, 12, 18)
    assert answer.reasons[-1].code == "split"


def test_12_a_partial_cancel_shrinks_it() -> None:
    answer = _cart(PLAIN)
    assert (answer.latest, answer.parcels) == (date(2026, 12, 1), ())


def test_11_packed_together_all_wait_for_the_last() -> None:
    answer = _cart(PLAIN, SPRING, mixed="together")
    assert (answer.latest, answer.parcels) == (date(2026, 12, 18), ())


def test_what_travels_alone_has_a_parcel_of_its_own_even_so() -> None:
    answer = _cart(PLAIN, ENGRAVED, SOFA, mixed="together")
    assert [(parcel.skus, parcel.latest) for parcel in answer.parcels] == [
        (("A", "ENG-1"), date(2026, 12, 7)),
        (("SOFA-1",), date(2026, 12, 1)),
    ]


def test_items_of_one_class_share_a_parcel() -> None:
    assert _cart(PLAIN, Item("B"), Item("C")).parcels == ()


def test_the_order_must_come_before_the_first_of_the_cutoffs() -> None:
    assert _cart(PLAIN, SPRING).order_by == at(27, 14)


def test_13_one_warehouse_that_has_all_sends_all() -> None:
    answer = _cart(PLAIN, DUTCH, warehouse="", mixed="together")
    assert (answer.warehouse, answer.parcels) == ("rotterdam", ())


def test_13_of_two_that_have_all_the_one_that_is_there_first_sends_it() -> None:
    assert _cart(PLAIN, warehouse="").warehouse == "berlin"  # which hands over a day earlier


def test_13_where_no_warehouse_has_all_each_sends_its_own() -> None:
    answer = _cart(GERMAN, DUTCH, PLAIN, warehouse="", mixed="together")
    assert answer.warehouse == ""
    assert [(parcel.warehouse, parcel.skus) for parcel in answer.parcels] == [
        ("berlin", ("DE-1", "A")),
        ("rotterdam", ("NL-1",)),
    ]


def test_13_the_promise_of_a_warehouse_can_be_asked_for_by_name() -> None:
    pinned = _cart(PLAIN, warehouse="rotterdam")
    assert (pinned.warehouse, pinned.latest) == ("rotterdam", date(2026, 12, 3))


def test_a_cart_of_which_a_part_cannot_be_promised_is_not_promised() -> None:
    answer = _cart(PLAIN, DUTCH, warehouse="berlin")
    assert answer.latest is None
    assert [because.code for because in answer.reasons] == ["not_here"]


def test_an_answer_stands_where_its_weakest_part_stands() -> None:
    clocks = {**CLOCKS, (Timed.HANDLING, "w=berlin|c=spring"): Clock((1.0,), 30)}
    answer = quoter(tables=Tables(1, clocks)).quote(ask(FRIDAY, items=(PLAIN, SPRING)))
    assert (answer.rung, answer.sample) == ("wider_lane", 300)


@given(st.lists(st.sampled_from([PLAIN, SPRING, ENGRAVED, SOFA]), min_size=2, max_size=5), st.data())
@settings(max_examples=30)
def test_a_smaller_cart_is_never_there_later(items: list[Item], data: st.DataObject) -> None:
    mixed = data.draw(st.sampled_from(["split", "together"]))
    kept = data.draw(st.lists(st.sampled_from(items), min_size=1, max_size=len(items)))
    shop = quoter(replace(PLAN, mixed=mixed), TABLES)
    all_of_it, less = (shop.quote(ask(FRIDAY, items=tuple(cart))) for cart in (items, kept))
    assert all_of_it.latest is not None
    assert less.latest is not None
    assert less.latest <= all_of_it.latest
