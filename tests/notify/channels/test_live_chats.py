"""LINE by its own file, and a push service that opens what we seal: processes of others, on this machine."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.notify import prism
from tests.notify.channels.chats import PAGE, a_button, a_letter, an_account
from tests.notify.prism import official
from wismo.notify.channels.line import line
from wismo.notify.channels.webpush import keys, vapid
from wismo.notify.port import Account, Letter, Outcome, Request, Result
from wismo.notify.words import AddressKind, Failure
from wismo.plumbing import http

pytestmark = pytest.mark.slow
LINE = "line_messaging-api.yml"


def test_lines_file_served_by_prism_takes_what_we_send(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    with prism.prism(official(LINE)) as url:
        account = an_account("line", "line", url, token="channel token", secret="channel secret")
        provider = line.open_provider(account)
        scores = tuple((str(n), f"{PAGE}?score={n}") for n in range(11))
        for changes in ({}, {"buttons": (a_button(),)}, {"scores": scores}, {"direction": "rtl"}):
            outcome = provider.send(provider.compose(a_letter(**changes)))
            assert outcome.result is Result.SENT
            assert outcome.provider_id
        good: Request = provider.compose(a_letter()).form
        assert answered(good, good.body, "409").status == 409
        assert answered(good, good.body.replace(b'"messages"', b'"massages"')).status == 400


def answered(request: Request, body: bytes, wanted: str = "") -> http.Reply:
    headers = {**request.headers, **({"Prefer": f"code={wanted}"} if wanted else {})}
    return http.send(request.method, request.url, headers=headers, body=body)


@contextmanager
def a_push_service() -> Iterator[str]:
    """web-push-testing: subscribes, takes, decrypts. Skips loudly where it cannot be had."""
    prism.installed("web-push-testing")
    server = prism.HERE / "node_modules" / "web-push-testing" / "src" / "bin" / "server.js"
    port = prism.free_port()
    running = subprocess.Popen(
        ["node", str(server), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        prism.wait_for(running, port)
        yield f"http://localhost:{port}"
    finally:
        running.terminate()
        running.wait(10)


def told(url: str, body: dict[str, Any] | None = None) -> Any:
    said = json.dumps(body or {}).encode()
    reply = http.send("POST", url, headers={"Content-Type": "application/json"}, body=said)
    assert reply.status == 200, reply.body
    return json.loads(reply.body).get("data") if reply.body.startswith(b"{") else None


def to_browser(subscription: dict[str, Any], **changes: Any) -> Letter:
    return a_letter(
        to=subscription["endpoint"],
        to_kind=AddressKind.WEBPUSH,
        to_extra=subscription["keys"],
        now=timezone.now(),
        **changes,
    )


def test_a_browser_reads_what_we_push_until_it_is_gone(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    account = Account(1, "webpush", "webpush", {"subject": "mailto:it@halden.example"})
    provider = vapid.open_provider(account)
    with a_push_service() as url:
        wanted = {"userVisibleOnly": "true", "applicationServerKey": keys.public_key(account)}
        subscription = told(f"{url}/subscribe", wanted)
        for heading in ("Out for delivery", "配達中", "خرج للتوصيل"):
            letter = to_browser(subscription, heading=heading)
            assert provider.send(provider.compose(letter)) == Outcome(Result.SENT)
        got = told(f"{url}/get-notifications", {"clientHash": subscription["clientHash"]})["messages"]
        assert [json.loads(one)["title"] for one in got] == [
            "Halden & Rue: Out for delivery",
            "Halden & Rue: 配達中",
            "Halden & Rue: خرج للتوصيل",
        ]
        told(f"{url}/expire-subscription/{subscription['clientHash']}")
        outcome = provider.send(provider.compose(to_browser(subscription)))
        assert outcome == Outcome(Result.REFUSED, "410", failure=Failure.INVALID)


def test_another_shops_key_opens_no_browser(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    ours, theirs = (Account(pk, "webpush", "webpush", {"subject": "mailto:it@x.example"}) for pk in (1, 2))
    with a_push_service() as url:
        wanted = {"userVisibleOnly": "true", "applicationServerKey": keys.public_key(ours)}
        subscription = told(f"{url}/subscribe", wanted)
        provider = vapid.open_provider(theirs)
        assert provider.send(provider.compose(to_browser(subscription))).result is Result.REFUSED
