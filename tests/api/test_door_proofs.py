"""The door, for each way in which a source may prove itself."""

from typing import Any

import pytest
from django.test import Client

from tests.api.doors import Door, a_door, shown
from tests.makers import a_shop
from wismo.carriers.registry import packs
from wismo.shops.actions import set_source_secret
from wismo.shops.queries import shop_key

pytestmark = pytest.mark.django_db
BODY = b'{"Shipment": {}}'


def post(address: str, **headers: str) -> Any:
    """Post the body with these headers; the answer."""
    told: Any = {"content_type": "application/json", "CONTENT_LENGTH": str(len(BODY)), "headers": headers}
    return Client().generic("POST", address, BODY, **told)


def a_chosen_header(name: str) -> Door:
    """Delhivery's door, with the header the shop chose at Delhivery."""
    door = a_door("delhivery")
    set_source_secret(door.shop_id, "delhivery", door.secret, header=name)
    return door


def test_a_token_comes_in_the_header_the_shop_chose_at_the_carrier() -> None:
    door = a_chosen_header("X-Wismo-Token")
    assert post(door.address, **{"X-Wismo-Token": door.secret}).status_code == 202
    assert post(door.address, **{"X-Api-Key": door.secret}).status_code == 401
    assert post(door.address, **{"X-Wismo-Token": "another"}).status_code == 401


def test_a_token_may_come_in_the_address() -> None:
    shop = a_shop()
    name = next(name for name, pack in packs().items() if pack.auth and pack.auth.parameter == "token")
    set_source_secret(shop, name, "s3cret")
    address = f"/hooks/{shop_key(shop)}/{name}"
    assert post(f"{address}?token=s3cret").status_code == 202
    assert [post(f"{address}{query}").status_code for query in ("", "?token=", "?token=S3cret")] == [401] * 3


def test_uspss_door_takes_a_note_whose_fields_are_signed() -> None:
    door = a_door("usps")
    note = b'{"timestamp": "2026-11-24T20:06:00Z", "payload": "{}"}'
    _query, proof = shown("usps", door.secret, note)

    assert door.post(note).status_code == 202
    assert door.post(note, secret="another").status_code == 401
    assert post(door.address, **proof).status_code == 401  # a body without the fields
    assert post(door.address).status_code == 401


def test_a_source_that_is_only_polled_has_no_door() -> None:
    shop = a_shop()
    polled = next(name for name, pack in packs().items() if pack.auth is None)
    set_source_secret(shop, polled, "s3cret")
    assert post(f"/hooks/{shop_key(shop)}/{polled}", authorization="s3cret").status_code == 404
