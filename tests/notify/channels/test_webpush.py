"""Web push: sealed for one browser, signed by the shop, and gone when the browser is."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import http_ece  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02  # type: ignore[import-untyped]
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import NOW, PAGE, REFERENCE, a_button, a_letter, an_account
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels import providers
from wismo.notify.channels.webpush import keys, vapid
from wismo.notify.port import Account, Letter, LetterError, Outcome, Request, Result
from wismo.notify.words import AddressKind, Failure, Kind
from wismo.plumbing import http

SERVICE = "https://push.example"


class Browser:
    """One that has subscribed: what it opens, nobody else can."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": text(point), "auth": text(self.secret)}

    def open(self, body: bytes) -> Any:
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return json.loads(plain)


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as found:
        yield found


@pytest.fixture
def browser() -> Browser:
    return Browser()


def account(**values: str) -> Account:
    return an_account("webpush", "webpush", subject="mailto:it@halden.example", **values)


def letter(browser: Browser, service: str = SERVICE, **changes: Any) -> Letter:
    told = {"to": f"{service}/send/abc", "to_kind": AddressKind.WEBPUSH, "to_extra": browser.keys}
    return a_letter(**{**told, **changes})


def composed(browser: Browser, **changes: Any) -> Request:
    form: Request = vapid.open_provider(account()).compose(letter(browser, **changes)).form
    return form


def test_only_the_browser_can_read_what_the_push_service_carries(browser: Browser) -> None:
    request = composed(browser)
    assert request.url == "https://push.example/send/abc"
    assert b"Halden" not in request.body
    assert browser.open(request.body) == {
        "title": "Halden & Rue: Out for delivery",
        "body": "Order HR-20418 is out for delivery today.",
        "url": PAGE,
        "tag": "parcel-7",
        "lang": "en",
        "dir": "ltr",
    }
    with pytest.raises(http_ece.ECEException):
        Browser().open(request.body)


def test_the_push_service_is_told_how_long_and_how_urgent(browser: Browser) -> None:
    headers = composed(browser).headers
    assert headers["TTL"] == "14400"  # until it is old news
    assert headers["Urgency"] == "normal"
    assert headers["Topic"] == "parcel-7"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert composed(browser, buttons=(a_button(),)).headers["Urgency"] == "high"
    assert composed(browser, kind=Kind.FEEDBACK).headers["Urgency"] == "low"
    assert composed(browser, kind=Kind.MARKETING).headers["Urgency"] == "very-low"


def test_news_that_never_gets_old_waits_as_long_as_services_keep_it(browser: Browser) -> None:
    assert composed(browser, expires_at=None).headers["TTL"] == "2419200"
    assert composed(browser, expires_at=NOW - timedelta(hours=1)).headers["TTL"] == "0"


def test_news_of_no_topic_has_its_own(browser: Browser) -> None:
    topic = composed(browser, topic="").headers["Topic"]
    assert topic == REFERENCE.replace("-", "")
    assert len(topic) == 32  # RFC 8030: at most


def test_the_shops_signature_is_for_that_service_and_half_a_day(browser: Browser) -> None:
    said = composed(browser).headers["Authorization"]
    token, key = (part.partition("=")[2] for part in said.removeprefix("vapid ").split(","))
    assert key == keys.public_key(account())
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims == {
        "aud": "https://push.example",
        "exp": int((NOW + timedelta(hours=12)).timestamp()),
        "sub": "mailto:it@halden.example",
    }
    assert Vapid02.verify(said)


def test_a_shop_keeps_its_key_pair_and_shares_it_with_no_other() -> None:
    mine, again = account(), account()
    other = Account(2, "webpush", "webpush", mine.values)
    assert keys.public_key(mine) == keys.public_key(again)
    assert keys.public_key(mine) != keys.public_key(other)
    assert len(base64.urlsafe_b64decode(keys.public_key(mine) + "=")) == 65


def test_a_shop_that_moves_here_brings_its_key_along(browser: Browser) -> None:
    private = keys.fresh()
    brought = account(private_key=private)
    assert keys.public_key(brought) == text(
        Vapid02.from_raw(private.encode()).public_key.public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
    )
    with pytest.raises(LetterError, match="VAPID private key is not one"):
        vapid.open_provider(account(private_key="nonsense")).compose(letter(browser))


def test_long_news_is_cut_to_what_services_take(browser: Browser) -> None:
    request = composed(browser, short="知らせ" * 2000)
    assert len(request.body) < 4096
    shown = browser.open(request.body)
    assert shown["body"].endswith("…")
    assert len(json.dumps(shown, ensure_ascii=False).encode()) <= vapid.PAYLOAD + 30
    with pytest.raises(LetterError, match="3000 bytes at most"):
        composed(browser, url="https://halden.example/" + "x" * 3000)


@pytest.mark.parametrize(
    "extra",
    [{}, {"p256dh": "AAAA", "auth": "AAAA"}, {"p256dh": "no base64!", "auth": text(b"x" * 16)}],
)
def test_a_browser_with_broken_keys_is_written_nothing(browser: Browser, extra: dict[str, str]) -> None:
    with pytest.raises(LetterError, match="keys are not well-formed"):
        composed(browser, to_extra=extra)


def test_keys_are_a_point_of_the_curve_and_sixteen_bytes(browser: Browser) -> None:
    good = browser.keys
    assert vapid.is_subscription(good["p256dh"], good["auth"])
    assert not vapid.is_subscription(text(b"\x04" + b"\x01" * 64), good["auth"])
    assert not vapid.is_subscription(good["p256dh"], text(b"x" * 15))
    assert not vapid.is_subscription("", "")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (201, Outcome(Result.SENT)),
        (404, Outcome(Result.REFUSED, "404", failure=Failure.INVALID)),
        (410, Outcome(Result.REFUSED, "410", failure=Failure.INVALID)),
        (413, Outcome(Result.REFUSED, "413", failure=Failure.CONTENT)),
        (429, Outcome(Result.RETRY, "429", failure=Failure.ADDRESS, again_after=timedelta(seconds=90))),
        (406, Outcome(Result.RETRY, "429", failure=Failure.ADDRESS, again_after=timedelta(seconds=90))),
    ],
)
def test_every_answer_of_a_push_service_means_something(
    peer: Peer, browser: Browser, status: int, expected: Outcome
) -> None:
    peer.usual = Scripted(status, b"", {"Retry-After": "90"})
    opened = vapid.open_provider(account())
    assert opened.send(opened.compose(letter(browser, peer.url))) == expected
    (asked,) = peer.asked
    assert asked.path == "/send/abc"
    assert asked.headers["ttl"] == "14400"
    assert browser.open(asked.body)["url"] == PAGE


REFUSED_KEY = Outcome(Result.REFUSED, "403", failure=Failure.CONFIG)
UNWELL = Outcome(Result.RETRY, "502", failure=Failure.BROKEN)
NOBODY = Outcome(Result.DOWN, "connect")


@pytest.mark.parametrize("answered", [REFUSED_KEY, UNWELL, NOBODY, Outcome(Result.UNKNOWN, "timeout")])
@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
    ],
)
def test_a_fault_of_a_well_known_service_is_the_channels(endpoint: str, answered: Outcome) -> None:
    assert vapid.judged(endpoint, answered) is answered


@pytest.mark.parametrize("answered", [REFUSED_KEY, UNWELL, NOBODY, Outcome(Result.UNKNOWN, "timeout")])
def test_a_fault_of_one_that_may_be_made_up_is_that_address_s_own(answered: Outcome) -> None:
    expected = Outcome(Result.REFUSED, answered.detail, failure=Failure.ADDRESS)
    assert vapid.judged("https://fcm.googleapis.com.example/x", answered) == expected


def test_one_reader_s_service_cannot_slow_down_the_shop_s_messages_to_others() -> None:
    asked = Outcome(Result.RETRY, "429", failure=Failure.BUSY, again_after=timedelta(hours=1))
    assert vapid.judged("https://push.example/x", asked) == replace(asked, failure=Failure.ADDRESS)
    assert vapid.judged("https://web.push.apple.com/x", asked) is asked


def test_what_services_say_of_our_keys_and_of_themselves() -> None:
    assert vapid.outcome(http.Reply(403, {}, b"")) == REFUSED_KEY
    assert vapid.outcome(http.Reply(502, {}, b"")) == UNWELL


def test_a_made_up_service_inside_our_network_is_never_asked(
    peer: Peer, browser: Browser, settings: Settings
) -> None:
    settings.PRIVATE_PEERS = False
    opened = vapid.open_provider(account())
    outcome = opened.send(opened.compose(letter(browser, peer.url)))
    assert outcome == Outcome(Result.REFUSED, "connect", failure=Failure.ADDRESS)
    assert peer.asked == []


def test_a_repeat_takes_the_place_of_the_first_one() -> None:
    assert providers()["webpush"].idempotent
