"""Resend. It signs its webhooks as Svix does, and takes the same mail twice under one key for one."""

from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from wismo.notify.channels.email.esp import Esp, code_of
from wismo.notify.channels.email.hearing import (
    REFERENCE,
    Sort,
    Told,
    every,
    heard,
    named,
    of_iso,
    text,
    within,
)
from wismo.notify.channels.email.proofs import kept, secret_of
from wismo.notify.handover import told as told_in
from wismo.notify.port import Account, Call, Heard, Letter, Outcome, Result
from wismo.notify.standard_webhooks import is_signed
from wismo.plumbing import http

KEEP_HEADERS = ("svix-id", "webhook-id")
_EVENTS = {  # resend.com/docs/dashboard/webhooks/event-types
    "email.sent": Sort.ACCEPTED,
    "email.scheduled": Sort.ACCEPTED,
    "email.delivery_delayed": Sort.ACCEPTED,
    "email.delivered": Sort.DELIVERED,
    "email.opened": Sort.OPENED,
    "email.clicked": Sort.CLICKED,
    "email.bounced": Sort.HARD,
    "email.suppressed": Sort.BLOCKED,
    "email.failed": Sort.CONTENT,
    "email.complained": Sort.COMPLAINED,
    # email.received: it does not hold the mail's words, and nothing is asked for them
}


def _dress(mail: EmailMultiAlternatives, letter: Letter) -> None:
    mail.esp_extra = {"tags": [{"name": REFERENCE, "value": letter.reference}]}  # type: ignore[attr-defined]


def _judge(reply: http.Reply) -> Outcome | None:
    if reply.status != 409:
        return None
    # resend.com/docs/dashboard/emails/idempotency-keys: the key is known, and its mail read otherwise when it
    # was sent (a date may have changed since), or is being sent at this moment.
    name = str(told_in(reply).get("name"))
    known = name == "invalid_idempotent_request"
    return Outcome(Result.SENT if known else Result.UNKNOWN, code_of(name))


open_provider = Esp(
    "resend",
    {"api_key": "api_key", "api_url": "api_url"},
    dress=_dress,
    judge=_judge,
    headers=lambda letter: {"Idempotency-Key": letter.reference},  # for 24 hours
).open
answer = kept


def authentic(account: Account, call: Call) -> bool:
    """Svix's signature, by the signing secret."""
    return is_signed(secret_of(account, "signing_secret"), call.headers, call.body, timezone.now())


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """One event a call."""
    key = headers.get("svix-id") or headers.get("webhook-id", "")
    return every(body, lambda found: _heard(found, key))


def _heard(found: Mapping[str, Any], key: str) -> list[Heard]:
    data, name = within(found, "data"), text(found, "type")
    bounce, to = within(data, "bounce"), data.get("to")
    return heard(
        Told(
            sort=_sort(name, bounce),
            name=name,
            key=key,
            at=of_iso(text(found, "created_at")),
            provider_id=text(data, "email_id"),
            reference=_reference(data),
            code=text(bounce, "subType", "type"),
            address=str(to[0]) if isinstance(to, list) and to else "",
        )
    )


def _sort(name: str, bounce: Mapping[str, Any]) -> Sort:
    if name != "email.bounced":
        return _EVENTS.get(name, Sort.OTHER)
    # resend.com/docs/dashboard/emails/email-bounces; an older payload says it in its message alone.
    if text(bounce, "subType") == "Suppressed" or "suppressed sending" in text(bounce, "message"):
        return Sort.BLOCKED
    return Sort.SOFT if text(bounce, "type") in {"Transient", "Undetermined"} else Sort.HARD


def _reference(data: Mapping[str, Any]) -> str:
    """Ours among the tags, which come as an object or as a list of pairs."""
    return text(within(data, "tags"), REFERENCE) or named(data.get("tags"), "name", "value").get(
        REFERENCE, ""
    )
