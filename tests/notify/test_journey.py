"""Journeys are data, and a file that cannot be followed says why."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from wismo.notify.channels import passport
from wismo.notify.journey import (
    FOLDER,
    JourneyError,
    Subject,
    journeys,
    journeys_on,
    parse_duration,
    read_folder,
    read_journey,
)
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg

GOOD: dict[str, Any] = {
    "key": "shipped",
    "version": 3,
    "on": {"milestone": "picked_up"},
    "subject": "shipment",
    "legs": ["forward"],
    "max_age": "4h",
    "superseded_by": ["delivered"],
    "route": ["email"],
}


def test_a_journey_is_read_as_it_is_written() -> None:
    journey = read_journey(GOOD, "shipped.toml")
    assert (journey.key, journey.version, journey.milestone) == ("shipped", 3, Milestone.PICKED_UP)
    assert (journey.subject, journey.legs) == (Subject.SHIPMENT, frozenset({Leg.FORWARD}))
    assert (journey.max_age, journey.superseded_by) == (timedelta(hours=4), frozenset({Milestone.DELIVERED}))
    assert journey.route == ("email",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"max_age": "4 hours"}, 'max_age: \'4 hours\' is not a duration such as "30s", "10m", "4h" or "2d"'),
        ({"max_age": 4}, "max_age: 4 is not of type str"),
        ({"version": True}, "version: True is not of type int"),
        ({"on": {"milestone": "arrived"}}, "on.milestone: 'arrived' is none of order_confirmed,"),
        ({"on": {}}, "on.milestone: None is none of order_confirmed,"),
        ({"superseded_by": ["gone"]}, "superseded_by: 'gone' is none of order_confirmed,"),
        ({"subject": "buyer"}, "subject: 'buyer' is none of order, shipment"),
        ({"legs": []}, 'legs: name at least one for subject = "shipment", none for "order"'),
        ({"legs": ["forward", "rto"]}, 'legs: picked_up is only true on ["forward"]'),
        ({"route": []}, 'route: name at least one channel, such as ["email"]'),
        ({"colour": "red"}, "unknown keys ['colour']; a journey has ['key', 'legs',"),
    ],
)
def test_a_wrong_value_is_named_with_its_file_and_key(change: dict[str, Any], said: str) -> None:
    with pytest.raises(JourneyError) as error:
        read_journey({**GOOD, **change}, "shipped.toml")
    assert str(error.value).startswith(f"shipped.toml: {said}")


def test_a_missing_key_is_named() -> None:
    with pytest.raises(JourneyError, match=r"^shipped\.toml: missing keys \['max_age'\]"):
        read_journey({key: value for key, value in GOOD.items() if key != "max_age"}, "shipped.toml")


def test_a_file_that_is_not_toml_or_is_misnamed_is_named(tmp_path: Path) -> None:
    (tmp_path / "shipped.toml").write_text("key = ", encoding="utf-8")
    with pytest.raises(JourneyError, match=r"^shipped\.toml: not TOML: "):
        read_folder(tmp_path)
    (tmp_path / "shipped.toml").write_text((FOLDER / "delivered.toml").read_text("utf-8"), encoding="utf-8")
    with pytest.raises(JourneyError, match=r"^shipped\.toml: key: write 'shipped', as the file is named"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("text", "length"),
    [("30s", timedelta(seconds=30)), ("10m", timedelta(minutes=10)), ("2d", timedelta(days=2))],
)
def test_a_duration_has_one_unit(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "4", "h", "0h", "-4h", "4h30m", "4.5h", " 4h", "4H"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


def test_the_house_tells_eight_things_and_by_channels_that_exist() -> None:
    assert {key: journey.milestone.value for key, journey in journeys().items()} == {
        "available_for_pickup": "available_for_pickup",
        "delayed": "delayed",
        "delivered": "delivered",
        "failed_attempt": "failed_attempt",
        "order_confirmed": "order_confirmed",
        "out_for_delivery": "out_for_delivery",
        "return_to_origin": "return_started",
        "shipped": "picked_up",
    }
    for journey in journeys().values():
        assert [passport(channel).key for channel in journey.route] == list(journey.route)
        assert journey.milestone not in journey.superseded_by


def test_a_milestone_nobody_waits_for_starts_nothing() -> None:
    assert journeys_on("in_transit", Subject.SHIPMENT) == ()
    assert [j.key for j in journeys_on("picked_up", Subject.SHIPMENT)] == ["shipped"]


def test_a_channel_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="there is no channel 'pigeon'"):
        passport("pigeon")
