"""A shop system sees which parcels are silent, and which silence it is."""

import pytest
from django.test import Client

from tests.api.test_v1 import ORDER, SHIPMENT, Caller
from tests.makers import NOW, a_shop
from wismo.tracking.models import Shipment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["stalled", "not_picked_up"])
def test_a_silent_parcel_is_told_with_its_order(client: Client, kind: str) -> None:
    caller = Caller(a_shop(), client)
    caller.post("orders", ORDER)
    caller.post("shipments", SHIPMENT)
    assert caller.get("orders/o-1")[1]["parcels"][0]["silent"] is None
    Shipment.objects.update(silent=kind, silent_since=NOW)
    (parcel,) = caller.get("orders/o-1")[1]["parcels"]
    assert (parcel["silent"], parcel["silent_since"]) == (kind, "2026-11-24T12:00:00Z")
