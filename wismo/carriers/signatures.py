"""Who sent a webhook: checked on the raw bytes, in constant time, as the pack says.

A shared token shows less than a signature (it does not cover the body), but many carriers offer no more.
A signature over a time is not refused for its age: no carrier promises how late it posts, and a payload
that is posted again says nothing new.
"""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Mapping

from wismo.carriers.characters import Undecodable
from wismo.carriers.decoding import from_json
from wismo.carriers.pack import Auth, AuthKind, Over, Pack
from wismo.carriers.publickeys import signed_by

_NO_QUERY: Mapping[str, str] = {}


def verify(
    pack: Pack,
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    query: Mapping[str, str] = _NO_QUERY,
    *,
    header: str = "",
) -> bool:
    """Whether the request is what only a holder of the secret can send.

    Names of headers are in lower case; `query` holds the parameters of the address. `header` is the one the
    shop chose for a token, where the source lets it choose.
    """
    auth = pack.auth
    if auth is None or not secret:
        return False
    if auth.kind is AuthKind.QUERY:
        return _same(query.get(auth.parameter, ""), secret)
    time = _header(headers, auth.timestamp_header)
    if auth.timestamp_header and not time:
        return False
    said = _header(headers, header if header and auth.kind is AuthKind.TOKEN else auth.header)
    if auth.kind is AuthKind.RSA:
        return signed_by(secret, said.removeprefix(auth.prefix), _bytes(time) + b"." + body,
                         key_id=_header(headers, auth.key_id_header))  # fmt: skip
    try:
        return _same(said, _proof(auth, secret, body, time))
    except Undecodable:
        return False


def sign(pack: Pack, secret: str, body: bytes, *, time: str = "") -> dict[str, str]:
    """The headers a real sender would send; ValueError where this secret or body cannot make them."""
    auth = pack.auth
    if auth is None or auth.kind in {AuthKind.QUERY, AuthKind.RSA}:
        raise ValueError(f"what {pack.id} sends is not signed by a secret in a header")
    stamp = {auth.timestamp_header: time} if auth.timestamp_header else {}
    return {auth.header: _proof(auth, secret, body, time), **stamp}


def relevant_headers(pack: Pack) -> tuple[str, ...]:
    """Lower-case names of the headers worth keeping with a payload; never one that carries a secret."""
    return pack.keep_headers


def _header(headers: Mapping[str, str], name: str) -> str:
    """The value of a header; WSGI cannot tell webhook_key from webhook-key."""
    return headers.get(name) or headers.get(name.replace("_", "-"), "")


def _proof(auth: Auth, secret: str, body: bytes, time: str) -> str:
    if auth.kind is AuthKind.TOKEN:
        return auth.prefix + secret
    if auth.kind is AuthKind.BASIC:
        return "Basic " + base64.b64encode(_bytes(secret)).decode("ascii")
    key = _bytes(secret if auth.normalise == "none" else unicodedata.normalize("NFKD", secret))
    signed = _signed(auth, body, _bytes(time))
    if auth.kind is AuthKind.HASH:
        digest = hashlib.new(auth.digest, signed + _bytes(auth.joint) + key, usedforsecurity=False).digest()
    else:
        digest = hmac.digest(key, signed, auth.digest)
    return auth.prefix + (
        digest.hex() if auth.encoding == "hex" else base64.b64encode(digest).decode("ascii")
    )


def _signed(auth: Auth, body: bytes, time: bytes) -> bytes:
    if auth.over is Over.FIELDS:
        return _fields(auth, body)
    if auth.over is Over.BODY:
        return body
    return time if auth.over is Over.TIMESTAMP else time + b"." + body


def _fields(auth: Auth, body: bytes) -> bytes:
    """The texts of the body's fields as its sender had them, before they were written as JSON."""
    told = from_json(body)
    said = [told.get(name) if isinstance(told, dict) else None for name in auth.fields]
    texts = [text for text in said if isinstance(text, str)]
    if len(texts) != len(auth.fields):
        raise Undecodable(f"the body holds no texts named {', '.join(auth.fields)}")
    return _bytes("".join(texts))


def _same(said: str, proof: str) -> bool:
    return hmac.compare_digest(_bytes(said), _bytes(proof))


def _bytes(text: str) -> bytes:
    """Odd header values may hold halves of surrogate pairs: they compare as they are, and never raise."""
    return text.encode("utf-8", "surrogatepass")
