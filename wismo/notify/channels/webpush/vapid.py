"""Web push by RFC 8030: encrypted for one browser (RFC 8291), signed by the shop (RFC 8292).

The push service sees no word of it. Taken is not shown: there are no receipts.
"""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import http_ece  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import ec

from wismo.notify.channels.webpush import keys
from wismo.notify.handover import busy_or_broken, hand_over
from wismo.notify.port import Account, Letter, LetterError, Outcome, Outgoing, Provider, Request, Result
from wismo.notify.words import Failure, Kind
from wismo.plumbing import http

PAYLOAD = 3000  # bytes: services take 4,096 after encryption, and a little is lost on the way
LONGEST = timedelta(days=28)  # Firebase keeps none longer
SIGNED_FOR = timedelta(hours=12)  # RFC 8292: a day at most
_URGENCY = {Kind.TRANSACTIONAL: "normal", Kind.FEEDBACK: "low", Kind.MARKETING: "very-low"}  # RFC 8030, 5.3
# Of Chrome and others, Firefox, Safari, Edge. A browser's owner may name any other, also one that is made up.
_WELL_KNOWN = ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")
_GONE = frozenset({404, 410})
_BUSY = frozenset({406, 429})  # 406 is Windows' word for it


def open_provider(account: Account) -> Provider:
    """Push services by the shop's own key pair."""
    return WebPushProvider(account)


class WebPushProvider:
    """Each browser says where its own push service is; the way out refuses what is not public."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.signed: dict[str, str] = {}  # by the service's origin, for this run

    def compose(self, letter: Letter) -> Outgoing:
        """Heading, one sentence and the link, sealed for the browser."""
        topic = letter.topic or letter.reference.replace("-", "")  # 32 characters at most: RFC 8030, 5.4
        headers = {
            "Authorization": self._authorisation(letter),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_seconds_left(letter)),
            "Topic": topic,
            "Urgency": "high" if letter.buttons else _URGENCY[letter.kind],  # the reader must act
        }
        form = Request("POST", letter.to, headers, _sealed(letter, payload_of(letter, topic)))
        return Outgoing(letter.message_id, letter.reference, letter.subject, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it to the browser's push service."""
        request: Request = outgoing.form
        return judged(request.url, hand_over(request, outcome))

    def close(self) -> None:
        """Nothing is held."""

    def _authorisation(self, letter: Letter) -> str:
        parts = urlsplit(letter.to)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.signed:
            try:
                signer = keys.signer(self.account)
            except ValueError as error:
                raise LetterError(str(error)) from error
            until = int((letter.now + SIGNED_FOR).timestamp())
            claims = {"aud": origin, "exp": until, "sub": self.account.values["subject"]}
            self.signed[origin] = signer.sign(claims)["Authorization"]
        return self.signed[origin]


def payload_of(letter: Letter, topic: str) -> bytes:
    """What the browser's worker shows: sw.js reads these names."""
    shown = {
        "title": f"{letter.brand}: {letter.heading}",
        "body": sentence_of(letter),
        "url": letter.url,
        "tag": topic,
        "lang": letter.language,
        "dir": letter.direction,
    }
    said = _json(shown)
    while len(said) > PAYLOAD and shown["body"]:
        shown["body"] = _shorter(shown["body"])
        said = _json(shown)
    if len(said) > PAYLOAD:
        raise LetterError(f"a push message has {PAYLOAD} bytes at most, with its link")
    return said


def sentence_of(letter: Letter) -> str:
    """The short text without what a notification shows in its own place: the brand and the link."""
    return letter.short.removeprefix(f"{letter.brand}: ").replace(letter.url, "").strip() or letter.body


def _shorter(text: str) -> str:
    return f"{text[: len(text) * 3 // 4].rstrip('… ')}…" if len(text) > 8 else ""  # an end is certain


def is_subscription(p256dh: str, auth: str) -> bool:
    """Whether these are a browser's keys: a point of P-256 and 16 bytes, both base64url."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))
        return len(_bytes(auth)) == 16
    except ValueError:
        return False


def outcome(reply: http.Reply) -> Outcome:
    """What a push service's answer means for the message."""
    if reply.status in {200, 201, 202}:
        return Outcome(Result.SENT)
    if reply.status in _GONE:
        return Outcome(Result.REFUSED, str(reply.status), failure=Failure.INVALID)
    if reply.status in {401, 403}:
        return Outcome(Result.REFUSED, str(reply.status), failure=Failure.CONFIG)
    if reply.status in _BUSY:
        return busy_or_broken(http.Reply(429, reply.headers, reply.body)) or Outcome(Result.UNKNOWN)
    return busy_or_broken(reply) or Outcome(Result.REFUSED, str(reply.status), failure=Failure.CONTENT)


def judged(endpoint: str, answered: Outcome) -> Outcome:
    """The outcome, where a fault of a service that any reader could have made up is that one address's own.

    Else a single made-up address could make the shop's whole channel rest.
    """
    host = urlsplit(endpoint).hostname or ""
    known = any(host == name or host.endswith(f".{name}") for name in _WELL_KNOWN)
    told_of_one = answered.result is Result.SENT or answered.failure in {Failure.INVALID, Failure.CONTENT}
    if known or told_of_one:
        return answered
    if answered.failure is Failure.BUSY:  # its wish to wait holds for this address, not for all of the shop's
        return replace(answered, failure=Failure.ADDRESS)
    return Outcome(Result.REFUSED, answered.detail, failure=Failure.ADDRESS)


def _sealed(letter: Letter, payload: bytes) -> bytes:
    extra = letter.to_extra
    try:
        sealed: bytes = http_ece.encrypt(
            payload,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=_bytes(str(extra["p256dh"])),
            auth_secret=_bytes(str(extra["auth"])),
            version="aes128gcm",
        )
    except (KeyError, ValueError, http_ece.ECEException) as error:
        raise LetterError("the browser's keys are not well-formed") from error
    return sealed


def _seconds_left(letter: Letter) -> int:
    left = LONGEST if letter.expires_at is None else letter.expires_at - letter.now
    return int(min(max(left, timedelta()), LONGEST).total_seconds())


def _bytes(text: str) -> bytes:
    return base64.b64decode(
        text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
    )


def _json(shown: dict[str, Any]) -> bytes:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
