"""The one way out: what is asked, what is read, and where nobody is ever asked."""

import gzip
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from tests.peers import Peer, Scripted, a_peer
from wismo.plumbing import http
from wismo.plumbing.http import LIMIT, NeverAsked, NoAnswer, is_public, retry_after, send

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = "k3y-that-nobody-may-read"


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    """A peer on this machine, which the settings let us ask."""
    settings.PRIVATE_PEERS = True
    with a_peer() as peer:
        yield peer


def test_a_request_goes_out_as_it_was_written_and_its_answer_comes_back_whole(peer: Peer) -> None:
    peer.usual = Scripted(201, b'{"ok": true}', {"X-Rate": "7"})
    reply = send("POST", f"{peer.url}/track?n=1%2F2", headers={"Authorization": "Bearer x"}, body=b"[1]")
    (asked,) = peer.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/track?n=1%2F2", b"[1]")
    assert (asked.headers["authorization"], asked.headers["user-agent"]) == ("Bearer x", "wismo")
    assert (reply.status, reply.body, reply.headers["x-rate"]) == (201, b'{"ok": true}', "7")


def test_a_compressed_answer_is_unpacked(peer: Peer) -> None:
    peer.usual = Scripted(body=gzip.compress(b"[1, 2]"), headers={"Content-Encoding": "gzip"})
    assert send("GET", peer.url).body == b"[1, 2]"


def test_an_answer_packed_twice_is_not_unpacked(peer: Peer) -> None:
    body = gzip.compress(gzip.compress(b" " * LIMIT))
    peer.usual = Scripted(body=body, headers={"Content-Encoding": "gzip, gzip"})
    with pytest.raises(NoAnswer, match="packed its answer more than once"):
        send("GET", peer.url)


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_is_too_large_is_not_read_to_its_end(peer: Peer, packed: bool) -> None:  # noqa: FBT001
    body = b" " * (LIMIT + 1)
    peer.usual = (
        Scripted(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        if packed
        else Scripted(body=body)
    )
    with pytest.raises(NoAnswer, match=r"http://127\.0\.0\.1 answered with more than 2048 KB"):
        send("GET", peer.url)


def test_a_redirect_on_the_same_host_is_followed_and_one_to_another_is_not(peer: Peer) -> None:
    peer.script("/old", Scripted(301, headers={"Location": "/new"}))
    peer.script("/away", Scripted(302, headers={"Location": "http://elsewhere.example/?key=1"}))
    peer.script("/port", Scripted(302, headers={"Location": "http://127.0.0.1:1/"}))
    assert send("GET", f"{peer.url}/old", headers={"X-Key": SECRET}).status == 200
    assert [(asked.path, asked.headers["x-key"]) for asked in peer.asked] == [
        ("/old", SECRET),
        ("/new", SECRET),
    ]
    for path, there in (("/away", "http://elsewhere.example"), ("/port", "http://127.0.0.1")):
        with pytest.raises(NoAnswer) as told:
            send("GET", f"{peer.url}{path}")
        assert str(told.value) == f"http://127.0.0.1 redirects to {there}, which is not followed"


@pytest.mark.parametrize("status", [301, 302, 303])
def test_what_was_posted_does_not_go_on_as_a_mere_question(peer: Peer, status: int) -> None:
    peer.script("/hook", Scripted(status, headers={"Location": "/login"}))
    with pytest.raises(NoAnswer, match=f"answered {status}: what is sent there would get lost") as told:
        send("POST", f"{peer.url}/hook", body=b"{}")
    assert told.value.asked
    assert [asked.path for asked in peer.asked] == ["/hook"]


@pytest.mark.parametrize("status", [307, 308])
def test_what_was_posted_goes_on_whole_where_the_redirect_says_so(peer: Peer, status: int) -> None:
    peer.script("/old", Scripted(status, headers={"Location": "/new"}))
    assert send("POST", f"{peer.url}/old", body=b"{}").status == 200
    assert [(asked.method, asked.body) for asked in peer.asked] == [("POST", b"{}")] * 2


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "mailto:x", "//x", ""])
def test_an_address_that_is_none_of_the_web_was_never_asked(peer: Peer, url: str) -> None:
    with pytest.raises(NeverAsked):
        send("POST", url)


@pytest.mark.parametrize("value", [f"Bearer {SECRET}\n", f" {SECRET}", f"{SECRET}é", f"a\r\nb: {SECRET}"])
def test_a_header_that_cannot_be_written_means_that_nothing_was_asked(peer: Peer, value: str) -> None:
    with pytest.raises(NeverAsked) as told:
        send("POST", peer.url, headers={"Authorization": value}, body=b"{}")
    assert SECRET not in str(told.value)
    assert not peer.asked


def test_a_redirect_in_a_circle_comes_to_an_end(peer: Peer) -> None:
    peer.usual = Scripted(307, headers={"Location": "/"})
    with pytest.raises(NoAnswer, match="redirects again and again"):
        send("GET", peer.url)
    assert len(peer.asked) == http.REDIRECTS + 1


def test_a_cookie_of_one_account_never_travels_with_anothers_request(peer: Peer) -> None:
    peer.usual = Scripted(headers={"Set-Cookie": "session=mine; Path=/"})
    send("GET", peer.url)
    send("GET", peer.url)
    assert ["cookie" in asked.headers for asked in peer.asked] == [False, False]


def test_a_peer_that_is_slow_is_not_waited_for(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DEADLINE", -1.0)
    with pytest.raises(NoAnswer, match=r"http://127\.0\.0\.1 did not answer in time"):
        send("GET", peer.url)


@contextmanager
def a_peer_that_drips() -> Iterator[str]:
    """Its headers come byte by byte, for three seconds, or until the block ends."""
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 204 No Content\r\nX-Drip: ")
            for _ in range(150):
                if over.wait(0.02):
                    return
                connection.sendall(b"a")
            connection.sendall(b"\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


@pytest.mark.usefixtures("peer")
def test_headers_that_drip_are_not_waited_for_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DEADLINE", 0.2)
    with a_peer_that_drips() as url, pytest.raises(NoAnswer, match="did not answer in time"):
        send("GET", url)


def test_no_error_and_no_log_line_names_a_key_in_an_address(
    peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    send("GET", f"{peer.url}/{SECRET}?key={SECRET}")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        closed = f"http://user:{SECRET}@127.0.0.1:{nobody.getsockname()[1]}/{SECRET}?key={SECRET}"
        with pytest.raises(NoAnswer) as told:
            send("GET", closed)
    assert str(told.value) == "http://127.0.0.1 could not be asked: [Errno 111] Connection refused"
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "url",
    ["ftp://carrier.example/", "http://", "carrier.example", "http://[::1", "http://a b/", "http://\x00/"],
)
def test_what_is_no_address_says_so(url: str) -> None:
    with pytest.raises(NoAnswer):
        send("GET", url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"])  # noqa: S104  asked, not listened at
def test_an_address_inside_this_network_is_never_asked(settings: Settings, host: str) -> None:
    settings.PRIVATE_PEERS = False
    with a_peer() as peer:
        url = peer.url.replace("127.0.0.1", host)
        with pytest.raises(NoAnswer, match="is an address inside this network, which is never asked"):
            send("GET", url)
        assert peer.asked == []


def test_a_name_that_leads_inside_is_refused_and_the_address_looked_at_is_the_one_connected_to(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_PEERS = False
    answers = [["93.184.216.34", "10.0.0.7"], ["169.254.169.254"]]
    looked_up = []

    def lookup(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        return [(2, 1, 6, "", (address, port)) for address in answers[len(looked_up) - 1]]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    for _ in answers:
        with pytest.raises(NoAnswer, match=r"carrier\.example is an address inside this network"):
            send("GET", "http://carrier.example/")
    assert looked_up == ["carrier.example"] * 2, "each once: a second look could see another address"


def test_behind_a_proxy_names_are_its_to_look_up_and_what_we_know_to_be_inside_is_refused(
    settings: Settings,
) -> None:
    settings.PRIVATE_PEERS = False
    with a_peer() as proxy:
        settings.HTTP_PROXY = proxy.url.replace("http://", "http://user:pass@")
        assert send("GET", "http://carrier.invalid/track?n=1").status == 200
        with pytest.raises(NoAnswer, match="is an address inside this network"):
            send("GET", "http://10.0.0.7/")
        (asked,) = proxy.asked
        assert asked.path == "http://carrier.invalid/track?n=1"
        assert asked.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:192.168.1.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b:1::7f00:1", False),
        ("::127.0.0.1", False),
        ("fec0::1", False),
        ("::", False),
    ],
)
def test_an_address_is_public_only_if_what_is_wrapped_in_it_is(address: str, public: bool) -> None:  # noqa: FBT001
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "120"}, timedelta(seconds=120)),
        ({"retry-after": " 0 "}, timedelta(0)),
        ({"retry-after": "Tue, 24 Nov 2026 12:05:00 GMT"}, timedelta(minutes=5)),
        ({"retry-after": "Tue, 24 Nov 2026 11:00:00 GMT"}, timedelta(0)),
        (  # by the sender's own clock, which is an hour ahead
            {"retry-after": "Tue, 24 Nov 2026 13:05:00 GMT", "date": "Tue, 24 Nov 2026 13:00:00 GMT"},
            timedelta(minutes=5),
        ),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_the_pause_a_peer_asks_for_is_read_in_seconds_or_as_a_date(
    headers: dict[str, str], wait: timedelta | None
) -> None:
    assert retry_after(headers, NOW) == wait


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_peer_writes_there_is_a_pause_or_none(said: str, date: str) -> None:
    wait = retry_after({"retry-after": said, "date": date}, NOW)
    assert wait is None or wait >= timedelta(0)
