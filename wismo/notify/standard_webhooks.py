"""How a webhook is signed by the Standard Webhooks specification (standardwebhooks.com), Svix's way. Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)  # the specification's advice: older ones may be somebody's replay
_PREFIX = "whsec_"


def signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    """`v1,…` over "id.timestamp.body"."""
    signed = b".".join((message_id.encode(), str(at).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode("ascii")


def headers_for(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers that prove who sent the body."""
    stamp = int(at.timestamp())
    return {
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(stamp),
        "Webhook-Signature": signature(secret, message_id, stamp, body),
    }


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether one of the signatures is right and not old; headers are by lower-case name, also by Svix's."""
    message_id, stamp, said = (_header(headers, name) for name in ("id", "timestamp", "signature"))
    if not (_key(secret) and message_id and stamp.isdecimal() and len(stamp) < 12):
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return False
    right = signature(secret, message_id, int(stamp), body).encode()
    # All are compared, so that the time taken says nothing of which one is right.
    return any([hmac.compare_digest(right, one.encode("utf-8", "replace")) for one in said.split()])


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"webhook-{name}") or headers.get(f"svix-{name}", "")


def _key(secret: str) -> bytes:
    """A secret is base64 behind its prefix; one without is taken as it stands."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()
