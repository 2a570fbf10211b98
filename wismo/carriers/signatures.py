"""Who sent a webhook: checked on the raw bytes, in constant time, as the pack says.

A shared token shows less than a signature (it does not cover the body), but many carriers offer no more.
"""

import base64
import hmac
import unicodedata
from collections.abc import Mapping

from wismo.carriers.pack import Auth, AuthKind, Pack


def verify(pack: Pack, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the header (names in lower case) is what only a holder of the secret can send."""
    if not secret:
        return False
    name = pack.auth.header
    # WSGI cannot tell webhook_key from webhook-key.
    said = headers.get(name) or headers.get(name.replace("_", "-"), "")
    return hmac.compare_digest(_bytes(said), _bytes(_proof(pack.auth, secret, body)))


def sign(pack: Pack, secret: str, body: bytes) -> dict[str, str]:
    """The headers a real sender would send."""
    return {pack.auth.header: _proof(pack.auth, secret, body)}


def relevant_headers(pack: Pack) -> tuple[str, ...]:
    """Lower-case names of the headers worth keeping with a payload; never one that carries a secret."""
    return pack.keep_headers


def _proof(auth: Auth, secret: str, body: bytes) -> str:
    if auth.kind is AuthKind.TOKEN:
        return auth.prefix + secret
    key = secret if auth.normalise == "none" else unicodedata.normalize("NFKD", secret)
    digest = hmac.digest(_bytes(key), body, auth.digest)
    return auth.prefix + (
        digest.hex() if auth.encoding == "hex" else base64.b64encode(digest).decode("ascii")
    )


def _bytes(text: str) -> bytes:
    """Odd header values may hold halves of surrogate pairs: they compare as they are, and never raise."""
    return text.encode("utf-8", "surrogatepass")
