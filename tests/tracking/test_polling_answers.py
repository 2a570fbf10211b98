"""What a carrier may answer besides an answer, and what becomes of the parcels and of the account then."""

from datetime import timedelta
from itertools import chain, repeat

import pytest

from tests.makers import NOW, a_shop
from tests.peers import Scripted
from tests.tracking.acme import (
    VALUES,
    Acme,
    a_shop_with,
    an_account,
    parcels,
    the_gate,
    the_poll,
    told,
    waits,
)
from wismo.carriers.port import Account, Answer, Asked, Fetcher
from wismo.plumbing import http, inbox
from wismo.plumbing.models import InboxRow
from wismo.tracking import polling
from wismo.tracking.models import Poll, Shipment
from wismo.tracking.queries.polling import gate_of
from wismo.tracking.rules.gate import FAILURES, Circuit

pytestmark = pytest.mark.django_db
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("status", "said", "pause"),
    [
        (429, {"Retry-After": "90"}, SECOND * 90),
        (503, {"Retry-After": "90"}, SECOND * 90),
        (
            429,
            {"Retry-After": "Tue, 24 Nov 2026 12:30:00 GMT", "Date": "Tue, 24 Nov 2026 12:00:00 GMT"},
            MINUTE * 30,
        ),
        (429, {}, MINUTE),
    ],
)
def test_a_carrier_that_asks_for_a_pause_gets_it_and_the_parcel_is_asked_about_right_after(
    carrier: Acme, status: int, said: dict[str, str], pause: timedelta
) -> None:
    a_shop_with(carrier, "AC1")
    carrier.peer.usual = Scripted(status, headers=said)
    carrier.ask()
    assert (gate_of(the_gate()).circuit(NOW), the_gate().closed_until) == (Circuit.PAUSED, NOW + pause)
    assert (waits(), the_poll().attempts) == (timedelta(0), 0)
    assert carrier.ask(NOW + pause - SECOND) == 0
    carrier.peer.usual = told("AC1")
    assert carrier.ask(NOW + pause) == 1
    assert (the_gate().failures, the_gate().closed_until) == (0, None)


def test_a_carrier_that_breaks_is_left_alone_for_a_while_and_the_parcel_is_asked_about_later(
    carrier: Acme,
) -> None:
    a_shop_with(carrier, "AC1")
    carrier.peer.usual = Scripted(500, b"<h1>Oops</h1>")
    now, waited = NOW, []
    for _ in range(FAILURES):
        carrier.ask(now)
        wait = waits(now)
        assert wait is not None
        waited.append(wait / MINUTE)
        now += wait
    assert waited == [5, 10, 20, 40, 80]
    assert (the_poll().error, the_gate().error) == ("HTTP 500", "HTTP 500")
    assert gate_of(the_gate()).circuit(now - MINUTE * 80) is Circuit.OPEN
    assert carrier.ask(now - MINUTE * 80 + SECOND) == 0
    carrier.peer.usual = told("AC1")
    assert carrier.ask(now) == 1
    assert (gate_of(the_gate()).circuit(now), the_poll().attempts, the_poll().error) == (
        Circuit.CLOSED,
        0,
        "",
    )


def test_half_open_lets_one_request_of_many_through(carrier: Acme) -> None:
    a_shop_with(carrier, *(f"AC{n}" for n in range(6)))
    carrier.peer.usual = Scripted(500)
    assert carrier.ask() == 6
    Poll.objects.update(due_at=NOW)
    assert carrier.ask(NOW + SECOND * 30) == 0
    carrier.peer.usual = told("AC1")
    assert carrier.ask(NOW + HOUR) == 1
    assert carrier.ask(NOW + HOUR + SECOND) == 5


@pytest.mark.parametrize(
    ("answer", "opens", "due"),
    [
        (Scripted(429, headers={"Retry-After": "10"}), SECOND * 35, timedelta(0)),
        (Scripted(401), SECOND * 25 + HOUR, timedelta(0)),
        (Scripted(500), None, SECOND * 25 + MINUTE * 5),
        (Scripted(404), None, SECOND * 25 + HOUR * 3),
    ],
)
def test_a_pause_begins_when_the_answer_is_there_however_long_that_took(
    carrier: Acme, answer: Scripted, opens: timedelta | None, due: timedelta
) -> None:
    a_shop_with(carrier, "AC1")
    carrier.peer.usual = answer
    seconds = chain([0.0], repeat(25.0))
    polling.poll(NOW, carrier.fetcher, lambda: 0.0, lambda: next(seconds))
    assert (the_gate().closed_until, waits()) == (opens and NOW + opens, due)
    assert the_gate().error_at in {None, NOW}, "of the account as it was when it was asked by"


def test_a_refused_account_is_not_tried_again_until_it_is_entered_anew(carrier: Acme) -> None:
    shop = a_shop_with(carrier, "AC1")
    carrier.peer.usual = Scripted(401, b'{"error": "bad key k3y-of-acme"}')
    carrier.ask()
    assert the_gate().error == 'the account is not accepted: HTTP 401: {"error": "bad key [cut]"}'
    assert carrier.ask(NOW + MINUTE * 59) == 0
    an_account(shop, NOW + MINUTE)
    carrier.peer.usual = told("AC1")
    assert carrier.ask(NOW + MINUTE * 2) == 1
    assert waits(NOW + MINUTE * 2) == HOUR * 3


def test_an_account_that_lacks_something_is_not_tried_at_all_and_says_what(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop, values={})
    parcels(shop, "AC1")
    polling.enrol(NOW, carrier.fetcher)
    carrier.ask()
    assert (the_gate().error, carrier.peer.asked) == ("the account lacks api_key", [])


def test_a_number_the_carrier_refuses_is_silence_that_says_why_and_no_fault_of_the_account(
    carrier: Acme,
) -> None:
    a_shop_with(carrier, "AC1")
    carrier.peer.usual = Scripted(400, b'{"message": "no such\\n number"}')
    carrier.ask()
    assert the_poll().error == 'HTTP 400: {"message": "no such\\n number"}'
    assert (waits(), the_gate().failures) == (HOUR * 3, 0)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            Scripted(302, headers={"Location": "http://elsewhere.example/k3y-of-acme"}),
            "http://127.0.0.1 redirects to http://elsewhere.example, which is not followed",
        ),
        (Scripted(body=b" " * (http.LIMIT + 1)), "http://127.0.0.1 answered with more than 2048 KB"),
        (Scripted(403, b"no"), "HTTP 403: no"),
    ],
)
def test_what_is_no_answer_is_a_failure_and_nothing_of_it_is_kept(
    carrier: Acme, answer: Scripted, error: str
) -> None:
    a_shop_with(carrier, "AC1")
    carrier.peer.usual = answer
    carrier.ask()
    assert (the_poll().error, the_poll().attempts, waits()) == (error, 1, MINUTE * 5)
    assert (the_gate().failures, InboxRow.objects.count()) == (1, 0)


def test_a_carrier_that_does_not_answer_in_time_is_a_failure(
    carrier: Acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_shop_with(carrier, "AC1")
    monkeypatch.setattr(http, "DEADLINE", -1.0)
    carrier.ask()
    assert the_poll().error == "http://127.0.0.1 did not answer in time"


def test_an_answer_nobody_can_read_is_kept_and_parked_with_the_reason(carrier: Acme) -> None:
    a_shop_with(carrier, "AC1")
    carrier.peer.usual = Scripted(body=b"<html>Maintenance</html>")
    carrier.ask()
    carrier.ask(NOW + HOUR * 3)
    assert inbox.work(NOW) == 1, "the same page again is not kept again"
    assert Shipment.objects.get().status == "unknown"


class _Broken:
    """A fetcher with a bug, whose words hold a secret."""

    def __init__(self, sound: Fetcher) -> None:
        self.terms, self.serves, self.register = sound.terms, sound.serves, sound.register

    def fetch(self, _account: Account, _parcels: list[Asked]) -> list[Answer]:
        raise LookupError(VALUES["api_key"])


def test_a_fetcher_that_breaks_costs_a_failure_and_its_secret_stays_out_of_the_log(
    carrier: Acme, caplog: pytest.LogCaptureFixture
) -> None:
    a_shop_with(carrier, "A")
    broken: Fetcher = _Broken(carrier.fetcher)  # type: ignore[assignment]
    polling.poll(NOW, broken, lambda: 0.0, lambda: 0.0)
    assert (the_poll().error, the_gate().failures) == ("asking broke with LookupError", 1)
    assert "in fetch" in caplog.text
    assert VALUES["api_key"] not in caplog.text
