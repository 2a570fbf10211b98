"""SendGrid. It signs its event webhook with an elliptic curve; mail that comes in carries a password of ours.

Limited: anymail no longer tests against it (anymail issue 432).
"""

import base64
import binascii
import warnings
from collections.abc import Mapping
from typing import Any

from anymail.exceptions import AnymailNotSupportedWarning  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from wismo.notify.channels.email.esp import Esp, EspProvider
from wismo.notify.channels.email.forms import fields_of
from wismo.notify.channels.email.hearing import REFERENCE, Sort, Told, every, heard, made_of, of_epoch, text
from wismo.notify.channels.email.inbound import of_mime, reply
from wismo.notify.channels.email.proofs import by_password, kept, secret_of
from wismo.notify.port import Account, Call, Heard

KEEP_HEADERS = ("content-type",)
_STAMP = "x-twilio-email-event-webhook-timestamp"
_SIGNATURE = "x-twilio-email-event-webhook-signature"
_EVENTS = {  # twilio.com/docs/sendgrid/for-developers/tracking-events/event
    "processed": Sort.ACCEPTED,
    "deferred": Sort.ACCEPTED,
    "delivered": Sort.DELIVERED,
    "open": Sort.OPENED,
    "click": Sort.CLICKED,
    "bounce": Sort.HARD,
    "blocked": Sort.SOFT,
    "dropped": Sort.BLOCKED,
    "spamreport": Sort.COMPLAINED,
    "unsubscribe": Sort.UNSUBSCRIBED,
    "group_unsubscribe": Sort.UNSUBSCRIBED,
}
_ESP = Esp("sendgrid", {"api_key": "api_key", "api_url": "api_url"})
answer = kept


def open_provider(account: Account) -> EspProvider:
    """SendGrid by its API version 3."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailNotSupportedWarning)
        return _ESP.open(account)


def authentic(account: Account, call: Call) -> bool:
    """ECDSA over time and body by the verification key; for mail that came in, our password."""
    if _SIGNATURE not in call.headers:
        return "form-data" in call.headers.get("content-type", "") and by_password(account, call)
    try:
        key = load_der_public_key(base64.b64decode(secret_of(account, "verification_key")))
        proof = base64.b64decode(call.headers[_SIGNATURE])
        if not isinstance(key, EllipticCurvePublicKey):
            return False
        key.verify(proof, call.headers.get(_STAMP, "").encode() + call.body, ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, binascii.Error):
        return False
    return True


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """The events of a batch, or one mail as a form."""
    if "form-data" in headers.get("content-type", ""):
        return [_reply(fields_of(body, headers), made_of(body))]
    return every(body, _heard)


def _heard(found: Mapping[str, Any]) -> list[Heard]:
    name, sort = text(found, "event"), _sort(found)
    return heard(
        Told(
            sort=sort,
            name=name,
            key=text(found, "sg_event_id"),
            at=of_epoch(found.get("timestamp")),
            # Anymail's name for the mail stands in for SendGrid's own, which a hand-over is not told.
            provider_id=text(found, "anymail_id", "smtp-id"),
            reference=text(found, REFERENCE),
            code=_code(found) if sort in {Sort.HARD, Sort.SOFT, Sort.BLOCKED, Sort.CONTENT} else "",
            address=text(found, "email"),
        )
    )


def _sort(found: Mapping[str, Any]) -> Sort:
    name, reason = text(found, "event"), text(found, "reason").lower()
    if name == "bounce" and text(found, "type") == "blocked":
        return _EVENTS["blocked"]
    if name == "dropped" and reason == "invalid":
        return Sort.HARD
    return _EVENTS.get(name, Sort.OTHER)


def _code(found: Mapping[str, Any]) -> str:
    """The mail server's status, or of a dropped mail SendGrid's word; never a server's sentence."""
    if text(found, "status"):
        return text(found, "status")
    return text(found, "reason").lower().replace(" ", "_") if text(found, "event") == "dropped" else ""


def _reply(fields: Mapping[str, str], key: str) -> Heard:
    if "email" in fields:
        return of_mime(key, fields["email"].encode(errors="replace"))
    headers: dict[str, str] = {}
    for line in fields.get("headers", "").splitlines():
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    headers |= {"from": fields.get("from", ""), "subject": fields.get("subject", "")}
    return reply(key, headers, fields.get("text", ""))
