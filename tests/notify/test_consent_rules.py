"""What a reader must have said: by channel, kind of message and country."""

import tomllib
from pathlib import Path

import pytest

from wismo.notify.channels import passports
from wismo.notify.rules import consent
from wismo.notify.rules.consent import Need, allows, needed, stricter
from wismo.notify.words import Kind
from wismo.vocabulary.calendar import is_country


@pytest.mark.parametrize(
    ("channel", "kind", "country", "need"),
    [
        ("email", Kind.TRANSACTIONAL, "DE", Need.NONE),
        ("email", Kind.FEEDBACK, "DE", Need.OPT_OUT),
        ("email", Kind.MARKETING, "DE", Need.DOUBLE_OPT_IN),
        ("email", Kind.MARKETING, "de", Need.DOUBLE_OPT_IN),
        ("email", Kind.MARKETING, "AT", Need.DOUBLE_OPT_IN),
        ("email", Kind.MARKETING, "JP", Need.OPT_IN),
        ("email", Kind.MARKETING, "", Need.OPT_IN),
        ("sms", Kind.TRANSACTIONAL, "US", Need.OPT_OUT),
        ("sms", Kind.MARKETING, "DE", Need.OPT_IN),
        ("whatsapp", Kind.TRANSACTIONAL, "IN", Need.OPT_IN),
        ("whatsapp", Kind.FEEDBACK, "IN", Need.OPT_IN),
        ("line", Kind.TRANSACTIONAL, "JP", Need.OPT_OUT),
        ("webpush", Kind.MARKETING, "FR", Need.OPT_IN),
        ("inapp", Kind.TRANSACTIONAL, "FR", Need.NONE),
    ],
)
def test_what_each_message_needs(channel: str, kind: Kind, country: str, need: Need) -> None:
    assert needed(channel, kind, country) is need


def test_no_offer_goes_anywhere_without_an_opt_in() -> None:
    channels = [*passports(), "a channel to come"]
    for country in ("DE", "US", "IN", "JP", ""):
        for channel in channels:
            assert needed(channel, Kind.MARKETING, country) in {Need.OPT_IN, Need.DOUBLE_OPT_IN}


@pytest.mark.parametrize(
    ("need", "granted", "confirmed", "may"),
    [
        (Need.NONE, False, True, True),
        (Need.OPT_OUT, None, True, True),
        (Need.OPT_OUT, False, True, False),
        (Need.OPT_IN, None, True, False),
        (Need.OPT_IN, True, True, True),
        (Need.DOUBLE_OPT_IN, True, False, False),
        (Need.DOUBLE_OPT_IN, True, True, True),
        (Need.DOUBLE_OPT_IN, False, True, False),
    ],
)
def test_when_a_message_may_go(need: Need, *, granted: bool | None, confirmed: bool, may: bool) -> None:
    assert allows(need, granted=granted, confirmed=confirmed) is may


def test_a_shop_may_want_more_and_never_less() -> None:
    assert stricter(Need.OPT_IN, double_opt_in=True) is Need.DOUBLE_OPT_IN
    assert stricter(Need.OPT_OUT, double_opt_in=True) is Need.OPT_OUT
    assert stricter(Need.DOUBLE_OPT_IN, double_opt_in=False) is Need.DOUBLE_OPT_IN


def test_the_table_names_channels_kinds_and_countries_that_exist() -> None:
    told = tomllib.loads(Path(consent.__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    assert told.keys() == {"anywhere", "channel", "country"}
    assert told["anywhere"].keys() == set(Kind)
    assert told["channel"].keys() <= set(passports())
    assert all(is_country(country) for country in told["country"])
    rows = [*told["channel"].values(), *(row for by in told["country"].values() for row in by.values())]
    assert all(row.keys() <= set(Kind) and set(row.values()) <= set(Need) for row in rows)
