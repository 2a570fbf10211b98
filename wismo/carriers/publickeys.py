"""Signatures by a private key: the shop keeps the sender's public keys, as PEM or as a JWKS."""

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def signed_by(keys: str, signature: str, signed: bytes, *, key_id: str = "") -> bool:
    """Whether one of the keys (the one named, where the keys have names) made this base64 signature."""
    try:
        proof = base64.b64decode(signature, validate=True)
    except ValueError:
        return False
    named = public_keys(keys)
    return any(
        _verified(key, proof, signed) for name, key in named if not (name and key_id) or name == key_id
    )


@lru_cache(maxsize=256)
def public_keys(text: str) -> tuple[tuple[str, RSAPublicKey], ...]:
    """The RSA keys of a PEM file (nameless) or a JWKS, each with its name; none where it is neither."""
    try:
        if "-----BEGIN" in text:
            key = load_pem_public_key(text.strip().encode())
            return (("", key),) if isinstance(key, RSAPublicKey) else ()
        told = json.loads(text)
        return tuple(_named(key) for key in told["keys"] if key.get("kty") == "RSA")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return ()


def _named(key: dict[str, Any]) -> tuple[str, RSAPublicKey]:
    return str(key.get("kid", "")), RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _verified(key: RSAPublicKey, proof: bytes, signed: bytes) -> bool:
    try:
        key.verify(proof, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
