"""What Twilio's SMS and WhatsApp have in common: one call to send, one shape of answers and webhooks."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from wismo.notify.handover import NOT_NOW, busy_or_broken, hand_over, told
from wismo.notify.port import Account, Answer, Call, Letter, Outcome, Outgoing, Request, Result
from wismo.notify.words import Failure
from wismo.plumbing import http

API = "https://api.twilio.com"
BODY_LIMIT = 1600  # Twilio API v2010: characters of `Body`
_SHORTEST, _LONGEST = 6, 36000  # seconds: Twilio advises more than 5 and takes 36000 at most
_FORM = "application/x-www-form-urlencoded"

# Twilio: error and warning dictionary. What is not here stops this message alone.
FAILURES: Mapping[str, Failure] = {
    **dict.fromkeys(("21211", "21214", "21217", "21614", "30005", "30006"), Failure.INVALID),
    **dict.fromkeys(("21612", "30003", "63003", "63024"), Failure.ADDRESS),
    **dict.fromkeys(("21610", "30004"), Failure.OPTED_OUT),
    **dict.fromkeys(("20003", "20005", "21212", "21408", "21603", "21606", "21659", "30002"), Failure.CONFIG),
    **dict.fromkeys(("21655", "30032", "30034", "30035", "63007", "63027", "63040", "63041"), Failure.CONFIG),
    **dict.fromkeys(("30007", "30008", "63016", "63032", "63049"), Failure.WITHHELD),
    **dict.fromkeys(("20429", "21611", "30001", "63018", "63038"), Failure.BUSY),
}
# Twilio: 30003, the handset is off or out of reach for now; 30008 says nothing more.
HEALS = frozenset({"30001", "30003", "30008", "63018"})


@dataclass(frozen=True, slots=True)
class Line:
    """An account at Twilio, and the requests that are made with it."""

    account: Account

    def messages(self) -> str:
        """Where its messages are."""
        values = self.account.values
        api = values.get("api_url") or API
        return f"{api.rstrip('/')}/2010-04-01/Accounts/{quote(values['account_sid'], safe='')}/Messages.json"

    def headers(self) -> dict[str, str]:
        """Who asks."""
        values = self.account.values
        proof = base64.b64encode(f"{values['account_sid']}:{values['auth_token']}".encode()).decode()
        return {"Authorization": f"Basic {proof}", "Accept": "application/json"}

    def sender(self, prefix: str = "") -> dict[str, str]:
        """From whom: a number, a name, or a messaging service that chooses one."""
        sender = self.account.values["sender"].strip()
        if sender.startswith("MG"):
            return {"MessagingServiceSid": sender}
        return {"From": prefix + sender.removeprefix(prefix)}

    def posting(self, letter: Letter, fields: Mapping[str, str]) -> Outgoing:
        """The letter as the call that sends it, with what all of them carry."""
        form = dict(fields)
        if self.account.values.get("callback_url"):
            form["StatusCallback"] = self.account.values["callback_url"]
        if letter.expires_at is not None:
            form["ValidityPeriod"] = str(_seconds(letter.expires_at - letter.now))
        headers = {**self.headers(), "Content-Type": _FORM}
        request = Request("POST", self.messages(), headers, urlencode(form).encode())
        return Outgoing(letter.message_id, letter.reference, letter.journey, request)


def _seconds(life: timedelta) -> int:
    return min(max(int(life.total_seconds()), _SHORTEST), _LONGEST)


def send(outgoing: Outgoing) -> Outcome:
    """Hand over. Twilio knows no idempotency key: an answer that leaves it open is UNKNOWN."""
    return hand_over(outgoing.form, _outcome)


def _outcome(reply: http.Reply) -> Outcome:
    answer = told(reply)
    if reply.status < 300 and answer.get("sid"):
        return Outcome(Result.SENT, str(answer.get("status", "")), str(answer["sid"]))
    code = str(answer.get("code") or "")
    if reply.status == 503 or reply.status in NOT_NOW:
        return busy_or_broken(reply) or Outcome(Result.RETRY)
    if reply.status >= 500 or reply.status < 400:
        return Outcome(Result.UNKNOWN, code or str(reply.status))
    return refusal(code, reply.status)


def refusal(code: str, status: int) -> Outcome:
    """What an error of theirs means for the message."""
    failure = FAILURES.get(code)
    if failure is None:
        failure = Failure.CONFIG if status in {401, 403, 404} else Failure.CONTENT
    if failure is Failure.BUSY:
        return Outcome(Result.RETRY, code, failure=failure)
    return Outcome(Result.REFUSED, code or str(status), failure=failure)


# ── what comes back ───────────────────────────────────────────────────────────────────────────────────────


def authentic(account: Account, call: Call) -> bool:
    """X-Twilio-Signature: HMAC-SHA1 of the URL and the sorted form. Of JSON, a digest stands in the URL.

    Twilio: https://www.twilio.com/docs/usage/security#validating-requests
    """
    given = call.headers.get("x-twilio-signature", "")
    digest = call.query.get("bodySHA256")
    if digest is not None:
        body = hashlib.sha256(call.body).hexdigest()
        if not hmac.compare_digest(body.encode(), digest.lower().encode("utf-8", "replace")):
            return False
        signed = call.url
    else:
        signed = call.url + "".join(name + value for name, value in _signed_fields(call.body))
    token = account.values.get("auth_token", "").encode()
    # Which of the two forms Twilio signs where a port is named depends on the library it was sent by.
    return bool(token) and any(
        hmac.compare_digest(_signature(token, told), given.encode("utf-8", "replace"))
        for told in (signed, _with_port(signed, call.url))
    )


def _signature(token: bytes, text: str) -> bytes:
    return base64.b64encode(hmac.new(token, text.encode("utf-8", "replace"), hashlib.sha1).digest())


def _signed_fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return sorted(set(parse_qsl(body.decode(), keep_blank_values=True)))
    except (UnicodeDecodeError, ValueError):
        return []


def _with_port(signed: str, url: str) -> str:
    """The text with the scheme's own port written out."""
    parts = urlsplit(url)
    if parts.port is not None or parts.scheme not in {"http", "https"}:
        return signed
    port = 443 if parts.scheme == "https" else 80
    whole = parts._replace(netloc=f"{parts.netloc}:{port}").geturl()
    return whole + signed.removeprefix(url)


def answer(account: Account, call: Call) -> Answer:
    """An empty TwiML document: heard, and nothing to say at once."""
    return Answer(body="<Response/>", content_type="text/xml; charset=utf-8")
