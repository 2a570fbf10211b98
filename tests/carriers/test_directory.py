"""The directory of carriers: who they are, and what aggregators call them."""

import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from wismo.carriers.directory import (
    carrier,
    carrier_of,
    carriers,
    countries,
    key_of,
    read_region,
    sources,
)
from wismo.carriers.loading import load_table
from wismo.carriers.pack import Confidence
from wismo.carriers.registry import carrier_name, tracking_url
from wismo.carriers.schema import PackError

AGGREGATORS = list(sources().aggregators)


def test_1200_carriers_are_reachable_and_400_well_described() -> None:
    known = carriers().values()
    described = [one for one in known if one.country and one.site and one.zone and one.keys]
    assert len([one for one in known if one.keys]) >= 1200
    assert len(described) >= 400
    assert len([one for one in described if one.local]) >= 400
    assert len([one for one in known if one.url]) >= 60


@pytest.mark.parametrize("aggregator", AGGREGATORS)
def test_a_key_leads_to_its_carrier_and_back(aggregator: str) -> None:
    for one in carriers().values():
        keys = one.keys.get(aggregator, ())
        assert {carrier_of(aggregator, key) for key in keys} <= {one.id}
        assert key_of(aggregator, one.id) == next(iter(keys), None)


@pytest.mark.parametrize("aggregator", AGGREGATORS)
def test_no_key_names_two_carriers(aggregator: str) -> None:
    keys = Counter(key.casefold() for one in carriers().values() for key in one.keys.get(aggregator, ()))
    assert [key for key, count in keys.items() if count > 1] == []


def test_an_id_and_its_other_ids_are_of_one_carrier() -> None:
    ids = Counter(name for one in carriers().values() for name in (one.id, *one.aliases))
    assert [name for name, count in ids.items() if count > 1] == []
    assert [name for name in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_keys_are_read_in_any_case_and_by_another_way_in() -> None:
    assert carrier_of("17track", "100003") == "fedex"
    assert carrier_of("easypost", "dhlexpress") == "dhl-express"
    assert (
        carrier_of("aftership", "dhl-api") == "dhl-express"
    )  # AfterShip's slug for a shop's own DHL account
    assert carrier_of("aftership", "imile") == "imile"
    assert carrier_of("shippo", "colissimo") == carrier_of("shippo", "la_poste") == "la-poste"


def test_what_nobody_knows_is_none() -> None:
    assert carrier_of("17track", "1") is None
    assert carrier_of("nobody", "ups") is None
    assert key_of("ship24", "yamato") is None
    assert key_of("17track", "pigeon-post") is None


def test_a_carrier_is_found_by_its_other_ids() -> None:
    for said, found in {
        "dhl_express": "dhl-express",
        "colissimo": "la-poste",
        "auspost": "australia-post",
    }.items():
        assert carrier(said) is carriers()[found]
    assert carrier("pigeon-post") is None
    assert (carrier_name("dhl_express"), carrier_name("pigeon-post")) == ("DHL Express", "Pigeon Post")
    assert tracking_url("colissimo", "8L 1") == "https://www.laposte.fr/outils/suivre-vos-envois?code=8L%201"


def test_the_names_the_house_uses_are_there() -> None:
    named = """delhivery ups fedex usps dhl dhl-ecommerce dhl-express royal-mail xpressbees shadowfax
    nimbuspost ithink australia-post canada-post la-poste gls inpost yamato sagawa japan-post
    cj-logistics korea-post hanjin lotte bluedart ekart dtdc ecom-express india-post amazon canpar
    dpd landmark ontrac purolator speedee yodel yunexpress"""
    assert [name for name in named.split() if name not in carriers()] == []


def test_yamato_is_described_whole_and_every_fact_has_its_source() -> None:
    yamato = carriers()["yamato"]
    assert (yamato.name, yamato.local, yamato.country) == ("Yamato Transport", "ヤマト運輸", "JP")
    assert (yamato.zone, key_of("17track", "yamato")) == ("Asia/Tokyo", "100062")
    assert yamato.sources["country"].text == "the country of its site's domain"
    assert yamato.sources["country"].confidence is Confidence.OBSERVED


def test_every_fact_says_whose_word_it_is() -> None:
    facts = ("name", "local", "country", "site", "zone", "url")
    for one in carriers().values():
        assert set(one.sources) == {fact for fact in facts if getattr(one, fact)} | set(one.keys), one.id
        assert one.url == "" or one.url.startswith("https://"), one.id
        assert one.site == "" or re.match(r"https?://\S+$", one.site), one.id


def test_countries_have_two_letters_and_zones_are_real() -> None:
    assert {one.country for one in carriers().values()} - {""} == set(countries())
    for code, country in countries().items():
        assert re.fullmatch("[A-Z]{2}", code)
        assert country.zone == "" or ZoneInfo(country.zone).key == country.zone
    assert (countries()["US"].zone, countries()["IN"].zone) == ("", "Asia/Kolkata")


def test_every_source_is_used() -> None:
    said = {source.text for one in carriers().values() for source in one.sources.values()}
    numbers_only = {"captures", "dhl-site", "format-guide", "japan-7dr", "packagex", "parcelforce-site"}
    unused = {name for name, source in sources().named.items() if source.text not in said}
    assert unused <= numbers_only | {"posta-md", "track-rules"}


SOUND = """
country = "JP"
from = { name = "general", site = "general" }

[carriers]
acme = { name = "Acme", site = "https://acme.example/", 17track = "7 | 8", from = { country = "domain" } }
"""


def test_a_region_says_for_all_what_a_carrier_does_not_say_itself() -> None:
    (acme,) = read_region(load_table("acme.toml", SOUND), {})
    assert (acme.country, acme.zone, acme.keys) == ("JP", "Asia/Tokyo", {"17track": ("7", "8")})
    assert {fact: source.confidence.value for fact, source in acme.sources.items()} == {
        "name": "guess",
        "country": "observed",
        "site": "guess",
        "zone": "official",
        "17track": "third_party",
    }


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        (
            '"domain"',
            '"hearsay"',
            "acme.toml: .carriers.acme.: country: its source 'hearsay' is not in sources.toml; name one of",
        ),
        ('"JP"', '"XX"', "acme.toml: .carriers.acme.: country: 'XX' is not in countries.toml"),
        ('name = "Acme", ', "", "acme.toml: .carriers.acme.: name: is missing; add it"),
        (
            "17track",
            "18track",
            "acme.toml: .carriers.acme.: 18track: is not a key here; the keys are: 17track,",
        ),
        (
            'site = "https',
            'url = "https://a.example/", site = "https',
            "url: .* write {number} where it goes",
        ),
        (
            'site = "https',
            'url = "https://a.example/{number}", site = "https',
            "url: its source '' is not in",
        ),
        (
            'country = "domain',
            'land = "domain',
            "acme.toml: .carriers.acme.from.: land: is no fact; the facts are",
        ),
        ("[carriers]", "[carrier]", "acme.toml: top of the file: carrier: is not a key here"),
    ],
)
def test_a_broken_row_says_where_and_what_to_do(sound: str, broken: str, message: str) -> None:
    with pytest.raises(PackError, match=message):
        list(read_region(load_table("acme.toml", SOUND.replace(sound, broken, 1)), {}))


def test_a_carrier_in_two_files_is_refused() -> None:
    with pytest.raises(PackError, match="acme: stands in another file too; keep one of the two"):
        list(read_region(load_table("acme.toml", SOUND), {"acme": carriers()["ups"]}))
