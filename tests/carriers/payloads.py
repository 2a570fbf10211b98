"""Payloads of the tests: one Delhivery push, and whatever differs in a test."""

import json
from typing import Any

from wismo.carriers.engine import Reading, read_all
from wismo.carriers.registry import packs
from wismo.vocabulary.status import Scan


def delhivery_push(**status: Any) -> dict[str, Any]:
    """A push of "out for delivery"; `status` overrides the keys of its Status table."""
    told = {
        "Status": "Dispatched",
        "StatusDateTime": "2026-11-24T10:15:00.123",
        "StatusType": "UD",
        "StatusLocation": "Pune_Hadapsar_D (Maharashtra)",
        "Instructions": "Out for delivery",
    }
    return {"Shipment": {"AWB": "26805710004126", "NSLCode": "X-DDD3FD", "Status": told | status}}


def read(source: str, payload: Any) -> Reading:
    """The reading of a payload given as a JSON value."""
    return read_all(packs()[source], json.dumps(payload).encode())


def one(source: str, payload: Any) -> Scan:
    """The one scan of a payload."""
    reading = read(source, payload)
    assert reading.problems == []
    (scan,) = reading.scans
    return scan
