"""Signed links: a token carries ids only, never a person's data."""

import base64
import binascii
import hashlib
import hmac
from datetime import timedelta

from django.core import signing

from wismo.plumbing import secrets

_MAC = 10  # bytes: nobody tries 2^80 of them at our door


def make(purpose: str, *ids: int) -> str:
    """A token for a link; `purpose` keeps the token of one page from opening another."""
    return signing.dumps(list(ids), salt=f"wismo.{purpose}")


def read(purpose: str, token: str, *, max_age: timedelta) -> tuple[int, ...] | None:
    """The ids, or None where the token was altered, is for another purpose, or too old."""
    try:
        ids = signing.loads(token, salt=f"wismo.{purpose}", max_age=max_age)
    except signing.BadSignature:
        return None
    return tuple(ids)


def make_short(purpose: str, *ids: int) -> str:
    """A token of some twenty letters, for a link that is read out of a text message. It does not expire."""
    told = b"".join(_packed(number) for number in ids)
    return _written(told + _mac(purpose, told))


def read_short(purpose: str, token: str) -> tuple[int, ...] | None:
    """The ids, or None where the token was altered or is for another purpose."""
    try:
        raw = base64.b64decode(
            token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
        )
    except (UnicodeEncodeError, binascii.Error):
        return None
    told, mac = raw[:-_MAC], raw[-_MAC:]
    if not told or not hmac.compare_digest(mac, _mac(purpose, told)) or token != _written(raw):
        return None
    return _unpacked(told)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _mac(purpose: str, told: bytes) -> bytes:
    key = secrets.key_for(f"links {purpose}")
    return hmac.new(key, told, hashlib.sha256).digest()[:_MAC]


def _packed(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the top bit says that more follow."""
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _unpacked(told: bytes) -> tuple[int, ...]:
    ids, number, shift = [], 0, 0
    for byte in told:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            ids.append(number)
            number, shift = 0, 0
    return tuple(ids)
