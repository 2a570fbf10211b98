"""What carriers publish, where it is from, and the clocks that are made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.carriers.directory import carrier
from wismo.promise.published import (
    ARRIVES,
    DOMESTIC,
    EU,
    GUARANTEED,
    USUAL,
    WORLD,
    Published,
    clock_of,
    published,
    published_clock,
    published_row,
)
from wismo.vocabulary.calendar import is_country

ROWS = [row for rows in published().values() for row in rows]


def test_the_main_services_of_thirty_carriers_are_there() -> None:
    carriers = {row.carrier for row in ROWS}
    assert len(carriers) >= 30
    assert {
        *(
            "dhl-paket",
            "hermes-de",
            "evri",
            "dpd-de",
            "gls",
            "ups",
            "fedex",
            "usps",
            "royal-mail",
            "la-poste",
        ),
        *("chronopost", "postnl", "bpost", "correios-brazil", "india-post", "delhivery", "bluedart"),
        *("japan-post", "yamato", "sagawa", "australia-post", "canada-post", "aramex", "postnord", "inpost"),
    } <= carriers


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.key} {'/'.join(row.origins)} {row.to[0]}")
def test_every_row_is_of_a_known_carrier_and_says_its_source(row: Published) -> None:
    known = carrier(row.carrier)
    assert known is not None
    assert known.id == row.carrier
    assert all(carrier(also) is not None for also in row.also)
    assert all(is_country(place) for place in (*row.origins, *({*row.to} - {DOMESTIC, EU, WORLD})))
    assert 0 < row.days[0] <= row.days[1] <= 30
    assert row.delivers
    assert row.confidence in {"documented", "third_party", "recalled"}
    assert len(row.source) > 20
    assert row.read.isdigit()
    assert "http" not in row.source


def test_no_product_tells_two_things_of_one_way() -> None:
    ways = [(row.key, origin, place) for row in ROWS for origin in row.origins or ("",) for place in row.to]
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize(
    ("key", "origin", "destination", "days"),
    [
        ("dhl-paket/paket", "DE", "DE", (1, 2)),
        ("dhl-paket/paket", "DE", "FR", (2, 5)),
        ("dhl-paket/paket", "DE", "US", None),
        ("dhl-paket/paket", "AT", "AT", None),
        ("royal-mail/international-tracked", "GB", "DE", (3, 5)),
        ("royal-mail/international-tracked", "GB", "JP", (5, 7)),
        ("royal-mail/international-tracked", "GB", "GB", None),
        ("dhl-express/worldwide", "JP", "US", (1, 4)),
        ("dhl-express/worldwide", "JP", "JP", None),
        ("aramex/domestic", "SA", "SA", (2, 5)),
        ("no/such", "DE", "DE", None),
    ],
)
def test_the_narrowest_row_speaks(
    key: str, origin: str, destination: str, days: tuple[int, int] | None
) -> None:
    row = published_row(key, origin, destination)
    assert (row.days if row else None) == days


def test_a_published_clock_is_wider_than_what_is_published() -> None:
    clock = published_clock("dhl-paket/paket", "DE", "DE")
    assert clock is not None
    assert [round(clock.by(days), 4) for days in range(7)] == [0, 0.375, 0.75, 0.875, 0.9375, 0.9688, 0.9844]
    assert (clock.quantile(0.75), clock.quantile(0.95), clock.quantile(0.99), clock.sample) == (2, 5, 7, 0)


def test_what_is_guaranteed_is_kept_more_often() -> None:
    clock = published_clock("ups/next-day-air", "US", "US")
    assert clock is not None
    assert (clock.by(0), clock.by(1), clock.quantile(0.95)) == (0.0, GUARANTEED, 2)


@given(st.integers(0, 20), st.integers(0, 20), st.sampled_from([USUAL, GUARANTEED]))
def test_a_clock_of_published_days_is_honest(least: int, width: int, held: float) -> None:
    most = least + width
    clock = clock_of((least, most), held)
    assert list(clock.shares) == sorted(clock.shares)
    assert clock.by(least - 1) == 0.0
    assert clock.by(most) == pytest.approx(held)
    assert clock.shares[-1] == ARRIVES
    later = clock.quantile(0.95)
    assert later is not None
    assert later > most
    slower = clock_of((least, most + 1), held)
    assert all(slower.by(day) <= clock.by(day) + 1e-9 for day in range(len(slower.shares)))
