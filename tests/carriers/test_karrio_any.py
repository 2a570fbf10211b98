"""Whatever a carrier answers through a connector: scans or a PayloadError, and a told offset is kept."""

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.carriers.test_karrio_samples import FILES
from wismo.carriers.engine import PayloadError, read_all
from wismo.carriers.karrio.connectors import PREFIX, connectors
from wismo.carriers.registry import karrio_packs

OWN = [source for source, one in connectors().items() if one.own]

instants = st.integers(0, 90 * 366 * 86_400).map(
    lambda seconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
offsets = st.integers(-48, 56).map(lambda quarters: timedelta(minutes=15 * quarters))


@pytest.mark.parametrize("source", OWN)
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_an_answer_with_any_part_replaced(source: str, data: st.DataObject) -> None:
    samples = [file for file in FILES if PREFIX + file.parent.name == source]
    body = data.draw(st.sampled_from(samples)).read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 40)))
    with contextlib.suppress(PayloadError):
        for scan in read_all(
            karrio_packs()[source], body[:start] + data.draw(st.binary(max_size=20)) + body[end:]
        ).scans:
            assert scan.source == source
            assert scan.occurred_at is None or scan.occurred_at.utcoffset() is not None


@settings(deadline=None)
@given(instant=instants, offset=offsets)
def test_any_local_time_with_its_offset_beside_it_is_that_instant(
    instant: datetime, offset: timedelta
) -> None:
    at = instant.astimezone(timezone(offset))
    event = {
        "date": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M:%S}",
        "GMTOffset": at.isoformat()[19:],
        "typeCode": "OK",
    }
    body = {"shipments": [{"shipmentTrackingNumber": 1, "events": [event]}]}

    (scan,) = read_all(karrio_packs()["karrio:mydhl"], json.dumps(body).encode()).scans

    assert scan.occurred_at == instant
    assert scan.occurred_at.utcoffset() == offset
