"""Mailjet. Its webhooks carry a password that is ours to choose; each brings one event or many."""

from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMultiAlternatives

from wismo.notify.channels.email.esp import Esp, dress_with_metadata
from wismo.notify.channels.email.hearing import (
    REFERENCE,
    Sort,
    Told,
    every,
    heard,
    of_epoch,
    packed,
    text,
    within,
)
from wismo.notify.channels.email.inbound import of_html, reply
from wismo.notify.channels.email.proofs import by_password, kept
from wismo.notify.port import Heard, Letter

KEEP_HEADERS = ()
_EVENTS = {  # dev.mailjet.com/email/guides/webhooks
    "sent": Sort.DELIVERED,  # the reader's mail server took it
    "open": Sort.OPENED,
    "click": Sort.CLICKED,
    "bounce": Sort.SOFT,
    "blocked": Sort.BLOCKED,
    "spam": Sort.COMPLAINED,
    "unsub": Sort.UNSUBSCRIBED,
}
_WITHHELD = frozenset({"sender blocked", "content blocked", "policy issue", "relay/access denied"})


def _dress(mail: EmailMultiAlternatives, letter: Letter) -> None:
    dress_with_metadata(mail, letter)
    mail.extra_headers.pop("Message-ID")  # Mailjet makes its own and refuses another (send-0011)


_NAMES = {"api_key": "api_key", "secret_key": "secret_key", "api_url": "api_url"}
open_provider = Esp("mailjet", _NAMES, dress=_dress).open
authentic = by_password
answer = kept


def read(body: bytes, _headers: Mapping[str, str]) -> list[Heard]:
    """The events of a call, or the mail that came in."""
    return every(body, _heard)


def _heard(found: Mapping[str, Any]) -> list[Heard]:
    if "Text-part" in found or "Html-part" in found:
        return [_reply(found)]
    name = text(found, "event")
    return heard(
        Told(
            sort=_sort(found, name),
            name=name,
            at=of_epoch(found.get("time")),
            provider_id=text(found, "MessageID"),
            reference=text(packed(found, "Payload"), REFERENCE),
            code=text(found, "error"),
            address=text(found, "email"),
        )
    )


def _sort(found: Mapping[str, Any], name: str) -> Sort:
    error = text(found, "error")
    if error in _WITHHELD:
        return Sort.WITHHELD
    if name == "bounce" and error == "greylisted" and not found.get("hard_bounce"):
        return Sort.ACCEPTED  # Mailjet tries again
    if name == "bounce" and found.get("hard_bounce"):
        return Sort.HARD
    return _EVENTS.get(name, Sort.OTHER)


def _reply(found: Mapping[str, Any]) -> Heard:
    told = within(found, "Headers")
    headers = {name.lower(): text(told, name) for name in told} | {"from": text(found, "From", "Sender")}
    key = headers.get("message-id") or text(found, "Date", "Subject")
    return reply(key, headers, text(found, "Text-part") or of_html(text(found, "Html-part")))
