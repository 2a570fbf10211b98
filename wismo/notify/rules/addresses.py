"""Addresses in their normal form, and the digest they are known by. Pure."""

import hashlib
import hmac
import re

import phonenumbers

from wismo.notify.words import AddressKind

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>\",;]+@[^@\s\x00-\x1f\x7f<>\",;]+\.[^@\s\x00-\x1f\x7f<>\",;]+")


def normal(kind: AddressKind, told: str, *, country: str = "") -> str:
    """The address as it is kept and compared; "" where it is none of this kind.

    `country` (ISO 3166) is that of a phone number written without its country's prefix.
    """
    text = told.strip()
    if kind is AddressKind.EMAIL:
        local, _at, domain = text.rpartition("@")
        found = f"{local}@{domain.lower()}".lower()
        return found if _EMAIL.fullmatch(found) and len(found) <= 254 else ""
    if kind is AddressKind.PHONE:
        return _phone(text, country)
    return text[:600]


def _phone(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def digest(key: bytes, shop_id: int, kind: AddressKind, value: str) -> str:
    """An HMAC of the normal form: the same person in two shops has two, and nobody can go back from it."""
    return hmac.new(key, f"{shop_id}|{kind}|{value}".encode(), hashlib.sha256).hexdigest()
