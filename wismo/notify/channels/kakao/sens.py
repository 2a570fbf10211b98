"""Alimtalk by Naver Cloud's SENS. It never calls back: what became of a message is asked.

api.ncloud-docs.com/docs/sens-alimtalk-send, -get, -list.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.utils import timezone

from wismo.notify.channels.kakao import codes
from wismo.notify.channels.kakao.alimtalk import alimtalk, dialled
from wismo.notify.handover import busy_or_broken, hand_over, maybe_taken, told
from wismo.notify.port import (
    Account,
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

HOME = "https://sens.apigw.ntruss.com"
KOREA = ZoneInfo("Asia/Seoul")
_BEFORE, _AFTER = timedelta(seconds=2), timedelta(minutes=1)  # clocks differ; a call waits 30 seconds at most
_CONFIG = frozenset({401, 403, 404})


def open_provider(account: Account) -> Provider:
    """SENS by the shop's access key."""
    return SensProvider(account)


class SensProvider:
    """No key makes a repeat safe: what is not answered is looked for among what went to the number."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def compose(self, letter: Letter) -> Outgoing:
        """The approved text. Never Naver's own SMS in its place: the next of the route is ours to choose."""
        made = alimtalk(letter)
        message: dict[str, Any] = {
            "countryCode": made.country,
            "to": made.number,
            "content": made.content,
            "useSmsFailover": False,
        }
        if made.buttons:
            message["buttons"] = [dict(button) for button in made.buttons]
        channel = self.account.values["channel_id"]
        body = {"plusFriendId": channel, "templateCode": made.template, "messages": [message]}
        form = _request(self.account, "POST", "", body)
        return Outgoing(letter.message_id, letter.reference, letter.subject, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over; signed now, since Naver lets a signature be five minutes old."""
        return hand_over(signed(self.account, outgoing.form, timezone.now()), _outcome)

    def close(self) -> None:
        """Nothing is held."""


def signed(account: Account, request: Request, now: datetime) -> Request:
    """The request with Naver's signature of method, path, time and key."""
    parts, stamp = urlsplit(request.url), str(int(now.timestamp() * 1000))
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    key = account.values["access_key"]
    text = f"{request.method} {path}\n{stamp}\n{key}"
    made = hmac.new(account.values["secret_key"].encode(), text.encode(), hashlib.sha256).digest()
    said = {
        "x-ncp-apigw-timestamp": stamp,
        "x-ncp-iam-access-key": key,
        "x-ncp-apigw-signature-v2": base64.b64encode(made).decode(),
    }
    return replace(request, headers={**request.headers, **said})


def look_up(account: Account, traces: Sequence[Trace]) -> dict[str, HeardReceipt]:
    """What SENS knows of these: by the message's id, else as the only one that went to its number then."""
    found = {}
    for trace in traces:
        messages = _asked(account, trace)
        if len(messages) == 1:
            found[trace.reference] = _receipt(messages[0], trace.reference)
    return found


def _asked(account: Account, trace: Trace) -> list[Mapping[str, Any]]:
    if trace.provider_id:
        said = _get(account, f"/{quote(trace.provider_id, safe='')}")
        return [said] if said.get("messageId") else []
    if not trace.to:
        return []
    window = (trace.started_at - _BEFORE, trace.started_at + _AFTER)
    begin, end = (moment.astimezone(KOREA).strftime("%Y-%m-%d %H:%M:%S") for moment in window)
    query = {
        "plusFriendId": account.values["channel_id"],
        "requestStartTime": begin,
        "requestEndTime": end,
        "to": dialled(trace.to)[1],
    }
    messages = _get(account, f"?{urlencode(query)}").get("messages", [])
    return messages if isinstance(messages, list) else []


def _get(account: Account, path: str) -> Mapping[str, Any]:
    request = signed(account, _request(account, "GET", path), timezone.now())
    try:
        return told(http.send(request.method, request.url, headers=request.headers))
    except http.NoAnswer:
        return {}


def _receipt(said: Mapping[str, Any], reference: str) -> HeardReceipt:
    message_id = str(said.get("messageId", ""))
    request_code, code = str(said.get("requestStatusCode") or ""), str(said.get("messageStatusCode") or "")
    state, failure = codes.of_sens(request_code, code)
    return HeardReceipt(
        f"{message_id}:{request_code}:{code}",
        state,
        _moment(str(said.get("completeTime") or "")),
        provider_id=message_id,
        reference=reference,
        code="" if failure is None else code or request_code,
        failure=failure,
    )


def _moment(said: str) -> datetime | None:
    """A time of Naver's: in Korea, without saying so."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=KOREA)


def _outcome(reply: http.Reply) -> Outcome:
    if reply.status in {200, 202}:
        return _taken(told(reply).get("messages"))
    failure = Failure.CONFIG if reply.status in _CONFIG else Failure.CONTENT
    refused = Outcome(Result.REFUSED, str(reply.status), failure=failure)
    return maybe_taken(reply) or busy_or_broken(reply) or refused


def _taken(messages: object) -> Outcome:
    first = messages[0] if isinstance(messages, list) and messages else {}
    said: Mapping[str, Any] = first if isinstance(first, dict) else {}
    message_id, code = str(said.get("messageId", "")), str(said.get("requestStatusCode") or "")
    if not code:
        return Outcome(Result.UNKNOWN, "unreadable", message_id)
    if code == "A000":
        return Outcome(Result.SENT, provider_id=message_id)
    return Outcome(Result.REFUSED, code, message_id, Failure.CONTENT)


def _request(account: Account, method: str, path: str, body: Mapping[str, Any] | None = None) -> Request:
    home = (account.values.get("api_url") or HOME).rstrip("/")
    # A service's id has colons; Naver signs the path as it is sent.
    url = f"{home}/alimtalk/v2/services/{account.values['service_id']}/messages{path}"
    said = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() if body else b""
    return Request(method, url, {"Content-Type": "application/json; charset=utf-8"}, said)
