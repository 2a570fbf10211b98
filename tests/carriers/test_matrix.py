"""Every cell of the matrix is proved."""

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.carriers.samples_of import SAMPLES, of_pack
from wismo.carriers.directory import carrier, carrier_of, carriers, key_of
from wismo.carriers.karrio.connectors import connectors
from wismo.carriers.matrix import SUREST_FIRST, Level, Row, rows, served
from wismo.carriers.numbers import clean, recognise, ways_of
from wismo.carriers.pack import Kind
from wismo.carriers.registry import packs, tracking_url


def with_level(level: Level) -> list[str]:
    """The ids that have a level."""
    return [row.id for row in rows() if level in row.cells]


def row_of(carrier_id: str) -> Row:
    """The row of a carrier."""
    return next(row for row in rows() if row.id == carrier_id)


@pytest.mark.parametrize("carrier_id", with_level(Level.RECOGNISE))
def test_recognise_a_number_of_each_format_is_the_carriers(carrier_id: str) -> None:
    for way in ways_of()[carrier_id]:
        for country in [post for post, found in way.posts.items() if found == carrier_id] or [""]:
            number = way.example[: len(way.example) - len(country)] + country
            assert carrier_id in {guess.id for guess in recognise(number)}
            assert way.carrier_of(clean(number)) == carrier_id


@pytest.mark.parametrize("carrier_id", with_level(Level.LINK))
def test_link_the_template_gives_a_page_of_the_number(carrier_id: str) -> None:
    page = tracking_url(carrier_id, "AB 1/2")
    assert page.startswith("https://")
    assert quote("AB 1/2", safe="") in page
    assert "17track" not in page  # an aggregator's page is not the carrier's


@pytest.mark.parametrize("source", with_level(Level.WEBHOOK))
def test_webhook_the_pack_knows_its_sender_and_has_samples_of_pushes(source: str) -> None:
    (pack,) = [pack for pack in packs().values() if row_of(source).id in {pack.id, _id(pack.id)}]
    assert pack.auth is not None
    assert [file for file in of_pack(pack.id) if not file.name.startswith("poll-")]


@pytest.mark.parametrize("source", with_level(Level.POLL))
def test_poll_the_pack_or_the_connector_asks_and_has_samples_of_answers(source: str) -> None:
    own = [pack for pack in packs().values() if pack.poll and _id(pack.id) == source]
    by_karrio = [one for one in connectors().values() if _id(one.carrier) == source]
    samples: list[Path] = [file for pack in own for file in of_pack(pack.id)]
    samples += [file for one in by_karrio for file in (SAMPLES / "karrio" / one.id).glob("*--*.*")]
    assert samples
    assert bool(own) == (row_of(source).needs == ())


@pytest.mark.parametrize("aggregator", sorted(served()))
def test_aggregator_every_carrier_with_the_level_is_mapped_both_ways(aggregator: str) -> None:
    for one in carriers().values():
        key = key_of(aggregator, one.id)
        if key is not None:
            assert carrier_of(aggregator, key) == one.id
            assert Level.AGGREGATOR in row_of(one.id).cells


def test_a_carrier_has_the_aggregator_level_only_by_a_key() -> None:
    mapped = {one.id for one in carriers().values() if set(one.keys) & served()}
    assert set(with_level(Level.AGGREGATOR)) == mapped


def test_the_matrix_is_as_wide_as_we_say() -> None:
    counts = {level.value: len(with_level(level)) for level in Level}
    assert counts["recognise"] >= 220
    assert counts["link"] >= 60
    assert counts["webhook"] >= 20
    assert counts["poll"] >= 40
    assert counts["aggregator"] >= 1200


def test_a_row_is_as_sure_as_its_least_sure_level() -> None:
    delhivery = row_of("delhivery")
    assert delhivery.country == "IN"
    assert delhivery.levels == ["recognise", "link", "webhook", "poll", "aggregator"]
    assert delhivery.confidence == max(delhivery.cells.values(), key=SUREST_FIRST.index)
    assert row_of("generic").kind is Kind.AGGREGATOR


def test_what_karrio_asks_says_that_it_needs_karrio() -> None:
    assert row_of("sendle").needs == ("karrio",)
    assert row_of("ups").needs == ()  # our own pack asks


def _id(said: str) -> str:
    found = carrier(said)
    return found.id if found else said
