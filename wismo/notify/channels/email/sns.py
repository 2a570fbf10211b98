"""Messages of Amazon SNS: who signed them, and the subscription that SNS wants confirmed.

A signature only shows that Amazon sent it: anybody can point a topic of their own at an address. So the topic
must be the one that the account names.
"""

import base64
import binascii
import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate

from wismo.plumbing import http

# docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html; China has a domain of its own.
_HOST = re.compile(r"sns\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com(\.cn)?")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-f]+\.pem")
_HASHES = {"1": SHA1, "2": SHA256}  # noqa: S303  a topic signs by 1 unless it is set to 2
_NOTICE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


def message_of(body: bytes) -> Mapping[str, Any]:
    """The message of a call; empty where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@functools.lru_cache(maxsize=32)
def fetched_key(address: str) -> RSAPublicKey:
    """The key of a certificate. Its address names it: another certificate has another address."""
    reply = http.send("GET", address)
    if reply.status != 200:
        raise http.NoAnswer(f"the certificate of SNS cannot be fetched: {reply.status}")
    key = load_pem_x509_certificate(reply.body).public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the certificate of SNS has no RSA key")  # noqa: TRY004
    return key


def is_signed(message: Mapping[str, Any], key_at: Callable[[str], RSAPublicKey] = fetched_key) -> bool:
    """Whether Amazon SNS signed it. NoAnswer where its certificate cannot be fetched just now."""
    address, version = str(message.get("SigningCertURL", "")), str(message.get("SignatureVersion"))
    if not (_is_ours(address, _CERTIFICATE) and version in _HASHES):
        return False
    try:
        proof = base64.b64decode(str(message.get("Signature", "")), validate=True)
        key_at(address).verify(proof, signed_text(message), PKCS1v15(), _HASHES[version]())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def signed_text(message: Mapping[str, Any]) -> bytes:
    """The names and values that the signature covers, each on a line, in their alphabet."""
    names = _NOTICE if message.get("Type") == "Notification" else _CONFIRMATION
    lines = [f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None]
    return "".join(lines).encode()


def subscription_link(message: Mapping[str, Any]) -> str:
    """Where a subscription is confirmed; "" where the message asks for none, or not at Amazon."""
    link = str(message.get("SubscribeURL", "")) if message.get("Type") == "SubscriptionConfirmation" else ""
    return link if _is_ours(link) else ""


def confirm(link: str, visit: Callable[[str, str], http.Reply] = http.send) -> bool:
    """Visit the link of a subscription; whether it is confirmed now."""
    if not _is_ours(link):
        return False
    try:
        return visit("GET", link).status == 200
    except http.NoAnswer:
        return False


def _is_ours(address: str, path: re.Pattern[str] = re.compile(r".*", re.DOTALL)) -> bool:
    """Whether the address is one of Amazon SNS itself, by https on its usual port, with such a path."""
    try:
        parts = urlsplit(address)
    except ValueError:  # "https://["
        return False
    return parts.scheme == "https" and bool(_HOST.fullmatch(parts.netloc) and path.fullmatch(parts.path))
