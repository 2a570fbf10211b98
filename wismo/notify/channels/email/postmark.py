"""Postmark. Its webhooks carry no signature: a password of ours stands in their address."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from wismo.notify.channels.email.esp import Esp
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
from wismo.notify.channels.email.inbound import reply
from wismo.notify.channels.email.proofs import by_password, kept
from wismo.notify.handover import told as told_in
from wismo.notify.port import Account, Heard, HeardReceipt, Outcome, Result, Trace
from wismo.notify.words import Failure, ReceiptState
from wismo.plumbing import http

API = "https://api.postmarkapp.com"
KEEP_HEADERS = ()
# The token, the sender signature, credits, an account under review (Postmark: API error codes).
_ACCOUNT = frozenset({10, 400, 401, 405, 412, 413})
_RECORDS = {"Delivery": Sort.DELIVERED, "Open": Sort.OPENED, "Click": Sort.CLICKED}
_TYPES = {  # postmarkapp.com/developer/api/bounce-api#bounce-types, and SuppressionReason of a change
    "HardBounce": Sort.HARD,
    "BadEmailAddress": Sort.HARD,
    "SoftBounce": Sort.SOFT,
    "Transient": Sort.ACCEPTED,
    "DnsError": Sort.ACCEPTED,
    "Undeliverable": Sort.SOFT,
    "SpamNotification": Sort.WITHHELD,
    "Blocked": Sort.WITHHELD,
    "DMARCPolicy": Sort.WITHHELD,
    "VirusNotification": Sort.CONTENT,
    "SMTPApiError": Sort.CONTENT,
    "TemplateRenderingFailed": Sort.CONTENT,
    "ManuallyDeactivated": Sort.BLOCKED,
    "Unconfirmed": Sort.BLOCKED,
    "SpamComplaint": Sort.COMPLAINED,
    "Unsubscribe": Sort.UNSUBSCRIBED,
    "ManualSuppression": Sort.UNSUBSCRIBED,
}


def _judge(answer: http.Reply) -> Outcome | None:
    code = told_in(answer).get("ErrorCode")
    if answer.status == 422 and code in _ACCOUNT:
        return Outcome(Result.REFUSED, f"422.{code}", failure=Failure.CONFIG)
    return None


_NAMES = {"server_token": "server_token", "message_stream": "message_stream", "api_url": "api_url"}
open_provider = Esp("postmark", _NAMES, judge=_judge).open
authentic = by_password
answer = kept


def read(body: bytes, _headers: Mapping[str, str]) -> list[Heard]:
    """One event or one mail a call."""
    return every(body, _heard)


def _heard(found: Mapping[str, Any]) -> list[Heard]:
    if "FromFull" in found:
        return [_reply(found)]
    record = text(found, "RecordType")
    name = text(found, "Type", "SuppressionReason") or record
    return heard(
        Told(
            sort=_sort(found, record, name),
            name=f"{record}:{name}",
            key=text(found, "ID"),
            at=of_iso(text(found, "DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt")),
            provider_id=text(found, "MessageID"),
            reference=text(within(found, "Metadata"), REFERENCE),
            code="" if record in _RECORDS else name,
            address=text(found, "Email", "Recipient"),
        )
    )


def _sort(found: Mapping[str, Any], record: str, name: str) -> Sort:
    if record in _RECORDS:
        return _RECORDS[record]
    if record == "SubscriptionChange" and found.get("SuppressSending") is False:
        return Sort.OTHER  # somebody lifted a suppression at Postmark: that is no consent
    return _TYPES.get(name, Sort.OTHER)


def _reply(found: Mapping[str, Any]) -> Heard:
    headers = {
        **named(found.get("Headers"), "Name", "Value"),
        "from": text(within(found, "FromFull"), "Email"),
        "subject": text(found, "Subject"),
        "date": text(found, "Date"),
    }
    return reply(text(found, "MessageID"), headers, text(found, "StrippedTextReply", "TextBody"))


def look_up(account: Account, traces: Sequence[Trace]) -> dict[str, HeardReceipt]:
    """Those of these attempts that Postmark has: its search finds them by our reference.

    What it does not answer is not known; its searches may lag behind by some seconds.
    """
    found: dict[str, HeardReceipt] = {}
    base = (account.values.get("api_url") or API).rstrip("/")
    headers = {"Accept": "application/json", "X-Postmark-Server-Token": account.values["server_token"]}
    for trace in traces:
        query = urlencode({"count": 1, "offset": 0, f"metadata_{REFERENCE}": trace.reference})
        try:
            said = http.send("GET", f"{base}/messages/outbound?{query}", headers=headers)
        except http.NoAnswer:
            break
        for message in told_in(said).get("Messages") or []:
            found[trace.reference] = HeardReceipt(
                key=f"asked:{trace.reference}",
                state=ReceiptState.ACCEPTED,
                at=of_iso(text(message, "ReceivedAt")),
                provider_id=text(message, "MessageID"),
                reference=trace.reference,
            )
    return found
