"""How many numbers, pages, tokens and registrations go into asking."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.makers import NOW
from tests.peers import Scripted
from tests.tracking.acme import (
    KEY,
    PACK,
    RATE,
    Acme,
    a_shop_with,
    acme,
    an_account,
    the_gate,
    the_poll,
    told,
    waits,
)
from wismo.plumbing import deadline, http
from wismo.plumbing.models import InboxRow
from wismo.tracking import fetching
from wismo.tracking.actions.polls import LEASE
from wismo.tracking.models import Poll, Shipment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("may_ask_this_machine")]
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
OAUTH = """
[poll.auth]
kind = "oauth2"
header = "Authorization"
value = "Bearer {token}"
token_url = "{PEER}/token"
username = "{api_key}"
password = "{api_key}"
"""


def test_every_page_of_an_answer_is_kept_and_counted(carrier: Acme) -> None:
    a_shop_with(carrier, "AC1")
    carrier.peer.script("/track", told("AC1", further="/page-2"))
    carrier.peer.script("/page-2", told("AC1", at=NOW + HOUR))
    carrier.ask()
    assert [asked.path for asked in carrier.peer.asked] == ["/track?n=AC1", "/page-2"]
    assert carrier.peer.asked[1].headers["x-key"] == "k3y-of-acme"
    assert (InboxRow.objects.count(), the_gate().used) == (2, 2)


def test_pages_without_end_are_not_turned_for_ever(carrier: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop_with(carrier, "AC1")
    for page in range(60):
        carrier.peer.script("/track" if page == 0 else f"/{page}", told("AC1", further=f"/{page + 1}"))
    carrier.ask()
    assert len(carrier.peer.asked) == 20


@pytest.mark.parametrize(("formats", "asked"), [("iso", {}), ("%m/%d %H:%M", {"on": f"{NOW:%Y-%m-%d}"})])
def test_an_answer_that_does_not_say_whose_it_is_is_kept_with_the_number(
    monkeypatch: pytest.MonkeyPatch, formats: str, asked: dict[str, str]
) -> None:
    pack = PACK.replace('number = "no"', 'number = "asked.number"\nas_of = "asked.on"').replace(
        '{ naive = "unknown" }', f'{{ naive = "unknown", formats = ["{formats}"] }}'
    )
    with acme(monkeypatch, pack + RATE + KEY, "names_number = false") as carrier:
        a_shop_with(carrier, "AC1")
        carrier.peer.script("/track", Scripted(body=b"<p>On its way</p>"))
        monkeypatch.setattr("wismo.tracking.fetching.timezone.now", lambda: NOW)
        carrier.ask()
    kept = json.loads(bytes(InboxRow.objects.get().body))
    assert kept == {"asked": {"number": "AC1", **asked, "answer": "<p>On its way</p>"}}


LOGIN = """
[poll.auth]
kind = "login"
token_url = "{PEER}/login"
json = { email = "ines", key = "{api_key}" }
token = "data.token"
seconds = 864000
"""


def test_a_login_is_made_once_and_its_token_shown_with_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with acme(monkeypatch, PACK + RATE + LOGIN) as carrier:
        a_shop_with(carrier, "AC1", "AC2")
        carrier.peer.script("/login", Scripted(body=b'{"data": {"token": "t0k"}}'))
        carrier.peer.script("/track", told("AC1"), told("AC2"))
        carrier.ask()
        login, *polls = carrier.peer.asked
    assert json.loads(login.body) == {"email": "ines", "key": "k3y-of-acme"}
    assert [asked.headers["authorization"] for asked in polls] == ["Bearer t0k"] * 2


def test_many_numbers_go_in_one_request_and_share_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with acme(monkeypatch, settings="batch = 3") as carrier:
        a_shop_with(carrier, "A", "B", "C", "D")
        carrier.peer.script("/track", told("A", "B", "C"))
        carrier.peer.usual = told("D")
        assert carrier.ask() == 4
        assert sorted(carrier.numbers()) == ["A,B,C", "D"]
        assert InboxRow.objects.count() == 2


@pytest.mark.parametrize(("status", "pause"), [(400, SECOND), (500, MINUTE * 5)])
def test_numbers_that_failed_together_are_asked_for_in_halves_until_the_one_at_fault_is_alone(
    monkeypatch: pytest.MonkeyPatch, status: int, pause: timedelta
) -> None:
    with acme(monkeypatch, PACK + "[poll.rate]\nper_second = 1\n" + KEY, "batch = 4") as carrier:
        a_shop_with(carrier, "A", "B", "C", "D")
        carrier.peer.script("/track", Scripted(status), told("A", "B"), Scripted(status), told("C"))
        carrier.peer.usual = Scripted(status, b"")
        now = NOW
        for wait in (pause, SECOND, pause * 2, SECOND):
            carrier.ask(now)
            now += wait
        carrier.ask(now)
        assert carrier.numbers() == ["A,B,C,D", "A,B", "C,D", "C", "D"]
        errors = Poll.objects.order_by("number").values_list("number", "error")
        assert dict(errors) == {"A": "", "B": "", "C": "", "D": f"HTTP {status}"}


def test_no_more_is_asked_in_a_second_than_the_carrier_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    with acme(monkeypatch, PACK + "[poll.rate]\nper_second = 2\nper_day = 3\n" + KEY) as carrier:
        a_shop_with(carrier, *"ABCDE")
        asked = [carrier.ask(NOW + SECOND * second) for second in (0, 0.5, 1, 2, 3600)]
        assert asked == [2, 0, 1, 0, 0]
        assert carrier.ask(NOW + HOUR * 12) == 2, "a new day"


def _token(text: str, seconds: int = 3600) -> Scripted:
    return Scripted(body=json.dumps({"access_token": text, "expires_in": seconds}).encode())


def test_one_token_serves_all_requests_and_is_renewed_once_when_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with acme(monkeypatch, PACK + RATE + OAUTH) as carrier:
        a_shop_with(carrier, "A", "B")
        carrier.peer.script("/token", _token("one"), _token("two"))
        carrier.peer.usual = told("A")
        carrier.ask()
        paths = [asked.path.partition("?")[0] for asked in carrier.peer.asked]
        assert sorted(paths) == ["/token", "/track", "/track"]
        assert b"client_id=k3y-of-acme" in carrier.peer.asked[0].body
        Poll.objects.filter(number="B").delete()
        carrier.peer.script("/track", Scripted(401))
        carrier.ask(NOW + HOUR * 3)
        shown = [asked.headers.get("authorization", "-") for asked in carrier.peer.asked[3:]]
        assert shown == ["Bearer one", "-", "Bearer two"]
        assert (the_gate().failures, the_poll().answered_at) == (0, NOW + HOUR * 3)


def test_a_token_that_is_refused_again_or_not_given_closes_the_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with acme(monkeypatch, PACK + RATE + OAUTH) as carrier:
        shop = a_shop_with(carrier, "A")
        carrier.peer.script("/token", _token("one"), _token("two"))
        carrier.peer.usual = Scripted(401)
        carrier.ask()
        assert len(carrier.peer.asked) == 4, "two tokens, two tries, and no more"
        assert (the_gate().error, the_gate().used) == ("the account is not accepted: HTTP 401: {}", 4)
        an_account(shop, NOW + MINUTE, {"api_key": "another"})
        carrier.peer.script("/token", Scripted(400, b'{"error": "invalid_client"}'))
        carrier.ask(NOW + MINUTE * 2)
        assert the_gate().error == 'no token for this account: HTTP 400: {"error": "invalid_client"}'


def test_a_token_near_its_end_is_not_used_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    with acme(monkeypatch, PACK + RATE + OAUTH) as carrier:
        a_shop_with(carrier, "A")
        carrier.peer.script("/token", _token("one", seconds=0), _token("two"))
        carrier.peer.usual = told("A")
        carrier.ask()
        carrier.ask(NOW + HOUR * 3)
        shown = [asked.headers["authorization"] for asked in carrier.peer.asked if asked.method == "GET"]
        assert shown == ["Bearer one", "Bearer two"]


REGISTER = """
[poll.register]
method = "POST"
url = "{PEER}/register"
json = { numbers = "{each}" }
each = "{number}"
batch = 2
"""


def test_a_number_is_registered_once_before_it_is_asked_for_the_first_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with acme(monkeypatch, PACK + RATE + KEY + REGISTER, "batch = 4") as carrier:
        a_shop_with(carrier, "A", "B", "C")
        carrier.ask()
        assert [json.loads(asked.body) for asked in carrier.peer.asked] == [
            {"numbers": ["A", "B"]},
            {"numbers": ["C"]},
        ]
        assert InboxRow.objects.count() == 0
        assert carrier.ask(NOW + MINUTE * 9) == 0
        carrier.peer.usual = told("A", "B", "C")
        assert carrier.ask(NOW + MINUTE * 10) == 3
        assert carrier.ask(NOW + HOUR * 4) == 3
        assert [asked.path for asked in carrier.peer.asked[2:]] == ["/track?n=A%2CB%2CC"] * 2


def test_an_account_entered_anew_is_told_the_numbers_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with acme(monkeypatch, PACK + RATE + KEY + REGISTER) as carrier:
        shop = a_shop_with(carrier, "A")
        carrier.ask()
        an_account(shop, NOW + MINUTE, {"api_key": "of another account"})
        carrier.ask(NOW + HOUR)
        assert [(asked.path, asked.headers["x-key"]) for asked in carrier.peer.asked] == [
            ("/register", "k3y-of-acme"),
            ("/register", "of another account"),
        ]


def test_registering_stops_at_the_first_refusal_and_what_was_not_told_is_told_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with acme(monkeypatch, PACK + RATE + KEY + REGISTER, "batch = 6") as carrier:
        a_shop_with(carrier, "A", "B", "C", "D", "E")
        carrier.peer.script("/register", Scripted(200), Scripted(429, b"", {"Retry-After": "60"}))
        carrier.ask()
        assert len(carrier.peer.asked) == 2
        told_of = Poll.objects.filter(registered_at__isnull=False)
        assert sorted(told_of.values_list("number", flat=True)) == ["A", "B"]
        carrier.ask(NOW + MINUTE * 2)
        assert [json.loads(asked.body) for asked in carrier.peer.asked[2:]] == [
            {"numbers": ["C", "D"]},
            {"numbers": ["E"]},
        ]


@pytest.mark.parametrize("registers", [False, True])
def test_a_turn_ends_long_before_its_lease_however_many_requests_it_takes(
    monkeypatch: pytest.MonkeyPatch,
    registers: bool,  # noqa: FBT001
) -> None:
    passed = SimpleNamespace(seconds=0.0)
    with acme(monkeypatch, PACK + RATE + KEY + (REGISTER if registers else ""), "batch = 20") as carrier:
        a_shop_with(carrier, *(f"A{n}" for n in range(20)))
        for page in range(20):
            carrier.peer.script("/track" if page == 0 else f"/{page}", told("A0", further=f"/{page + 1}"))
        carrier.peer.on_asked = lambda: setattr(passed, "seconds", passed.seconds + 25)
        for module in (fetching, http, deadline):
            monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: passed.seconds))
        carrier.ask()
    assert len(carrier.peer.asked) == 5
    assert timedelta(seconds=passed.seconds) * 2 < LEASE
    assert the_gate().error == "http://127.0.0.1 did not answer in time"


def test_a_number_registered_already_by_somebody_is_asked_for_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with acme(monkeypatch, PACK + RATE + KEY + REGISTER) as carrier:
        a_shop_with(carrier, "A")
        carrier.peer.usual = Scripted(409, b"exists already")
        carrier.ask()
        assert (the_poll().registered_at, the_poll().error) == (NOW, "HTTP 409: exists already")


def test_a_parcel_of_which_the_carrier_needs_to_know_more_waits_a_day_and_says_for_what(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with acme(monkeypatch, settings='needs = ["postcode"]') as carrier:
        a_shop_with(carrier, "A")
        order = Shipment.objects.get().order
        order.postcode = ""
        order.save()
        assert carrier.ask() == 0
        assert (the_poll().error, waits()) == ("the order does not tell the postcode", HOUR * 24)
        order.postcode = "80331"
        order.save()
        assert carrier.ask(NOW + HOUR * 24) == 1
