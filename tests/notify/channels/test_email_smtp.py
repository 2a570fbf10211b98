"""E-mail by SMTP, against a real server."""

import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pytest_django.fixtures import Settings

from tests.notify.channels.letters import ASKING, LETTER, REFERENCE, account
from tests.notify.post import PostOffice, free_port, parts, post_office, use_smtp
from wismo.notify.channels.email import connections
from wismo.notify.channels.email.smtp import open_provider
from wismo.notify.port import Letter, LetterError, Outcome, Provider, Result
from wismo.notify.words import Failure

MESSAGE_ID = f"<{REFERENCE}@halden.example>"


@contextmanager
def house() -> Iterator[Provider]:
    """The house's own server, for one run."""
    with closing(open_provider(account("smtp"))) as provider:
        yield provider


def send(letter: Letter = LETTER) -> Outcome:
    with house() as provider:
        return provider.send(provider.compose(letter))


def test_a_mail_says_who_sends_what_to_whom_and_by_what_name_we_know_it(settings: Settings) -> None:
    with post_office(settings) as office:
        assert send() == Outcome(Result.SENT, provider_id=MESSAGE_ID)
    (mail,) = office.taken
    assert office.recipients == ["lina@buyer.example"]
    assert mail["From"] == "Halden & Rue <orders@halden.example>"
    assert (mail["To"], mail["Reply-To"]) == ("lina@buyer.example", "help@halden.example")
    assert (mail["Subject"], mail["Message-ID"]) == ("Order HR-1 is on its way", MESSAGE_ID)
    assert (mail["X-Wismo-Message"], mail["X-Wismo-Reference"]) == ("7", REFERENCE)
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = parts(mail)
    assert "Your parcel is on its way" in plain
    assert "Your parcel is on its way" in html


def test_what_is_not_about_an_order_is_ended_by_one_click(settings: Settings) -> None:
    facts = replace(LETTER, unsubscribe_url="https://shop.example/u/t0k")
    with post_office(settings) as office:
        send(facts)
        send(replace(LETTER, **ASKING))
    of_order, asking = office.taken
    assert of_order["List-Unsubscribe"] is None
    assert asking["List-Unsubscribe"] == "<https://shop.example/u/t0k>"
    assert asking["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_shops_own_html_is_sent_as_it_is(settings: Settings) -> None:
    with post_office(settings) as office:
        send(replace(LETTER, html="<p>Ours alone</p>"))
    plain, html = parts(office.taken[0])
    assert html.strip() == "<p>Ours alone</p>"
    assert "Your parcel is on its way" in plain


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        ({"rcpt": "450 4.2.0 greylisted"}, Outcome(Result.RETRY, "450", failure=Failure.BUSY)),
        ({"data": "451 4.3.0 later"}, Outcome(Result.RETRY, "451", failure=Failure.BUSY)),
        ({"data": "421 4.3.2 closing"}, Outcome(Result.RETRY, "421", failure=Failure.BROKEN)),
        ({"rcpt": "550 5.1.1 no such user"}, Outcome(Result.REFUSED, "550", failure=Failure.INVALID)),
        ({"rcpt": "552 5.2.2 mailbox full"}, Outcome(Result.REFUSED, "552", failure=Failure.ADDRESS)),
        ({"rcpt": "550 no"}, Outcome(Result.REFUSED, "550", failure=Failure.ADDRESS)),
        ({"rcpt": "554 5.7.1 blocked"}, Outcome(Result.REFUSED, "554", failure=Failure.WITHHELD)),
        ({"data": "554 5.6.0 bad content"}, Outcome(Result.REFUSED, "554", failure=Failure.CONTENT)),
        ({"data": "554 no"}, Outcome(Result.REFUSED, "554", failure=Failure.CONTENT)),
        ({"hang_up": True}, Outcome(Result.UNKNOWN, "disconnect")),
    ],
)
def test_a_servers_answer_says_whose_fault_it_is(
    settings: Settings, how: dict[str, Any], outcome: Outcome
) -> None:
    with post_office(settings, **how) as office:
        assert send() == outcome
    assert office.recipients == [] or "hang_up" in how


def test_a_server_that_is_not_there_took_nothing(settings: Settings) -> None:
    use_smtp(settings, free_port())
    assert send() == Outcome(Result.DOWN, "connect")


def test_a_run_keeps_its_connection(settings: Settings) -> None:
    with post_office(settings) as office, house() as provider:
        for _ in range(5):
            assert provider.send(provider.compose(LETTER)).result is Result.SENT
    assert (len(office.taken), len(office.connections)) == (5, 1)


def test_a_server_that_hangs_up_between_two_mails_is_only_called_again(settings: Settings) -> None:
    with post_office(settings, hang_up_after=True) as office, house() as provider:
        for _ in range(3):
            assert provider.send(provider.compose(LETTER)).result is Result.SENT
    assert (len(office.taken), len(office.connections)) == (3, 3)


def test_many_threads_share_a_few_connections(settings: Settings) -> None:
    letters = [replace(LETTER, message_id=n, reference=f"r{n}") for n in range(60)]
    with post_office(settings) as office, house() as provider, ThreadPoolExecutor(20) as threads:
        outcomes = list(threads.map(lambda letter: provider.send(provider.compose(letter)), letters))
    assert {outcome.result for outcome in outcomes} == {Result.SENT}
    assert sorted(str(mail["X-Wismo-Reference"]) for mail in office.taken) == sorted(
        f"r{n}" for n in range(60)
    )
    assert len(office.connections) <= connections.AT_ONCE


def test_closing_a_run_leaves_no_connection(settings: Settings) -> None:
    before = threading.active_count()
    with post_office(settings):
        send()
    assert threading.active_count() == before


# ── a shop's own server ───────────────────────────────────────────────────────────────────────────────────


@contextmanager
def own_server(password: bytes = b"s3cret") -> Iterator[tuple[PostOffice, int]]:
    office = PostOffice()

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == password, handled=False)

    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=free_port(),
        auth_require_tls=False,
        authenticator=check,
    )
    controller.start()
    try:
        yield office, controller.port
    finally:
        controller.stop()


def through(port: int, **values: str) -> Outcome:
    ours = account("smtp", host="127.0.0.1", port=str(port), user="me", security="none", **values)
    with closing(open_provider(ours)) as provider:
        return provider.send(provider.compose(LETTER))


def test_a_shops_own_server_is_logged_in_to(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    use_smtp(settings, free_port())  # nobody listens there
    with own_server() as (office, port):
        assert through(port, password="s3cret") == Outcome(Result.SENT, provider_id=MESSAGE_ID)
    assert office.recipients == ["lina@buyer.example"]


def test_a_wrong_password_is_the_accounts_fault(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    with own_server() as (office, port):
        assert through(port, password="wrong") == Outcome(Result.REFUSED, "535", failure=Failure.CONFIG)
    assert office.taken == []


def test_a_server_without_the_asked_security_is_the_accounts_fault(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    with own_server() as (_office, port):
        ours = account("smtp", host="127.0.0.1", port=str(port))
        with closing(open_provider(ours)) as provider:
            outcome = provider.send(provider.compose(LETTER))
    assert outcome == Outcome(Result.REFUSED, "not_supported", failure=Failure.CONFIG)


def test_a_shop_cannot_have_us_knock_at_machines_of_our_own_network(settings: Settings) -> None:
    settings.PRIVATE_PEERS = False
    with own_server() as (office, port):
        assert through(port, password="s3cret") == Outcome(Result.DOWN, "connect")
    assert office.connections == set()


def test_a_server_that_says_nothing_at_all_took_nothing(settings: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        use_smtp(settings, silent.getsockname()[1])
        settings.EMAIL_TIMEOUT = 0.2
        assert send() == Outcome(Result.DOWN, "connect")


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wrong",
    [
        *("help at halden", "help@", "@halden.example", "help@halden.example\nBcc: all@buyer.example"),
        *("Help <help@halden.example>", "a@halden.example, b@halden.example", "help@halden.example\x00"),
    ],
)
@pytest.mark.parametrize("field", ["sender", "reply_to", "to"])
def test_a_letter_with_an_address_that_is_none_cannot_be_written(field: str, wrong: str) -> None:
    changed: dict[str, Any] = {field: wrong}
    with house() as provider, pytest.raises(LetterError, match="is not well-formed") as caught:
        provider.compose(replace(LETTER, **changed))
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("sender", ["orders@localhost", "orders@über.example"])
def test_a_letter_may_come_from_an_address_without_a_dot_or_in_another_script(sender: str) -> None:
    with house() as provider:
        mail, message_id = provider.compose(replace(LETTER, sender=sender)).form
    assert re.search(r"<.+>$", mail.from_email)
    assert message_id.endswith(sender.partition("@")[2] + ">")
