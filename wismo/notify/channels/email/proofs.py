"""Who called: the ways providers of e-mail prove themselves. All in constant time; no secret, no belief."""

import base64
import hashlib
import hmac

from wismo.notify.port import Account, Answer, Call

USER = "wismo"  # in the address of a webhook: https://wismo:<password>@…


def secret_of(account: Account, name: str) -> str:
    """A secret of the account; "" where it was not entered."""
    return account.values.get(name, "")


def by_password(account: Account, call: Call) -> bool:
    """HTTP Basic with our user and the account's `webhook_password`, or that password as a bearer token."""
    password, said = secret_of(account, "webhook_password"), call.headers.get("authorization", "")
    basic = "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode("ascii")
    matches = [same(said, basic), same(said, f"Bearer {password}")]
    return bool(password) and any(matches)


def by_hmac(secret: str, body: bytes, said: str) -> bool:
    """A hexadecimal HMAC-SHA256 of these bytes."""
    return bool(secret) and same(said, hmac.new(secret.encode(), body, hashlib.sha256).hexdigest())


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def kept(_account: Account, _call: Call) -> Answer:
    """Providers of e-mail want to hear no more than 200."""
    return Answer()
