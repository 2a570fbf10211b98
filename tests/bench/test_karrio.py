"""The payloads on which our reader and Karrio's parser are compared."""

import pytest

from tests.carriers.karrio import needs_karrio
from tests.carriers.test_karrio_samples import FILES
from wismo.bench.karrio import pairs
from wismo.carriers.karrio.connectors import PREFIX

pytestmark = needs_karrio


@pytest.mark.slow
def test_both_sides_find_scans_in_every_payload_they_are_compared_on() -> None:
    payloads = [(PREFIX + file.parent.name, file.read_bytes()) for file in FILES]

    found = list(pairs(payloads))

    assert {pair.name for pair in found} >= {"dhl-express", "fedex", "hermes", "laposte", "ups", "usps"}
    assert all(pair.ours() >= 1 and pair.karrios() >= 1 for pair in found)
    assert not {"dpd", "sendle", "smartkargo"} & {pair.name for pair in found}


def test_a_payload_karrios_parser_trips_over_is_not_compared() -> None:
    body = b'{"trackingNumber": "9400", "trackingEvents": [{"eventType": "Delivered", "eventCode": "01"}]}'
    assert list(pairs([(PREFIX + "usps", body)])) == []
