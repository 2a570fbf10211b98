"""A shop's open door, and what a real sender would post there."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from tests.makers import a_shop
from wismo.carriers import registry
from wismo.carriers.signatures import sign
from wismo.shops.actions import set_source_secret
from wismo.shops.queries import shop_key


@dataclass(frozen=True)
class Door:
    """Where a source posts for a shop, and the secret it signs with."""

    shop_id: int
    source: str
    address: str
    secret: str

    def post(self, body: bytes, *, secret: str | None = None, **headers: str) -> HttpResponse:
        """Post a body as the source would, signed with its secret or another."""
        pack = registry.packs()[self.source]
        proof: dict[str, Any] = {**sign(pack, secret or self.secret, body), **headers}
        told: Any = {"content_type": "application/json", "CONTENT_LENGTH": str(len(body)), "headers": proof}
        return cast("HttpResponse", Client().generic("POST", self.address, body, **told))


def a_door(source: str = "delhivery", slug: str = "halden") -> Door:
    """A new shop with one open door."""
    shop = a_shop(slug)
    return add_door(shop, source)


def add_door(shop_id: int, source: str) -> Door:
    """One more open door of a shop."""
    secret = f"secret-of-{source}-{shop_id}"
    set_source_secret(shop_id, source, secret)
    return Door(shop_id, source, f"/hooks/{shop_key(shop_id)}/{source}", secret)
