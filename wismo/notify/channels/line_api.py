"""How LINE's interface is called, and what its answers mean."""

import json
from collections.abc import Mapping
from typing import Any

from wismo.notify.handover import busy_or_broken, told
from wismo.notify.port import Account, Outcome, Request, Result
from wismo.notify.words import Failure
from wismo.plumbing.http import Reply

HOME = "https://api.line.me"
_CONFIG = frozenset({401, 403, 404})  # token, plan or contract; an interface that this channel may not use
# developers.line.biz/en/reference/messaging-api/#error-messages
_MONTH_IS_USED_UP = "You have reached your monthly limit."


def request(account: Account, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Request:
    """A call with the channel's token."""
    home = account.values.get("api_url") or HOME
    told_headers = {
        "Authorization": f"Bearer {account.values['token']}",
        "Content-Type": "application/json",
        **headers,
    }
    said = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Request("POST", f"{home.rstrip('/')}{path}", told_headers, said)


def outcome(reply: Reply) -> Outcome:
    """What an answer of LINE's means for the message."""
    said = told(reply)
    if reply.status in {200, 409}:  # 409: this retry key was taken before
        return Outcome(Result.SENT, "" if reply.status == 200 else "repeated", _first_id(said))
    if reply.status >= 500 or reply.status < 400:
        # LINE: it may or may not have been taken; try again with the same retry key.
        return Outcome(Result.UNKNOWN, str(reply.status))
    if reply.status == 429 and str(said.get("message", "")).startswith(_MONTH_IS_USED_UP):
        return Outcome(Result.REFUSED, "monthly_limit", failure=Failure.CONFIG)
    return busy_or_broken(reply) or _refused(reply.status, said)


def _refused(status: int, said: Mapping[str, Any]) -> Outcome:
    if status in _CONFIG:
        return Outcome(Result.REFUSED, str(status), failure=Failure.CONFIG)
    # "The property, 'to', in the request body is invalid": it is no user id. "Failed to send messages": there
    # is no such user, or it is one of another provider's (developers.line.biz/en/faq/tags/message/).
    words = str(said.get("message", ""))
    wrong_address = "'to'" in words or words == "Failed to send messages"
    return Outcome(Result.REFUSED, str(status), failure=Failure.INVALID if wrong_address else Failure.CONTENT)


def _first_id(said: Mapping[str, Any]) -> str:
    sent = said.get("sentMessages")
    first = sent[0] if isinstance(sent, list) and sent else {}
    return str(first.get("id", ""))[:200] if isinstance(first, dict) else ""
