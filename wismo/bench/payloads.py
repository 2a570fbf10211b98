"""Pushes in the shape Delhivery sends them, one scan each. Pure."""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Kolkata")
_STEP = timedelta(hours=7)
Code = tuple[str, str, str, str]  # type, status, NSL code, instructions
WAY: tuple[Code, ...] = (
    ("UD", "Manifested", "X-UCI", "Manifest uploaded"),
    ("UD", "Manifested", "FMPUR-101", "Pickup scheduled"),
    ("UD", "In Transit", "X-PPOM", "Shipment picked up"),
    ("UD", "In Transit", "X-PIOM", "Shipment Received at Origin Center"),
    ("UD", "In Transit", "X-DBL1F", "Added to Bag"),
    ("UD", "In Transit", "X-ILL2F", "Bag Received at Facility"),
    ("UD", "Pending", "X-IBD3F", "Shipment Received at Facility"),
    ("UD", "Dispatched", "X-DDD3FD", "Out for delivery"),
)
_FAILED = ("UD", "Pending", "EOD-11", "Consignee Unavailable")
HANDED = ("DL", "Delivered", "EOD-38", "Delivered to consignee")
_CITIES = ("Pune_Hadapsar_D (Maharashtra)", "Bengaluru_Bommasandra_GW (Karnataka)", "Delhi_Okhla_C (Delhi)")


def number_of(shipment: int) -> str:
    """The tracking number of the nth shipment."""
    return f"268{shipment:011d}"


def pushes(shipments: range, scans: int, until: datetime) -> Iterator[bytes]:
    """`scans` of each shipment, up to now; neighbours speak of different shipments, as at a real door."""
    draw = random.Random(1)  # noqa: S311  # the same load each run
    order = list(shipments)
    for at in range(scans):
        draw.shuffle(order)
        moment = until - _STEP * (scans - at)
        for shipment in order:
            yield push(shipment, _code(shipment, at, scans), moment + timedelta(seconds=shipment % 3600))


def a_push(shipment: int, at: datetime, *, size: int) -> bytes:
    """A push on the way, its instructions filled up to `size` bytes of body."""
    return push(shipment, WAY[5], at, filler="." * (size - len(push(shipment, WAY[5], at))))


def push(shipment: int, code: Code, at: datetime, *, filler: str = "") -> bytes:
    """One scan of the nth shipment."""
    kind, status, nsl, text = code
    told = at.astimezone(_ZONE).replace(tzinfo=None)
    body = {
        "Shipment": {
            "Status": {
                "Status": status,
                "StatusDateTime": told.isoformat(timespec="milliseconds"),
                "StatusType": kind,
                "StatusLocation": _CITIES[shipment % len(_CITIES)],
                "Instructions": text + filler,
            },
            "PickUpDate": (told - timedelta(days=3)).isoformat(sep=" ", timespec="milliseconds"),
            "NSLCode": nsl,
            "Sortcode": "PNQ/HDP",
            "ReferenceNo": str(shipment),
            "AWB": number_of(shipment),
        }
    }
    return json.dumps(body).encode()


def _code(shipment: int, at: int, scans: int) -> Code:
    """The usual way; every fifth parcel meets a closed door once; the last scan hands over."""
    if at == scans - 1:
        return HANDED
    if at == scans - 2 and shipment % 5 == 0:
        return _FAILED
    return WAY[min(at, len(WAY) - 1)]
