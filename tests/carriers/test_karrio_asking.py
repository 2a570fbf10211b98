"""Asking through Karrio's connectors: what leaves, what comes back, what becomes of a refusal."""

import json
import logging
import ssl
from datetime import timedelta

import pytest

from tests.carriers.karrio import SAMPLES, Carrier, NoAnswer, Reply, as_sent, ask, needs_karrio
from wismo.carriers.engine import read_all
from wismo.carriers.karrio.adapter import KarrioFetcher
from wismo.carriers.karrio.connectors import connectors
from wismo.carriers.port import Account, Asked, Outcome
from wismo.carriers.registry import karrio_packs

pytestmark = needs_karrio
SPRING, UPS = "karrio:spring", "karrio:ups"


@pytest.mark.parametrize("source", connectors())
def test_what_a_connector_brings_is_read_as_its_sample_is(source: str) -> None:
    connector = connectors()[source]
    sample = next((SAMPLES / connector.id).glob("*--delivered*"))
    carrier = Carrier(Reply(200, as_sent(connector, sample)))

    answer = ask(source, carrier, "NUM17X")

    ((_method, url, sent),) = carrier.asked
    assert (answer.outcome, len(answer.bodies)) == (Outcome.TOLD, 1)
    assert url.startswith("https://")
    assert "NUM17X" in url or b"NUM17X" in sent
    scans = read_all(karrio_packs()[source], answer.bodies[0]).scans
    assert "delivered" in {scan.status for scan in scans}


@pytest.mark.parametrize("source", [source for source, one in connectors().items() if one.numbers_are_ours])
def test_an_answer_that_does_not_say_whose_it_is_gets_the_number_it_was_asked_by(source: str) -> None:
    connector = connectors()[source]
    sample = next((SAMPLES / connector.id).glob("*--delivered*"))

    answer = ask(source, Carrier(Reply(200, as_sent(connector, sample))), 'N"1<7')

    scans = read_all(karrio_packs()[source], answer.bodies[0]).scans
    assert {scan.tracking_number for scan in scans} == {'N"1<7'}


def test_several_numbers_are_asked_in_one_request_where_the_carrier_takes_them() -> None:
    carrier = Carrier(Reply(200, (SAMPLES / "fedex" / "handed-over--delivered.json").read_bytes()))

    ask("karrio:fedex", carrier, "700000000017", "700000000025")

    ((_method, _url, sent),) = carrier.asked
    numbers = [one["trackingNumberInfo"]["trackingNumber"] for one in json.loads(sent)["trackingInfo"]]
    assert numbers == ["700000000017", "700000000025"]


@pytest.mark.parametrize(
    ("status", "outcome", "said"),
    [
        (401, Outcome.DENIED, "UPS answered 401"),
        (403, Outcome.DENIED, "UPS answered 403"),
        (404, Outcome.ABSENT, ""),
        (400, Outcome.REFUSED, "UPS answered 400"),
        (429, Outcome.BUSY, "UPS answered 429"),
        (503, Outcome.FAILED, "UPS answered 503"),
    ],
)
def test_a_status_that_is_none_of_success_becomes_an_outcome(
    status: int, outcome: Outcome, said: str
) -> None:
    answer = ask(UPS, Carrier(Reply(status)), "1Z1")
    assert (answer.outcome, answer.said, answer.bodies) == (outcome, said, ())


def test_a_carrier_that_is_busy_says_for_how_long() -> None:
    carrier = Carrier(Reply(429, headers={"retry-after": "90"}))
    fetcher = KarrioFetcher(carrier, NoAnswer, lambda told: timedelta(seconds=int(told["retry-after"])))
    account = Account(1, SPRING, "1", {"api_key": "secret"})

    (answer,) = fetcher.fetch(account, [Asked("LX1", "", "", "", "")])

    assert (answer.outcome, answer.retry_after) == (Outcome.BUSY, timedelta(seconds=90))


def test_an_error_that_comes_as_an_answer_is_refused_in_the_carriers_words_without_the_secret() -> None:
    body = b'{"ErrorLevel": 10, "Error": "Unknown api key: secret"}'
    answer = ask(SPRING, Carrier(Reply(200, body)), "LX1")
    assert (answer.outcome, answer.said) == (Outcome.REFUSED, "Spring GDS: Unknown api key: …")


def test_a_parcel_without_a_scan_is_not_known_yet() -> None:
    body = b'{"ErrorLevel": 0, "Error": "", "Shipment": {"TrackingNumber": "LX1", "Events": []}}'
    assert ask(SPRING, Carrier(Reply(200, body)), "LX1").outcome is Outcome.ABSENT


def test_nobody_who_answers_is_a_failure_in_the_doors_words() -> None:
    answer = ask(SPRING, Carrier(NoAnswer("https://mtapi.net did not answer in time")), "LX1")
    assert (answer.outcome, answer.said) == (
        Outcome.FAILED,
        "Spring GDS: https://mtapi.net did not answer in time",
    )


def test_what_a_connector_trips_over_is_a_failure_without_its_words() -> None:
    answer = ask(SPRING, Carrier(ValueError("api_key=secret")), "LX1")
    assert (answer.outcome, answer.said) == (
        Outcome.FAILED,
        "Spring GDS could not be asked: ValueError",
    )


def test_an_account_that_lacks_a_value_asks_nobody() -> None:
    carrier = Carrier(Reply(200))
    answer = ask("karrio:dpd", carrier, "0530", password="")
    assert (answer.outcome, answer.said, answer.requests) == (
        Outcome.DENIED,
        "the account lacks password; enter it for karrio:dpd",
        0,
    )
    assert carrier.asked == []


def test_karrio_does_not_turn_off_the_check_of_certificates_for_all() -> None:
    ask(UPS, Carrier(Reply(404)), "1Z1")
    assert ssl._create_default_https_context is ssl.create_default_context


def test_nothing_of_a_request_reaches_the_log_or_the_screen(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        ask("karrio:usps", Carrier(Reply(404)), "9400")
    assert (caplog.records, capfd.readouterr()) == ([], ("", ""))


def test_terms_of_a_connector() -> None:
    fetcher = KarrioFetcher(Carrier(Reply(200)), NoAnswer, lambda _headers: None)
    fedex = fetcher.terms("karrio:fedex")
    assert fedex is not None
    assert (fedex.batch, fedex.registers, fetcher.terms("karrio:nobody")) == (30, False, None)


def test_a_connector_serves_its_carrier_by_any_id_it_goes_by() -> None:
    fetcher = KarrioFetcher(Carrier(Reply(200)), NoAnswer, lambda _headers: None)
    asked = [
        ("karrio:mydhl", "dhl-express"),
        ("karrio:hermes", "hermes"),
        ("karrio:ups", "usps"),
        ("ups", "ups"),
    ]
    assert [fetcher.serves(*one) for one in asked] == [True, True, False, False]
