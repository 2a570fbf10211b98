"""A shop's open door, and what a real sender would post there."""

import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpResponse
from django.test import Client

from tests.makers import a_shop
from wismo.carriers import registry
from wismo.carriers.pack import Auth, AuthKind
from wismo.carriers.signatures import sign
from wismo.shops.actions import set_source_secret
from wismo.shops.queries import shop_key


@dataclass(frozen=True)
class Door:
    """Where a source posts for a shop, and the secret it signs with."""

    shop_id: int
    source: str
    address: str
    secret: str

    def post(self, body: bytes, *, secret: str | None = None, **headers: str) -> HttpResponse:
        """Post a body as the source would, signed with its secret or another."""
        query, proof = shown(self.source, secret or self.secret, body)
        told: Any = {
            "content_type": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "headers": {**proof, **headers},
        }
        return cast("HttpResponse", Client().generic("POST", self.address + query, body, **told))


def shown(source: str, secret: str, body: bytes) -> tuple[str, dict[str, str]]:
    """What shows that a body is the source's: what follows its address, and headers."""
    pack = registry.packs()[source]
    auth = pack.auth
    assert auth is not None, f"{source} is only polled"
    if auth.kind is AuthKind.QUERY:
        return f"?{auth.parameter}={secret}", {}
    if auth.kind is AuthKind.RSA:
        return "", _signed(auth, body)
    return "", sign(pack, secret, body, time=_TIME)


def as_sent(source: str, body: bytes) -> bytes:
    """The body as the source could have sent it: where it signs fields, one with these fields."""
    auth = registry.packs()[source].auth
    try:
        shown(source, "s3cret", body)
    except ValueError:
        fields = auth.fields if auth else ()
        return json.dumps(dict.fromkeys(fields, body.decode("utf-8", "replace"))).encode()
    return body


def _signed(auth: Auth, body: bytes) -> dict[str, str]:
    proof = _private_key().sign(f"{_TIME}.".encode() + body, PKCS1v15(), SHA256())
    return {auth.header: b64encode(proof).decode(), auth.timestamp_header: _TIME}


_TIME = "1764000000"


@cache
def _private_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _secret(source: str, shop_id: int) -> str:
    """What the shop keeps of a source: a secret, or the public key of one that has a key of its own."""
    auth = registry.packs()[source].auth
    if auth is None or auth.kind is not AuthKind.RSA:
        return f"secret-of-{source}-{shop_id}"
    return _private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def a_door(source: str = "delhivery", slug: str = "halden") -> Door:
    """A new shop with one open door."""
    shop = a_shop(slug)
    return add_door(shop, source)


def add_door(shop_id: int, source: str) -> Door:
    """One more open door of a shop."""
    secret = _secret(source, shop_id)
    set_source_secret(shop_id, source, secret)
    return Door(shop_id, source, f"/hooks/{shop_key(shop_id)}/{source}", secret)
