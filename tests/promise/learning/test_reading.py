"""Files of past orders, good and bad: what can be read is kept, and all the rest is told."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promise.learning.orders import COLUMNS, GOOD, moment, read, row
from wismo.promise.learning.history import MOMENTS
from wismo.promise.learning.mapping import read_mapping
from wismo.promise.learning.order import in_order
from wismo.promise.learning.reading import read_history
from wismo.promise.learning.sources import Unreadable
from wismo.promise.learning.trouble import Trouble

SHARED = Path(__file__).parents[4] / "shared" / "data"
MAPPINGS = Path(__file__).parents[3] / "docs" / "promise" / "mappings"


def test_each_column_is_read_as_what_it_is(tmp_path: Path) -> None:
    history, trouble = read(tmp_path, GOOD)
    assert (history.reference[0], history.country[0], history.region[0]) == ("A1", "DE", "SN")
    assert (history.bought[0], history.arrived[0]) == (moment("2026-03-02T09:30"), moment("2026-03-05T11:15"))
    assert history.promised[0] == moment("2026-03-06")
    assert (history.lat[0], history.numbers["price"][0]) == (51.05, 19.9)
    assert (history.warehouse[0], np.isnat(history.ended[0]), np.isnan(history.lng[0])) == ("", True, True)
    assert (trouble.rows, trouble.kept, trouble.counts) == (1, 1, {})


def test_orders_lie_by_their_purchase(tmp_path: Path) -> None:
    history, _ = read(tmp_path, GOOD, row("A0", bought="2026-03-01 09:00"))
    assert list(history.reference) == ["A0", "A1"]


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        read(tmp_path, "1,2", head="number,date")
    assert (
        str(caught.value) == "orders.csv: no column 'bought', which tells 'bought'; there are: number, date"
    )


def test_without_a_column_that_is_not_needed_the_rest_is_read(tmp_path: Path) -> None:
    history, trouble = read(tmp_path, "2026-03-02,2026-03-05", head="bought,came")
    assert list(history.reference) == ["row 2"]
    assert np.isnat(history.promised[0])
    assert history.numbers == {} or np.isnan(history.numbers["price"][0])
    assert trouble.counts == {"missing_column": 8}
    assert str(trouble.listed["missing_column"][0]) == "column 'country': there are: bought, came"


def test_a_file_with_names_alone_has_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="there are no rows below the first line"):
        read(tmp_path)


def test_a_time_that_cannot_be_read_is_named_with_its_row(tmp_path: Path) -> None:
    history, trouble = read(tmp_path, GOOD, row("A2", bought="yesterday"), row("A3", sent="31.02.2026"))
    assert list(history.reference) == ["A1", "A3"]
    assert np.isnat(history.handed[1])
    assert [str(one) for one in trouble.listed["unreadable_time"]] == ["row 3, column 'bought': yesterday"]
    assert [str(one) for one in trouble.listed["unreadable_detail"]] == ["row 4, column 'sent': 31.02.2026"]


def test_a_year_that_cannot_be_meant_is_no_time(tmp_path: Path) -> None:
    _, trouble = read(tmp_path, GOOD, row("A2", came="0026-03-05"), row("A3", came="9999-12-31"))
    assert (trouble.kept, trouble.counts) == (1, {"unreadable_time": 2})


def test_days_are_read_as_the_mapping_writes_them(tmp_path: Path) -> None:
    mapping = COLUMNS + '[times]\nformat = ["%d-%b-%y", "%m/%d/%y"]\n'
    told = "A1,2-Jun-06,,,7/1/06,,DE,,,"
    history, trouble = read(tmp_path, told, mapping=mapping)
    assert (history.bought[0], history.arrived[0]) == (moment("2006-06-02"), moment("2006-07-01"))
    assert trouble.counts == {}


def test_of_several_columns_the_first_that_tells_something_counts(tmp_path: Path) -> None:
    mapping = 'unknown = ["Pre-PQ"]\n' + COLUMNS.replace('bought = "bought"', 'bought = ["bought", "paid"]')
    history, _ = read(tmp_path, row("A1", bought="Pre-PQ"), mapping=mapping)
    assert history.bought[0] == moment("2026-03-02T10:00")


def test_times_with_offsets_are_brought_to_the_clock_of_the_mapping(tmp_path: Path) -> None:
    mapping = COLUMNS + '[times]\nzone = "America/Sao_Paulo"\n'
    told = row("A1", bought="2026-03-02T09:30:00+01:00", came="2026-03-05T11:15:00Z", paid="", sent="")
    history, trouble = read(tmp_path, told, mapping=mapping)
    assert (history.bought[0], history.arrived[0]) == (moment("2026-03-02T05:30"), moment("2026-03-05T08:15"))
    assert trouble.counts == {}


def test_offsets_without_a_clock_in_the_mapping_are_read_as_utc_and_said(tmp_path: Path) -> None:
    history, trouble = read(tmp_path, row("A1", bought="2026-03-02T09:30:00+01:00"))
    assert history.bought[0] == moment("2026-03-02T08:30")
    assert [str(one) for one in trouble.listed["assumed_utc"]] == ["column 'bought'"]


def test_a_column_that_tells_its_offset_only_sometimes_is_said(tmp_path: Path) -> None:
    mapping = COLUMNS + '[times]\nzone = "Europe/Berlin"\n'
    history, trouble = read(tmp_path, GOOD, row("A2", bought="2026-03-02T09:30:00Z"), mapping=mapping)
    assert list(history.bought) == [moment("2026-03-02T09:30"), moment("2026-03-02T10:30")]
    assert [str(one) for one in trouble.listed["mixed_zones"]] == [
        "column 'bought': 1 with an offset, 1 without"
    ]


def test_what_arrived_before_it_was_bought_is_left_out(tmp_path: Path) -> None:
    history, trouble = read(tmp_path, GOOD, row("A2", came="2026-03-01 10:00"))
    assert list(history.reference) == ["A1"]
    assert [str(one) for one in trouble.listed["arrived_before_bought"]] == [
        "row 3, column 'came': 2026-03-01 10:00:00"
    ]


def test_a_day_without_an_hour_is_not_before_the_hours_of_the_same_day(tmp_path: Path) -> None:
    history, trouble = read(tmp_path, row("A1", paid="2026-03-02", sent="2026-03-02", came="2026-03-02"))
    assert history.handed[0] == history.arrived[0] == history.bought[0] == moment("2026-03-02T09:30")
    assert trouble.counts == {}


def test_what_cannot_follow_is_mended_and_counted(tmp_path: Path) -> None:
    history, trouble = read(
        tmp_path,
        row("A1", paid="2026-03-01"),
        row("A2", sent="2026-03-01", paid=""),
        row("A3", sent="2026-03-09"),
        row("A4", paid="2026-03-04"),
        row("A5", promised="2026-02-01"),
    )
    assert history.ready[0] == history.bought[0]
    assert history.handed[1] == history.bought[1]
    assert np.isnat(history.handed[2])
    assert history.ready[3] == history.handed[3] == moment("2026-03-03T16:00")
    assert np.isnat(history.promised[4])
    assert trouble.counts == {
        "ready_before_bought": 1,
        "handed_before_bought": 1,
        "handed_after_arrived": 1,
        "ready_after_handed": 1,
        "promised_before_bought": 1,
    }


def test_of_two_rows_with_one_reference_the_first_counts(tmp_path: Path) -> None:
    history, trouble = read(tmp_path, GOOD, row("A1", came="2026-03-09"))
    assert history.arrived[0] == moment("2026-03-05T11:15")
    assert [str(one) for one in trouble.listed["repeated"]] == ["row 3, column 'id': A1"]


def test_a_row_with_too_many_fields_is_left_out_and_an_empty_line_is_nothing(tmp_path: Path) -> None:
    _, trouble = read(tmp_path, GOOD, "", GOOD + ",more", row("A2"))
    assert (trouble.rows, trouble.kept) == (3, 2)
    assert [str(one) for one in trouble.listed["crooked_row"]] == ["row 4: 11 fields, not 10"]


def test_countries_are_known_by_name_by_letters_and_by_the_mapping(tmp_path: Path) -> None:
    mapping = COLUMNS + '[values.country]\n"Congo, DRC" = "CD"\n'
    told = [
        row(str(place), country=name)
        for place, name in enumerate(["de", "Cote d’Ivoire", "Viet Nam", "Mordor"])
    ]
    history, trouble = read(
        tmp_path, *told, '"9","2026-03-03","","","2026-03-05","","Congo, DRC","","",""', mapping=mapping
    )
    assert [name for name in history.country if name] == ["DE", "CI", "VN", "CD"]
    assert [one.value for one in trouble.listed["unknown_country"]] == ["Mordor"]


def test_a_region_is_kept_without_its_country(tmp_path: Path) -> None:
    assert read(tmp_path, row("A1", state="DE-SN"))[0].region[0] == "SN"


def test_numbers_and_places_that_cannot_be_are_not_known(tmp_path: Path) -> None:
    history, trouble = read(
        tmp_path, GOOD, row("A2", price="free"), row("A3", lat="512.0"), row("A4", price="inf")
    )
    assert np.isnan(history.numbers["price"][[1, 3]]).all()
    assert np.isnan(history.lat[2])
    assert trouble.counts == {"unreadable_number": 3}


def test_what_the_status_says_will_never_arrive_has_ended_when_it_was_last_heard_of(tmp_path: Path) -> None:
    mapping = COLUMNS + '[status]\ncolumn = "state"\nended = ["lost", "cancelled"]\n'
    history, _ = read(
        tmp_path,
        GOOD,
        row("A2", state="lost", came=""),
        row("A3", state="cancelled"),
        row("A4", came=""),
        mapping=mapping,
    )
    assert history.ended[1] == moment("2026-03-03T16:00")
    assert np.isnat(history.ended[[0, 2, 3]]).all()


def test_a_file_of_which_nothing_can_be_used_says_why(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        read(tmp_path, row("A1", bought="?"), row("A2", came="2020-01-01"))
    assert str(caught.value).splitlines()[:2] == [
        "orders.csv: none of its 2 rows can be used:",
        "1 times of purchase or arrival that cannot be read: their rows are left out",
    ]


def test_a_long_list_of_trouble_is_counted_in_full_and_named_in_part(tmp_path: Path) -> None:
    _, trouble = read(tmp_path, GOOD, *(row("A1") for _ in range(70)))
    told = trouble.as_json()["trouble"]["repeated"]
    assert (told["count"], len(told["first"])) == (70, 20)
    assert len(list(trouble.in_words())) == 4


moments = st.integers(0, 200).map(lambda hours: moment("2026-01-01") + np.timedelta64(hours, "h"))
moments |= st.just(np.datetime64("NaT", "s"))
parcels = st.lists(st.tuples(*[moments] * len(MOMENTS), st.booleans()), min_size=1, max_size=8)


@given(parcels)
def test_whatever_a_file_says_the_moments_follow_each_other(told: list[tuple[Any, ...]]) -> None:
    *times, over = zip(*told, strict=True)
    columns = {
        name: np.array(list(column), "datetime64[s]") for name, column in zip(MOMENTS, times, strict=True)
    }
    names = np.array([str(place) for place in range(len(told))], np.object_)
    columns |= {"reference": names, "row": np.arange(len(told)), "over": np.array(over)}
    kept = in_order(columns, Trouble())
    bought, arrived = kept["bought"], kept["arrived"]
    assert not np.isnat(bought).any()
    assert (bought[:-1] <= bought[1:]).all()
    way = [bought, kept["ready"], kept["handed"], arrived]
    assert not any((earlier > later).any() for earlier, later in combinations(way, 2))
    assert not (kept["promised"] < bought.astype("datetime64[D]")).any()
    assert (np.isnat(kept["ended"]) | np.isnat(arrived)).all()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rows", "kept"), [("olist", 86_251, 86_251), ("scms", 10_324, 8_381)])
def test_real_histories_are_read_by_the_mappings_of_the_docs(name: str, rows: int, kept: int) -> None:
    found = sorted((SHARED / name).glob("*.parquet"))
    if not found:
        pytest.skip(f"../shared/data/{name} is not here")
    mapping = read_mapping((MAPPINGS / f"{name}.toml").read_text(encoding="utf-8"))
    history, trouble = read_history(found[0], mapping)
    assert (trouble.rows, len(history), trouble.kept) == (rows, kept, kept)
    assert "unknown_country" not in trouble.counts
    assert "missing_column" not in trouble.counts
