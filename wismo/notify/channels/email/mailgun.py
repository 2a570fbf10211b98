"""Mailgun. It signs a time and a token, not the body: the token is the event's key, and counts once."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

from wismo.notify.channels.email.esp import Esp
from wismo.notify.channels.email.forms import fields_of
from wismo.notify.channels.email.hearing import (
    REFERENCE,
    Sort,
    Told,
    bracketed,
    heard,
    of_epoch,
    text,
    within,
)
from wismo.notify.channels.email.inbound import reply
from wismo.notify.channels.email.proofs import kept, same, secret_of
from wismo.notify.channels.reading import each, json_of
from wismo.notify.port import Account, Call, Heard, Unreadable

KEEP_HEADERS = ("content-type",)
_OLDEST = 24 * 3600  # seconds; Mailgun tries again for 8 hours (documentation.mailgun.com, webhooks)
_EVENTS = {
    "accepted": Sort.ACCEPTED,
    "delivered": Sort.DELIVERED,
    "opened": Sort.OPENED,
    "clicked": Sort.CLICKED,
    "unsubscribed": Sort.UNSUBSCRIBED,
    "complained": Sort.COMPLAINED,
    "rejected": Sort.CONTENT,
}
_NAMES = {"api_key": "api_key", "sender_domain": "sender_domain", "api_url": "api_url"}
open_provider = Esp("mailgun", _NAMES).open
answer = kept


def authentic(account: Account, call: Call) -> bool:
    """An HMAC-SHA256 of time and token by the webhook signing key."""
    key = secret_of(account, "webhook_signing_key")
    said = _signature(call.body, call.headers)
    stamp, token, proof = (text(said, name) for name in ("timestamp", "token", "signature"))
    right = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    fresh = stamp.isdecimal() and len(stamp) < 12 and abs(time.time() - int(stamp)) < _OLDEST
    return bool(key) and bool(token) and fresh and same(right, proof)


def _signature(body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        if _is_form(headers):
            return fields_of(body, headers)
        return within(json_of(body), "signature")
    except Unreadable:
        return {}


def _is_form(headers: Mapping[str, str]) -> bool:
    return "form" in headers.get("content-type", "")


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """One event as JSON, or one mail as a form."""
    if _is_form(headers):
        return [_reply(fields_of(body, headers))]
    found = json_of(body)  # what it signs is one event: others beside it would come unsigned
    if not isinstance(found, dict):
        raise Unreadable("the body is not an object of JSON")
    return each([found], _heard, named="the events")


def _heard(found: Mapping[str, Any]) -> list[Heard]:
    event, status = within(found, "event-data"), within(found, "event-data", "delivery-status")
    headers, name = within(event, "message", "headers"), text(event, "event")
    return heard(
        Told(
            sort=_sort(event, name, text(status, "code")),
            name=name,
            key=text(within(found, "signature"), "token") or text(event, "id"),
            at=of_epoch(event.get("timestamp")),
            provider_id=bracketed(text(headers, "message-id")),
            reference=text(within(event, "user-variables"), REFERENCE),
            code=text(status, "code") or text(event, "reason") if name in {"failed", "rejected"} else "",
            address=text(event, "recipient"),
        )
    )


def _sort(event: Mapping[str, Any], name: str, code: str) -> Sort:
    if name != "failed":
        return _EVENTS.get(name, Sort.OTHER)
    if text(event, "severity") == "temporary":  # Mailgun itself tries again; a last one is permanent
        return Sort.ACCEPTED
    reason = text(event, "reason")
    if reason.startswith("suppress-"):  # it bounced, complained or unsubscribed before
        return Sort.BLOCKED
    # 498 and 499: no mail server, or none that answered, for as long as it tried.
    return Sort.SOFT if reason == "old" or code in {"498", "499", "452", "552"} else Sort.HARD


def _reply(fields: Mapping[str, str]) -> Heard:
    headers = {
        "from": fields.get("from", "") or fields.get("sender", ""),
        "subject": fields.get("subject", ""),
        "date": fields.get("Date", ""),
        "in-reply-to": fields.get("In-Reply-To", ""),
        "references": fields.get("References", ""),
        "auto-submitted": fields.get("Auto-Submitted", "no"),
    }
    return reply(
        fields.get("token", ""), headers, fields.get("stripped-text") or fields.get("body-plain", "")
    )
