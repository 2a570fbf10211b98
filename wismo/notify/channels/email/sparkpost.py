"""SparkPost. Its webhooks carry a password that is ours to choose; each brings many events."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from wismo.notify.channels.email.esp import Esp
from wismo.notify.channels.email.hearing import (
    REFERENCE,
    Sort,
    Told,
    every,
    heard,
    made_of,
    of_epoch,
    of_iso,
    text,
    within,
)
from wismo.notify.channels.email.inbound import of_mime
from wismo.notify.channels.email.proofs import by_password, kept
from wismo.notify.port import Heard, HeardOther, Unreadable

KEEP_HEADERS = ()
_EVENTS = {  # developers.sparkpost.com/api/webhooks/#header-event-types
    "injection": Sort.ACCEPTED,
    "delay": Sort.ACCEPTED,
    "delivery": Sort.DELIVERED,
    "open": Sort.OPENED,
    "initial_open": Sort.OPENED,
    "amp_open": Sort.OPENED,
    "amp_initial_open": Sort.OPENED,
    "click": Sort.CLICKED,
    "amp_click": Sort.CLICKED,
    "bounce": Sort.HARD,
    "out_of_band": Sort.HARD,
    "policy_rejection": Sort.BLOCKED,
    "generation_rejection": Sort.BLOCKED,
    "generation_failure": Sort.CONTENT,
    "spam_complaint": Sort.COMPLAINED,
    "list_unsubscribe": Sort.UNSUBSCRIBED,
    "link_unsubscribe": Sort.UNSUBSCRIBED,
}
_CLASSES = {  # support.sparkpost.com: bounce classification codes
    **dict.fromkeys(("1", "20", "21", "22", "23", "24", "40", "70"), Sort.SOFT),
    **dict.fromkeys(("25", "50", "51", "52", "53", "54"), Sort.WITHHELD),
    **dict.fromkeys(("60", "80", "100"), Sort.OTHER),  # holiday notice, subscribed, asks who we are
    "90": Sort.UNSUBSCRIBED,
}
_NAMES = {"api_key": "api_key", "api_url": "api_url"}
open_provider = Esp("sparkpost", _NAMES).open
authentic = by_password
answer = kept


def read(body: bytes, _headers: Mapping[str, str]) -> list[Heard]:
    """All events and mails of a batch; an empty one is SparkPost's test of the address."""
    return every(body, lambda found: _heard(within(found, "msys")))


def _heard(wrapped: Mapping[str, Any]) -> list[Heard]:
    if not wrapped:
        return [HeardOther("ping", "ping")]
    mail = within(wrapped, "relay_message")
    if mail:
        return [_reply(mail)]
    event = within(wrapped, next(iter(wrapped)))
    name = text(event, "type")
    sort = _sort(name, text(event, "bounce_class"))
    stamp = event.get("timestamp")
    return heard(
        Told(
            sort=sort,
            name=name,
            key=text(event, "event_id"),
            at=of_epoch(stamp) or of_iso(stamp),
            provider_id=text(event, "transmission_id"),
            reference=text(within(event, "rcpt_meta"), REFERENCE),
            code=text(event, "error_code", "bounce_class"),
            address=text(event, "raw_rcpt_to", "rcpt_to"),
        )
    )


def _sort(name: str, bounce_class: str) -> Sort:
    sort = _EVENTS.get(name, Sort.OTHER)
    return _CLASSES.get(bounce_class, sort) if sort is Sort.HARD else sort


def _reply(mail: Mapping[str, Any]) -> Heard:
    content = within(mail, "content")
    raw = text(content, "email_rfc822").encode(errors="replace")
    try:
        raw = base64.b64decode(raw) if content.get("email_rfc822_is_base64") else raw
    except binascii.Error as error:
        raise Unreadable("the mail is not base64") from error
    return of_mime(made_of(raw), raw)  # it has no id of its own
