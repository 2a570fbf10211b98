"""Shoppers' data as a viewer may see it: enough to tell people apart, too little to reach them."""

from dataclasses import replace
from typing import TypeVar

from wismo.tracking.queries.lists import ShipmentRow
from wismo.tracking.queries.timeline import ShipmentDetail

DOTS = "•••"
Shown = TypeVar("Shown", ShipmentRow, ShipmentDetail)


def mask_name(name: str) -> str:
    """`Maren Holt` as `M••• H•••`."""
    return " ".join(f"{word[0]}{DOTS}" for word in name.split())


def mask_email(email: str) -> str:
    """`lena@example.com` as `l•••@example.com`."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}{DOTS}@{domain}" if at else ""


def mask_phone(phone: str) -> str:
    """Its last two digits."""
    return f"{DOTS}{phone[-2:]}" if phone else ""


def mask_postcode(postcode: str) -> str:
    """Its first two characters."""
    return f"{postcode[:2]}{DOTS}" if postcode else ""


def masked(row: Shown) -> Shown:
    """The row with the buyer's data masked."""
    if isinstance(row, ShipmentRow):
        return replace(row, buyer_name=mask_name(row.buyer_name))
    return replace(
        row,
        buyer_name=mask_name(row.buyer_name),
        buyer_email=mask_email(row.buyer_email),
        buyer_phone=mask_phone(row.buyer_phone),
        postcode=mask_postcode(row.postcode),
    )
