"""What Meta's WhatsApp and Messenger share: the Graph API's calls and errors, and signed webhooks."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from wismo.notify.channels.reading import json_of
from wismo.notify.handover import busy_or_broken, told
from wismo.notify.port import Account, Answer, Call, Outcome, Request, Result, Unreadable
from wismo.notify.words import Failure
from wismo.plumbing import http

API = "https://graph.facebook.com"
VERSION = "v25.0"
_PAIR = timedelta(seconds=6)  # Meta: one message in six seconds to one person
_CHALLENGE = re.compile(r"[\w.-]{1,200}", re.ASCII)
_PERMISSIONS = range(200, 300)  # Graph API: "API Permission"
_ACCOUNT = frozenset({0, 3, 10, 33, 190, 230})

# Meta: Cloud API error codes; Messenger's with their subcode. What is not here stops this message alone.
FAILURES: Mapping[str, Failure] = {
    **dict.fromkeys(("131026", "551", "10/2018108", "200/1545041"), Failure.ADDRESS),
    **dict.fromkeys(("131021", "100/2018001"), Failure.INVALID),
    "131050": Failure.OPTED_OUT,  # of marketing
    **dict.fromkeys(("131047", "131049", "130472", "10/2018278", "100/2018278"), Failure.WITHHELD),
    **dict.fromkeys(("131056", "130429", "80007", "80006", "4", "32", "613"), Failure.BUSY),
    **dict.fromkeys(("131048", "131031", "131064", "131042", "131005", "131030", "368"), Failure.CONFIG),
    **dict.fromkeys(("133000", "133004", "133005", "133006", "133009", "133010", "133015"), Failure.CONFIG),
    **dict.fromkeys(("131000", "131016", "131057", "1", "2", "1200"), Failure.BROKEN),
}


def failure_of(code: object, subcode: object = None) -> Failure | None:
    """Whose fault an error is; None where the table has no word on it."""
    found = FAILURES.get(f"{code}/{subcode}") or FAILURES.get(str(code))
    if found is None and isinstance(code, int) and (code in _ACCOUNT or code in _PERMISSIONS):
        return Failure.CONFIG
    return found


def request(account: Account, sender: str, body: Mapping[str, Any]) -> Request:
    """A message by the account, from a phone number or Page."""
    return call(account, "POST", f"{quote(sender, safe='')}/messages", body)


def call(account: Account, method: str, path: str, body: Mapping[str, Any] | None = None) -> Request:
    """Any call of the Graph API by the account."""
    values = account.values
    url = f"{(values.get('api_url') or API).rstrip('/')}/{values.get('version') or VERSION}/{path}"
    headers = {"Authorization": f"Bearer {values['access_token']}", "User-Agent": "wismo/1.0.0"}
    if body is None:
        return Request(method, url, headers, b"")
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Request(method, url, {**headers, "Content-Type": "application/json"}, text.encode())


def outcome(reply: http.Reply, provider_id: str) -> Outcome:
    """What an answer means; `provider_id` is the message's where the answer has one.

    There is no idempotency key: a failure that names no error may have been a message all the same.
    """
    if reply.status < 300:
        return Outcome(Result.SENT, "", provider_id) if provider_id else Outcome(Result.UNKNOWN, "no id")
    error = told(reply).get("error")
    if not isinstance(error, dict) or "code" not in error:
        unclear = Outcome(Result.UNKNOWN, str(reply.status)) if reply.status >= 500 else None
        return unclear or busy_or_broken(reply) or _refused(str(reply.status), None, reply)
    subcode = error.get("error_subcode")
    failure = failure_of(error["code"], subcode)
    code = f"{error['code']}/{subcode}" if subcode else str(error["code"])
    if failure is None and reply.status >= 500:
        return Outcome(Result.UNKNOWN, code)
    if failure is None and error.get("is_transient"):
        failure = Failure.BROKEN
    return _refused(code, failure, reply)


def _refused(code: str, failure: Failure | None, reply: http.Reply) -> Outcome:
    if failure in {Failure.BUSY, Failure.BROKEN}:
        asked = busy_or_broken(reply)
        wait = asked.again_after if asked else None
        return Outcome(Result.RETRY, code, failure=failure, again_after=_PAIR if code == "131056" else wait)
    account = reply.status in {401, 403}
    return Outcome(Result.REFUSED, code, failure=failure or (Failure.CONFIG if account else Failure.CONTENT))


# ── webhooks ──────────────────────────────────────────────────────────────────────────────────────────────


def authentic(account: Account, call: Call) -> bool:
    """X-Hub-Signature-256: HMAC-SHA256 of the raw body by the app's secret. A GET shows a token we chose."""
    if call.method == "GET":
        wanted, given = account.values.get("verify_token", ""), call.query.get("hub.verify_token", "")
        return bool(wanted) and hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))
    secret, given = account.values.get("app_secret", ""), call.headers.get("x-hub-signature-256", "")
    made = f"sha256={hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()}"
    return bool(secret) and hmac.compare_digest(made.encode(), given.encode("utf-8", "replace"))


def answer(account: Account, call: Call) -> Answer:
    """The challenge of who registers the webhook, said back; else that it was heard."""
    if call.method != "GET":
        return Answer()
    challenge = call.query.get("hub.challenge", "")
    if call.query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        return Answer(400, "not a challenge", keep=False)
    return Answer(200, challenge, keep=False)


def payload(body: bytes, kind: str) -> Mapping[str, Any]:
    """The JSON object of a webhook of this kind; Unreadable where it is none."""
    found = json_of(body)
    if not isinstance(found, dict) or found.get("object") != kind:
        raise Unreadable(f"not a payload whose `object` is {kind!r}")
    return found


def dicts(found: object) -> list[Mapping[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def part(told_of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of this name; an empty one where there is none."""
    found = told_of.get(name)
    return found if isinstance(found, dict) else {}
