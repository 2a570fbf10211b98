"""Secrets that must be read again (webhook secrets) sealed at rest; keys that need not, hashed."""

import base64
import functools
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@functools.lru_cache(maxsize=4)
def _box(secret_key: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"wismo sealed secrets").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(secret: str) -> str:
    """The secret as it may lie in the database."""
    return _box(settings.SECRET_KEY).encrypt(secret.encode()).decode()


@functools.lru_cache(maxsize=4096)
def unseal(sealed: str) -> str:
    """The secret itself; ValueError where WISMO_SECRET_KEY is not the one it was sealed with."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValueError(
            "sealed with another WISMO_SECRET_KEY: set the old key, or set the secret anew"
        ) from error


def key_for(purpose: str) -> bytes:
    """A key of 256 bits of its own for each purpose, derived from WISMO_SECRET_KEY."""
    return _derived(settings.SECRET_KEY, purpose)


@functools.lru_cache(maxsize=32)
def _derived(secret_key: str, purpose: str) -> bytes:
    key: bytes = HKDF(SHA256(), 32, salt=None, info=f"wismo {purpose}".encode()).derive(secret_key.encode())
    return key


def digest(key: str) -> str:
    """The hash under which a random 256-bit key is kept. Such a key needs no slow hash."""
    # A header may hold any bytes, and then the text has no UTF-8: such a key is only unknown.
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
