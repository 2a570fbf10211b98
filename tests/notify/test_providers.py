"""A provider behind an HTTP API (django-anymail), against a local server that answers as it would."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.notify.post import free_port
from tests.notify.rows import MINUTE, NOON, make_order, make_parcel, make_shop, state, tell
from wismo.notify.jobs import dispatch

pytestmark = pytest.mark.django_db(transaction=True)
TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "lina@buyer.example"}


@dataclass
class Provider:
    """What the provider answers, and what it was posted."""

    status: int = 200
    body: dict[str, Any] = field(default_factory=lambda: dict(TAKEN))
    hang_up: bool = False
    posted: list[dict[str, Any]] = field(default_factory=list)


@contextlib.contextmanager
def provider(settings: Settings, **how: Any) -> Iterator[Provider]:
    """Postmark's API as far as a hand-over needs it."""
    peer = Provider(**how)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server looks for this name
            posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            peer.posted.append(posted)
            if peer.hang_up:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = json.dumps(peer.body).encode()
            self.send_response(peer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    use_postmark(settings, server.server_port)
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def use_postmark(settings: Settings, port: int) -> None:
    """Django's mail goes to Postmark, which listens here."""
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "test",
        "POSTMARK_API_URL": f"http://127.0.0.1:{port}/",
    }


def test_a_provider_that_takes_the_mail_names_it(settings: Settings) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    with provider(settings) as peer:
        assert dispatch(NOON + MINUTE) == 1
    assert (state(message), message.provider_id) == (("sent", "sent"), "pm-1")
    (posted,) = peer.posted
    assert (posted["To"], posted["Subject"]) == ("lina@buyer.example", "Order HR-20418 is on its way")
    headers = {header["Name"]: header["Value"] for header in posted["Headers"]}
    assert headers["X-Wismo-Message"] == str(message.pk)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_provider_that_cannot_now_is_asked_again(settings: Settings, status: int) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    with provider(settings, status=status, body={"Message": "later"}) as peer:
        assert dispatch(NOON + MINUTE) == 0
        assert state(message) == ("queued", "retry")
        peer.status, peer.body = 200, dict(TAKEN)
        assert dispatch(NOON + 2 * MINUTE) == 1
    assert state(message) == ("sent", "sent")


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_provider_that_will_not_is_not_asked_again(settings: Settings, status: int) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    with provider(settings, status=status, body={"Message": "no"}):
        assert dispatch(NOON + MINUTE) == 1
    assert state(message) == ("not_sent", f"provider_error:{status}")


@pytest.mark.parametrize(
    ("said", "end"),
    [
        (" Inactive recipients have bounced before.", ("not_sent", "provider_error:recipient")),
        ("", ("unknown", "unknown")),  # words nobody can read are not taken for a yes
    ],
)
def test_a_recipient_the_provider_has_suppressed_is_refused(
    settings: Settings, said: str, end: tuple[str, str]
) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    inactive = {"ErrorCode": 406, "Message": f"Found inactive addresses: lina@buyer.example.{said}"}
    with provider(settings, status=422, body=inactive):
        assert dispatch(NOON + MINUTE) == 1
    assert state(message) == end


def test_a_provider_that_hangs_up_without_an_answer_leaves_it_unknown(settings: Settings) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    with provider(settings, hang_up=True) as peer:
        assert dispatch(NOON + MINUTE) == 1
        assert dispatch(NOON + 9 * MINUTE) == 0
    assert len(peer.posted) == 1
    assert state(message) == ("unknown", "unknown")


def test_a_provider_that_is_not_there_took_nothing(settings: Settings) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    use_postmark(settings, free_port())
    assert dispatch(NOON + MINUTE) == 0
    assert state(message) == ("queued", "retry")
    assert message.decisions.get().facts["detail"] == "connect"
