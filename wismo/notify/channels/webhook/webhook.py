"""Every message as signed JSON to an address of the shop's, which sends it and says back what became of it.

docs/channels/webhook.md is its contract.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from wismo.notify.channels.reading import each, json_of
from wismo.notify.handover import busy_or_broken, hand_over, maybe_taken, told
from wismo.notify.port import (
    Account,
    Answer,
    Call,
    Heard,
    HeardReceipt,
    Letter,
    LetterError,
    Outcome,
    Outgoing,
    Request,
    Result,
    Unreadable,
)
from wismo.notify.standard_webhooks import headers_for, is_signed
from wismo.notify.words import AddressKind, Failure, ReceiptState
from wismo.plumbing import http

KEEP_HEADERS = ("webhook-id",)
_OURS = frozenset({401, 403, 404, 405, 410})  # address or secret are wrong, or it wants no more


def open_provider(account: Account) -> "WebhookProvider":
    """The shop's own sender."""
    return WebhookProvider(account)


class WebhookProvider:
    """Holds an address and a secret: any number of threads may send by it."""

    def __init__(self, account: Account) -> None:
        self.url = account.values.get("url", "")
        self.secret = account.values.get("secret", "")

    def compose(self, letter: Letter) -> Outgoing:
        """The message as JSON."""
        secure = urlsplit(self.url).scheme == "https"
        if not (secure or (settings.PRIVATE_PEERS and self.url)):
            raise LetterError("the webhook's address must begin with https://")
        body = json.dumps(message_of(letter), ensure_ascii=False, separators=(",", ":")).encode()
        return Outgoing(letter.message_id, letter.reference, letter.subject, body)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Sign it for this moment and post it once."""
        body: bytes = outgoing.form
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": outgoing.reference,
            **headers_for(self.secret, outgoing.reference, timezone.now(), body),
        }
        return hand_over(Request("POST", self.url, headers, body), _outcome)

    def close(self) -> None:
        """Nothing is held: connections belong to the way out."""


def message_of(letter: Letter) -> dict[str, Any]:
    """What the shop's sender is told."""
    return {
        "type": "message",
        "reference": letter.reference,
        "journey": letter.journey,
        "kind": str(letter.kind),
        "order": letter.values.get("number", ""),
        "to": {"kind": str(letter.to_kind), "address": letter.to},
        "language": letter.language,
        "direction": letter.direction,
        "brand": letter.brand,
        "texts": {
            "subject": letter.subject,
            "preheader": letter.preheader,
            "heading": letter.heading,
            "body": letter.body,
            "short": letter.short,
            "button": letter.button,
        },
        "url": letter.url,
        "buttons": [{"action": str(b.action), "label": b.label, "url": b.url} for b in letter.buttons],
        "scores": [{"label": label, "url": page} for label, page in letter.scores],
        "details": [{"label": label, "value": value} for label, value in letter.details],
        "items": [{"title": i.title, "variant": i.variant, "quantity": i.quantity} for i in letter.items],
        "facts": dict(letter.values),
        "topic": letter.topic,
        "expires_at": letter.expires_at.isoformat() if letter.expires_at else None,
        "unsubscribe_url": letter.unsubscribe_url,
        "preferences_url": letter.preferences_url,
    }


def _outcome(reply: http.Reply) -> Outcome:
    if 200 <= reply.status < 300:
        given = told(reply).get("id", "")
        return Outcome(Result.SENT, provider_id=str(given)[:200])
    failure = Failure.CONFIG if reply.status in _OURS else Failure.CONTENT
    refused = Outcome(Result.REFUSED, str(reply.status), failure=failure)
    return maybe_taken(reply) or busy_or_broken(reply) or refused


# ── what comes back ───────────────────────────────────────────────────────────────────────────────────────


def authentic(account: Account, call: Call) -> bool:
    """Signed by the same secret, in the same way, within five minutes."""
    return is_signed(account.values.get("secret", ""), call.headers, call.body, timezone.now())


def answer(_account: Account, _call: Call) -> Answer:
    """200, once it is kept."""
    return Answer()


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """One receipt, or a list of them."""
    found, call = json_of(body), headers.get("webhook-id", "")
    listed = list(enumerate(found if isinstance(found, list) else [found]))
    return each(listed, lambda at: [_receipt(at[1], f"{call}:{at[0]}" if call else "")], named="the receipts")


def _receipt(found: Any, key: str) -> HeardReceipt:
    if not isinstance(found, dict) or not isinstance(found.get("reference"), str):
        raise Unreadable("a receipt is an object with our `reference`")
    try:
        state = ReceiptState(str(found.get("state")))
        failure = Failure(found.get("failure") or Failure.ADDRESS) if state is ReceiptState.FAILED else None
        at = datetime.fromisoformat(found["at"]) if found.get("at") else None
    except (ValueError, TypeError) as error:
        raise Unreadable("a receipt's state, failure or time is not one we know") from error
    if at is not None and at.tzinfo is None:
        raise Unreadable("a receipt's time has its offset from UTC, such as 2026-11-24T12:00:00Z")
    to = found.get("to")
    return HeardReceipt(
        key=key or f"{found['reference']}:{state}:{found.get('at', '')}",
        state=state,
        at=at,
        provider_id=str(found.get("id", ""))[:200],
        reference=found["reference"],
        code=str(found.get("code", ""))[:60],
        failure=failure,
        soft=found.get("soft") is True,
        to=(AddressKind.EMAIL, to) if isinstance(to, str) and "@" in to else None,
    )
