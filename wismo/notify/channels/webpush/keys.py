"""The key pair a shop's push messages are signed with (VAPID, RFC 8292).

A browser's subscription is bound to the public key it was made with, so the pair must stay the same: it is
made from this installation's secret key and the shop, unless the shop brings one along.
"""

import base64
import functools
import hmac

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException  # type: ignore[import-untyped]

from wismo.notify.port import Account
from wismo.plumbing import secrets

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256: NIST SP 800-186


def signer(account: Account) -> Vapid02:
    """What signs for the shop; ValueError where the key it brought is none."""
    given = account.values.get("private_key", "")
    return _brought(given) if given else _own(secrets.key_for("web push"), account.shop_id)


def public_key(account: Account) -> str:
    """The public half as browsers take it: base64url of the uncompressed point; ValueError as `signer`."""
    point = signer(account).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def fresh() -> str:
    """A new private key, as the account's field takes it."""
    secret = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(secret.to_bytes(32, "big")).rstrip(b"=").decode()


@functools.lru_cache(maxsize=512)
def _brought(private_key: str) -> Vapid02:
    try:
        return Vapid02.from_string(private_key)
    except (VapidException, ValueError, TypeError) as error:
        raise ValueError("the VAPID private key is not one: 32 bytes as base64url, or DER") from error


@functools.lru_cache(maxsize=512)
def _own(key: bytes, shop_id: int) -> Vapid02:
    # Longer than the order, so that no key is likelier than another: FIPS 186-5, A.2.1.
    made = hmac.digest(key, str(shop_id).encode(), "sha512")
    number = int.from_bytes(made, "big") % (_ORDER - 1) + 1
    return Vapid02(ec.derive_private_key(number, ec.SECP256R1()))
