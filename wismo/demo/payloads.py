"""Payloads in each source's own shape, hand-written after its public documentation; all values made up."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a parcel. `at` is in the local offset of `city`."""

    what: str
    at: datetime
    city: str
    country: str
    eta: date | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A parcel and all that happened to it so far, oldest first."""

    source: str
    carrier: str
    number: str
    reference: str
    steps: tuple[Step, ...]


# what happened -> (the source's code, its words), by source
_CODES: dict[str, dict[str, tuple[str, str]]] = tomllib.loads(
    (resources.files("wismo.demo") / "codes.toml").read_text(encoding="utf-8")
)


def _said(source: str, step: Step) -> tuple[str, str]:
    code, text = _CODES[source][step.what]
    return code, text


def _ups(parcel: Journey, step: Step) -> dict[str, Any]:
    code, text = _said("ups", step)
    kind, code = code.split("|")
    utc = step.at.astimezone(UTC)
    return {
        "trackingNumber": parcel.number,
        "localActivityDate": f"{step.at:%Y%m%d}",
        "localActivityTime": f"{step.at:%H%M%S}",
        "activityLocation": {"city": step.city, "stateProvince": "", "country": step.country},
        "activityStatus": {"type": kind, "code": code, "description": text},
        "scheduledDeliveryDate": f"{step.eta:%Y%m%d}" if step.eta else "",
        "gmtActivityDate": f"{utc:%Y%m%d}",
        "gmtActivityTime": f"{utc:%H%M%S}",
    }


def _fedex(parcel: Journey, step: Step) -> dict[str, Any]:
    code, text = _said("fedex", step)
    kind, exception = code.split("|")
    scan = {
        "date": step.at.isoformat(),
        "eventType": kind,
        "eventDescription": text,
        "exceptionCode": exception,
        "exceptionDescription": text if exception else "",
        "scanLocation": {"city": step.city, "countryCode": step.country},
    }
    times = [{"type": "ESTIMATED_DELIVERY", "dateTime": step.eta.isoformat()}] if step.eta else []
    result = {
        "trackResults": [{"scanEvents": [scan], "dateAndTimes": times}],
        "trackingNumber": parcel.number,
    }
    return {"output": {"completeTrackResults": [result]}}


def _delhivery(parcel: Journey, step: Step) -> dict[str, Any]:
    code, text = _said("delhivery", step)
    kind, status, nsl = code.split("|")
    return {
        "Shipment": {
            "Status": {
                "Status": status,
                "StatusDateTime": f"{step.at:%Y-%m-%dT%H:%M:%S}.{step.at.microsecond // 1000:03d}",
                "StatusType": kind,
                "StatusLocation": f"{step.city}_Hub",
                "Instructions": text,
            },
            "NSLCode": nsl,
            "ReferenceNo": parcel.reference,
            "AWB": parcel.number,
        }
    }


def _shiprocket(parcel: Journey, step: Step) -> dict[str, Any]:
    """The whole history each time, newest first."""
    until = [earlier for earlier in parcel.steps if earlier.at <= step.at]
    code, text = _said("shiprocket", step)
    return {
        "awb": parcel.number,
        "current_status": text,
        "current_timestamp": f"{step.at:%d %m %Y %H:%M:%S}",
        "shipment_status": text,
        "shipment_status_id": int(code),
        "etd": f"{step.eta} 00:00:00" if step.eta else "",
        "courier_name": "Xpressbees Surface",
        "is_return": 0,
        "scans": [
            {
                "date": f"{earlier.at:%Y-%m-%d %H:%M:%S}",
                "activity": _said("shiprocket", earlier)[1],
                "location": earlier.city,
                "sr-status": _said("shiprocket", earlier)[0],
            }
            for earlier in reversed(until)
        ],
    }


def _clickpost(parcel: Journey, step: Step) -> dict[str, Any]:
    code, text = _said("clickpost", step)
    latest = {
        "clickpost_status_code": int(code),
        "clickpost_status_description": text,
        "location": f"{step.city} Hub",
        "remark": text,
        "status": text,
        "timestamp": f"{step.at:%Y-%m-%dT%H:%M:%S}Z",  # says Z, means India: as the real ones do
    }
    failed = (
        {"ndr_status_code": 1, "ndr_status_description": "Customer Unavailable"}
        if step.what == "failed"
        else {}
    )
    return {
        **latest,
        "waybill": parcel.number,
        "cp_id": 4,
        "additional": {
            "latest_status": latest,
            "is_rvp": False,
            "courier_partner_edd": str(step.eta or ""),
            **failed,
        },
    }


def _easypost(parcel: Journey, step: Step) -> dict[str, Any]:
    until = [earlier for earlier in parcel.steps if earlier.at <= step.at]
    return {
        "object": "Event",
        "description": "tracker.updated",
        "result": {
            "object": "Tracker",
            "tracking_code": parcel.number,
            "carrier": parcel.carrier.upper(),
            "status": _said("easypost", step)[0].split("|")[0],
            "est_delivery_date": f"{step.eta}T00:00:00Z" if step.eta else None,
            "tracking_details": [
                {
                    "object": "TrackingDetail",
                    "status": _said("easypost", earlier)[0].split("|")[0],
                    "status_detail": _said("easypost", earlier)[0].split("|")[1],
                    "message": _said("easypost", earlier)[1],
                    "datetime": f"{earlier.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                    "tracking_location": {"city": earlier.city, "state": None, "country": earlier.country},
                }
                for earlier in until
            ],
        },
    }


def _aftership(parcel: Journey, step: Step) -> dict[str, Any]:
    until = [earlier for earlier in parcel.steps if earlier.at <= step.at]
    return {
        "event": "tracking_update",
        "msg": {
            "tracking_number": parcel.number,
            "slug": parcel.carrier,
            "tag": _said("aftership", step)[0].split("_")[0],
            "subtag": _said("aftership", step)[0],
            "expected_delivery": str(step.eta) if step.eta else None,
            "checkpoints": [
                {
                    "checkpoint_time": f"{earlier.at:%Y-%m-%dT%H:%M:%S}",  # local, and no offset told
                    "message": _said("aftership", earlier)[1],
                    "tag": _said("aftership", earlier)[0].split("_")[0],
                    "subtag": _said("aftership", earlier)[0],
                    "city": earlier.city,
                    "slug": parcel.carrier,
                }
                for earlier in until
            ],
        },
    }


def _shopify(parcel: Journey, step: Step) -> dict[str, Any]:
    status, text = _said("shopify", step)
    return {
        "id": int(step.at.timestamp()) * 1000 + parcel.steps.index(step),
        "fulfillment_id": int(parcel.reference),
        "status": status,
        "message": text,
        "happened_at": step.at.isoformat(),
        "city": step.city,
        "country": step.country,
        "estimated_delivery_at": f"{step.eta}T00:00:00Z" if step.eta else None,
    }


_WRITERS: dict[str, Callable[[Journey, Step], dict[str, Any]]] = {
    "ups": _ups,
    "fedex": _fedex,
    "delhivery": _delhivery,
    "shiprocket": _shiprocket,
    "clickpost": _clickpost,
    "easypost": _easypost,
    "aftership": _aftership,
    "shopify": _shopify,
}
SOURCES = tuple(_WRITERS)


def can_tell(source: str, steps: Iterable[str]) -> bool:
    """Whether the source has a code for each of these."""
    return set(steps) <= set(_CODES[source])


def payload(parcel: Journey, step: Step) -> dict[str, Any]:
    """What the source pushes when `step` has happened."""
    return _WRITERS[parcel.source](parcel, step)
