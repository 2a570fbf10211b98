"""Brevo. Its webhooks carry a password or token that is ours to choose.

It takes an idempotency key, but forgets it after minutes: too soon for a hand-over that a crash left open.
"""

from collections.abc import Mapping
from typing import Any

from wismo.notify.channels.email.esp import Esp
from wismo.notify.channels.email.hearing import (
    REFERENCE,
    Sort,
    Told,
    bracketed,
    every,
    heard,
    of_epoch,
    packed,
    text,
    within,
)
from wismo.notify.channels.email.inbound import reply
from wismo.notify.channels.email.proofs import by_password, kept
from wismo.notify.port import Heard

KEEP_HEADERS = ()
_EVENTS = {  # developers.brevo.com/docs/transactional-webhooks
    "request": Sort.ACCEPTED,
    "deferred": Sort.ACCEPTED,
    "delivered": Sort.DELIVERED,
    "unique_opened": Sort.OPENED,
    "opened": Sort.OPENED,
    "click": Sort.CLICKED,
    "hard_bounce": Sort.HARD,
    "invalid_email": Sort.HARD,
    "soft_bounce": Sort.SOFT,
    "blocked": Sort.BLOCKED,
    "error": Sort.CONTENT,
    "spam": Sort.COMPLAINED,
    "complaint": Sort.COMPLAINED,
    "unsubscribe": Sort.UNSUBSCRIBED,
    # proxy_open and unique_proxy_open: a mail program fetched the pictures, nobody may have read anything
}
_FAILED = frozenset({Sort.HARD, Sort.SOFT, Sort.BLOCKED, Sort.CONTENT})
open_provider = Esp("brevo", {"api_key": "api_key", "api_url": "api_url"}).open
authentic = by_password
answer = kept


def read(body: bytes, _headers: Mapping[str, str]) -> list[Heard]:
    """One event a call, or the mails that came in."""
    return every(body, _heard)


def _heard(found: Mapping[str, Any]) -> list[Heard]:
    if isinstance(found.get("items"), list):
        return [_reply(within({"mail": item}, "mail")) for item in found["items"]]
    if "Uuid" in found:
        return [_reply(found)]
    name = text(found, "event")
    sort = _EVENTS.get(name, Sort.OTHER)
    return heard(
        Told(
            sort=sort,
            name=name,
            # `ts` and `date` are of the account's time zone, `ts_epoch` alone is of UTC, in milliseconds.
            at=of_epoch(found.get("ts_epoch"), 1000),
            provider_id=bracketed(text(found, "message-id")),
            reference=text(packed(found, "X-Mailin-custom"), REFERENCE),
            code=name if sort in _FAILED else "",
            address=text(found, "email"),
        )
    )


def _reply(found: Mapping[str, Any]) -> Heard:
    told = within(found, "Headers")
    headers = {name.lower(): text(told, name) for name in told}
    headers |= {"from": text(within(found, "From"), "Address"), "subject": text(found, "Subject")}
    said = text(found, "ExtractedMarkdownMessage", "RawTextBody")
    return reply(text(found, "MessageId"), headers, said)
