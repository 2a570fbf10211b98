"""`wismo carriers`, as an operator types it."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import wismo

PAGE = Path(__file__).parents[2] / "docs" / "carriers.md"


def test_the_page_of_carriers_is_the_one_the_command_writes() -> None:
    written = wismo("carriers", "list", "--markdown")
    assert written.exit_code == 0
    assert PAGE.read_bytes() == written.stdout_bytes, "run: wismo carriers list --markdown > docs/carriers.md"


def test_the_list_is_of_all_carriers_with_their_levels_and_how_sure_they_are() -> None:
    listed = {row["id"]: row for row in json.loads(wismo("carriers", "list", "--json").stdout)}
    assert len(listed) >= 1300
    ups = listed["ups"]
    assert (ups["name"], ups["country"], ups["confidence"]) == ("UPS", "US", "third_party")
    assert ups["levels"] == ["recognise", "link", "webhook", "poll", "aggregator"]
    assert ups["confidence_of"]["webhook"] == "official"
    assert listed["sendle"]["needs"] == ["karrio"]


def test_the_list_is_narrowed_by_level_and_country() -> None:
    done = wismo("carriers", "list", "--level", "recognise", "--country", "jp", "--json")
    assert [row["id"] for row in json.loads(done.stdout)] == ["japan-post", "sagawa", "yamato"]
    shown = wismo("carriers", "list", "--level", "poll", "--country", "UA")
    assert shown.stdout.split()[:4] == ["nova-post", "UA", "Nova", "Post"]
    assert shown.stderr == "1 listed\n"


def test_the_list_says_how_sure_it_is_and_what_has_to_be_installed() -> None:
    listed = wismo("carriers", "list", "--country", "AU").stdout.splitlines()
    (sendle,) = (line for line in listed if line.startswith("sendle "))
    assert sendle.split() == [
        "sendle", "AU", "Sendle", "third_party", "link,", "poll", "(needs", "karrio),", "aggregator"
    ]  # fmt: skip


def test_a_number_is_told_as_a_ranked_list_with_reasons() -> None:
    done = wismo("carriers", "recognise", "RB 123 456 785 GB", "--json")
    assert json.loads(done.stdout) == [
        {
            "id": "royal-mail",
            "strength": "strong",
            "why": "S10, the number of the Universal Postal Union: "
            "the shape fits, and so does the check digit",
        }
    ]
    shown = wismo("carriers", "recognise", "444413758703", "--country", "JP").stdout.splitlines()
    assert shown[0] == "fair    japan-post           Japan Post"
    assert shown[1].endswith("the shape fits, and so does the check digit; used in JP")


def test_a_number_of_no_carrier_is_no_error() -> None:
    done = wismo("carriers", "recognise", "QQQQQQ", "--json")
    assert (done.exit_code, done.stdout) == (0, "[]\n")
    assert done.stderr == "No carrier we know numbers its parcels like this.\n"


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("1Z999AA10123456785", "UPS 1Z"),
        ("RR123456789GB", "S10, the number of the Universal Postal Union"),
    ],
)
def test_a_number_with_a_wrong_check_digit_is_called_a_typo_and_is_nobodys(number: str, name: str) -> None:
    done = wismo("carriers", "recognise", number, "--json")
    assert (done.exit_code, done.stdout) == (0, "[]\n")
    assert done.stderr == f"{name}: the shape fits, the check digit does not: a typo?\n"


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (
            "9" * 5000,
            f"Error: '{'9' * 40}…' is no tracking number: it has 5,000 characters; "
            "a tracking number has at most 40\n",
        ),
        (
            "12/34é567",
            "Error: '12/34é567' is no tracking number: it holds '/' 'é'; "
            "a tracking number has letters A to Z and digits\n",
        ),
    ],
)
def test_what_is_no_number_gives_an_empty_list_and_says_why(number: str, error: str) -> None:
    done = wismo("carriers", "recognise", number, "--json")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "[]\n", error)


@pytest.mark.parametrize(
    ("country", "error"),
    [("Japan", "'Japan' is not a country; give its two letters, as DE"), ("uk", "the United Kingdom is GB")],
)
def test_a_country_that_is_none_is_refused(country: str, error: str) -> None:
    done = wismo("carriers", "recognise", "444413758703", "--country", country)
    assert done.exit_code == 2
    assert error in done.stderr


def test_a_carrier_is_shown_with_its_keys_and_whose_word_each_fact_is() -> None:
    shown = json.loads(wismo("carriers", "show", "dhl_express", "--json").stdout)
    assert (shown["id"], shown["zone"], shown["country_name"]) == ("dhl-express", "Europe/Berlin", "Germany")
    assert shown["keys"]["17track"] == "100001"
    assert shown["sources"]["url"].startswith("tracking_number_data b79ce4b (MIT)")
    told = wismo("carriers", "show", "yamato").stdout
    assert "local_name: ヤマト運輸\n" in told
    assert "  17track: 100062\n" in told


def test_a_source_without_a_row_in_the_directory_is_shown_too() -> None:
    assert "levels: webhook\n" in wismo("carriers", "show", "shopify").stdout


def test_an_unknown_carrier_is_refused_with_what_is_near() -> None:
    done = wismo("carriers", "show", "royal-male")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: no carrier has the id 'royal-male'; did you mean royal-mail")
    assert done.stderr.endswith("? `wismo carriers list` shows all\n")


def test_a_carrier_is_shown_however_its_id_is_written() -> None:
    assert wismo("carriers", "show", "DHL").stdout.startswith("id: dhl\nname: DHL\n")
