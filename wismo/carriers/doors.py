"""What opens a shop's door to a source's webhooks: its secret, and the header of its token."""

import re
import secrets
from urllib.parse import urlencode

from wismo.carriers.pack import Auth, AuthKind
from wismo.carriers.publickeys import public_keys

_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
_HTTPS_OWN = frozenset({
    "host",
    "connection",
    "content-length",
    "content-type",
    "transfer-encoding",
    "cookie",
})


def made_secret(auth: Auth) -> str:
    """A new secret; for `basic`, a user and a password."""
    made = secrets.token_hex(24)
    return f"wismo:{made}" if auth.kind is AuthKind.BASIC else made


def check_secret(source: str, auth: Auth, secret: str) -> None:
    """ValueError where the source cannot prove itself by this; "" stands for one that is yet to be made."""
    if auth.kind is AuthKind.RSA and not (secret and public_keys(secret)):
        raise ValueError(f"{source} signs with a key of its own: give its public keys, as PEM or JWKS")


def check_header(source: str, auth: Auth, header: str) -> None:
    """ValueError where a token of the source cannot come in this header; "" is the one the pack names."""
    if auth.kind is not AuthKind.TOKEN:
        raise ValueError(f"{source} proves itself by {auth.kind}, not by a token in a header you choose")
    if header and (not _HEADER.fullmatch(header) or header.lower() in _HTTPS_OWN):
        raise ValueError(f"{header!r} is no header for a token; take one such as X-Wismo-Token")


def query_of(auth: Auth, secret: str) -> str:
    """What the address ends in where the secret is a part of it; else ""."""
    return f"?{urlencode({auth.parameter: secret})}" if auth.kind is AuthKind.QUERY else ""
