"""Alimtalk by Solapi: sent one by one, reported by webhook, asked after by the list of messages.

developers.solapi.dev; fields as in Solapi's own Python library 5.0.3.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from wismo.notify.channels.kakao import codes
from wismo.notify.channels.kakao.alimtalk import alimtalk, dialled
from wismo.notify.channels.reading import each, json_of
from wismo.notify.handover import busy_or_broken, hand_over, maybe_taken, told
from wismo.notify.port import (
    Account,
    Answer,
    Call,
    Heard,
    HeardOther,
    HeardReceipt,
    Letter,
    Outcome,
    Outgoing,
    Provider,
    Request,
    Result,
    Trace,
)
from wismo.notify.words import Failure
from wismo.plumbing import http

HOME = "https://api.solapi.com"
_AROUND = timedelta(minutes=10)
_CONFIG = frozenset({401, 402, 403})


def open_provider(account: Account) -> Provider:
    """Solapi by the shop's API key."""
    return SolapiProvider(account)


class SolapiProvider:
    """No key makes a repeat safe: what is not answered is looked for by our reference."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def compose(self, letter: Letter) -> Outgoing:
        """The approved text. Never Solapi's own SMS in its place: the next of the route is ours to choose."""
        made, values = alimtalk(letter), self.account.values
        options: dict[str, Any] = {
            "pfId": values["pf_id"],
            "templateId": made.template,
            "variables": dict(made.variables),
            "disableSms": True,
        }
        if made.buttons:
            options["buttons"] = [_button(button) for button in made.buttons]
        message: dict[str, Any] = {
            "to": made.number,
            "country": made.country,
            "type": "ATA",
            "kakaoOptions": options,
            "customFields": {"reference": letter.reference},
        }
        if values.get("sender"):
            message["from"] = values["sender"]
        body = {"messages": [message], "allowDuplicates": False, "showMessageList": True}
        form = _request(self.account, "POST", "/messages/v4/send-many/detail", body)
        return Outgoing(letter.message_id, letter.reference, letter.subject, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over; signed now, since a signature is good for minutes alone."""
        return hand_over(signed(self.account, outgoing.form, timezone.now()), _outcome)

    def close(self) -> None:
        """Nothing is held."""


def signed(account: Account, request: Request, now: datetime) -> Request:
    """The request with Solapi's authorisation: HMAC-SHA256 of date and salt, good for 15 minutes."""
    date, salt = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z", secrets.token_hex(16)
    key = account.values["api_secret"].encode()
    signature = hmac.new(key, f"{date}{salt}".encode(), hashlib.sha256).hexdigest()
    said = f"HMAC-SHA256 apiKey={account.values['api_key']}, date={date}, salt={salt}, signature={signature}"
    return replace(request, headers={**request.headers, "Authorization": said})


def authentic(account: Account, call: Call) -> bool:
    """Whether the call carries the webhook's secret, as Solapi does: its SHA-1 in hexadecimal."""
    secret, said = account.values.get("webhook_secret", ""), call.headers.get("x-solapi-secret", "")
    made = hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest().encode()
    return bool(secret) and hmac.compare_digest(made, said.strip().lower().encode("utf-8", "replace"))


def answer(account: Account, call: Call) -> Answer:
    """200 is all that Solapi wants."""
    return Answer(keep=call.method == "POST")


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """Reports of single messages; those of groups say nothing of any one."""
    return each(json_of(body), lambda told: [_report(told.get("data") or told)], named="Solapi's reports")


def look_up(account: Account, traces: Sequence[Trace]) -> dict[str, HeardReceipt]:
    """What Solapi knows of these, by our reference in the message's own fields."""
    wanted = {trace.reference for trace in traces if trace.to}
    heard = [_report(message) for trace in traces if trace.to for message in _messages_to(account, trace)]
    receipts = [receipt for receipt in heard if isinstance(receipt, HeardReceipt)]
    return {receipt.reference: receipt for receipt in receipts if receipt.reference in wanted}


def _messages_to(account: Account, trace: Trace) -> list[Mapping[str, Any]]:
    asked = {
        "to": dialled(trace.to)[1],
        "startDate": (trace.started_at - _AROUND).astimezone(UTC).isoformat(),
        "endDate": (trace.started_at + _AROUND).astimezone(UTC).isoformat(),
        "limit": "100",
    }
    request = _request(account, "GET", f"/messages/v4/list?{urlencode(asked)}")
    request = signed(account, request, timezone.now())
    try:
        reply = http.send(request.method, request.url, headers=request.headers)
    except http.NoAnswer:
        return []
    messages = told(reply).get("messageList", {})
    return list(messages.values()) if isinstance(messages, dict) else []


def _report(data: Mapping[str, Any]) -> Heard:
    message_id, code = str(data.get("messageId") or ""), str(data.get("statusCode") or "")
    if not message_id or not code:
        return HeardOther(f"group:{data.get('groupId', '')}", "group report")
    state, failure = codes.of_solapi(code)
    return HeardReceipt(
        f"{message_id}:{code}",
        state,
        _moment(data.get("dateReported") or data.get("dateUpdated")),
        provider_id=message_id,
        reference=str((data.get("customFields") or {}).get("reference", "")),
        code="" if failure is None else code,
        failure=failure,
    )


def _moment(said: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _outcome(reply: http.Reply) -> Outcome:
    said = told(reply)
    if reply.status == 200:
        return _taken(said)
    code = str(said.get("errorCode") or reply.status)[:60]
    failure = Failure.CONFIG if reply.status in _CONFIG else Failure.CONTENT
    refused = Outcome(Result.REFUSED, code, failure=failure)
    return maybe_taken(reply) or busy_or_broken(reply) or refused


def _taken(said: Mapping[str, Any]) -> Outcome:
    for refused in said.get("failedMessageList") or []:
        code = str(refused.get("statusCode", ""))
        failure = codes.of_solapi(code)[1] or Failure.CONTENT
        return Outcome(Result.REFUSED, code, str(refused.get("messageId", "")), failure)
    messages = said.get("messageList") or [{}]
    group = (said.get("groupInfo") or {}).get("groupId", "")
    given = str(messages[0].get("messageId") or group)[:200]
    return Outcome(Result.SENT, provider_id=given) if given else Outcome(Result.UNKNOWN, "unreadable")


def _request(account: Account, method: str, path: str, body: Mapping[str, Any] | None = None) -> Request:
    home = (account.values.get("api_url") or HOME).rstrip("/")
    said = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() if body else b""
    return Request(method, home + path, {"Content-Type": "application/json"}, said)


def _button(registered: Mapping[str, str]) -> dict[str, str]:
    names = {"type": "buttonType", "name": "buttonName", "linkMobile": "linkMo", "linkPc": "linkPc"}
    return {names[key]: value for key, value in registered.items() if key in names}
