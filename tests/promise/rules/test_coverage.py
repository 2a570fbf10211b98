"""How often promises held, and how sure that is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.promise.rules.coverage import Cell, Kept, grouped, together, wilson
from wismo.promise.rules.heat import REST, heat_of


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # R 4.3, prop.test(x, n, correct = FALSE)$conf.int, rounded
        (96, 100, 0.9016, 0.9843),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 2, 0.0945, 0.9055),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert list(wilson(hits, of)) == pytest.approx([low, high], abs=1e-4)


@given(st.integers(1, 10**6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_stays_within_all_and_none(counted: tuple[int, int]) -> None:
    hits, of = counted
    low, high = wilson(hits, of)
    assert 0.0 <= low <= hits / of <= high <= 1.0


@given(st.integers(1, 1000), st.floats(0.1, 0.9))
def test_ten_times_as_many_are_surer(of: int, share: float) -> None:
    hits = round(of * share)
    few, many = wilson(hits, of), wilson(10 * hits, 10 * of)
    assert many[1] - many[0] < few[1] - few[0]


def kept(promises: int, held: int) -> Kept:
    return Kept(
        promises=promises, kept=held, promised_days=5.0 * promises, arrived=promises, level=0.95 * promises
    )


def cell(carrier: str, area: str, promises: int, held: int, warehouse: str = "main") -> Cell:
    monday = date(2026, 11, 2)
    return Cell(monday, area[:2], area, carrier, warehouse, "standard", "own_lane", kept(promises, held))


def test_groups_add_up_to_all() -> None:
    cells = [cell("dhl", "DE-BY", 40, 38), cell("dhl", "DE-BE", 10, 9), cell("ups", "DE-BY", 50, 45)]
    by = grouped(cells, lambda one: one.carrier)
    assert {name: (found.promises, found.kept) for name, found in by.items()} == {
        "dhl": (50, 47),
        "ups": (50, 45),
    }
    whole = together(cells)
    assert [whole.share, whole.mean_days, whole.aimed_at] == pytest.approx([0.92, 5.0, 0.95])


def test_of_nothing_nothing_is_said() -> None:
    none = Kept()
    assert (none.share, none.mean_days, none.mean_early, none.between, none.few) == (0, 0, 0, (0, 1), True)


def test_twenty_are_enough_to_judge_by() -> None:
    assert (kept(19, 19).few, kept(20, 19).few) == (True, False)


def test_the_map_has_the_busiest_ways_and_places_first() -> None:
    heat = heat_of([cell("ups", "DE-BE", 5, 5), cell("dhl", "DE-BY", 40, 38), cell("dhl", "DE-BE", 30, 20)])
    assert heat.places == (("DE", "DE-BY"), ("DE", "DE-BE"))
    assert [row.way for row in heat.rows] == [("dhl", "main"), ("ups", "main")]
    assert [[found.promises for found in row.cells] for row in heat.rows] == [[40, 30], [0, 5]]


def test_what_the_map_cannot_hold_is_told_as_one() -> None:
    cells = [cell("dhl", f"DE-{n:02}", 100 - n, 90) for n in range(14)]
    heat = heat_of(cells)
    assert heat.places[-1] == REST
    assert len(heat.places) == 11
    (row,) = heat.rows
    assert row.cells[-1].promises == 90 + 89 + 88 + 87
    assert row.together == together(cells)


def test_one_carrier_from_two_warehouses_is_two_rows() -> None:
    heat = heat_of([cell("dhl", "DE-BY", 5, 5), cell("dhl", "DE-BY", 4, 4, warehouse="south")])
    assert [row.way for row in heat.rows] == [("dhl", "main"), ("dhl", "south")]
