"""What Twilio says of messages and passes on from people, for SMS and WhatsApp alike."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings

from wismo.notify.channels.twilio_api import FAILURES, HEALS, Line
from wismo.notify.handover import told
from wismo.notify.port import (
    Account,
    Heard,
    HeardChoice,
    HeardOther,
    HeardReceipt,
    HeardReply,
    Trace,
    Unreadable,
)
from wismo.notify.words import AddressKind, Failure, ReceiptState
from wismo.plumbing import http

_WHATSAPP = "whatsapp:"
_BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]+")  # Meta: the country, then up to 128 characters
_INCOMING = frozenset({"", "receiving", "received"})
# Twilio: message status values.
_STATES: Mapping[str, ReceiptState] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), ReceiptState.ACCEPTED),
    **dict.fromkeys(("delivered", "partially_delivered"), ReceiptState.DELIVERED),
    "read": ReceiptState.READ,
    **dict.fromkeys(("undelivered", "failed", "canceled"), ReceiptState.FAILED),
}
_PLACE = ("Latitude", "Longitude", "Address", "Label")
_CLOCKS = timedelta(seconds=5)  # that ours and theirs may differ by
_HAND_OVER = timedelta(seconds=60)  # the longest a call of ours can take, and some more


def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """One status or one message per call."""
    try:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    except (UnicodeDecodeError, ValueError):
        raise Unreadable("not a form in UTF-8") from None
    sid = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid") or ""
    status = form.get("MessageStatus") or form.get("SmsStatus") or ""
    if not sid:
        raise Unreadable("a form without MessageSid")
    if status in _INCOMING:
        return _incoming(sid, form)
    return [_status(sid, status, form)]


def _status(sid: str, status: str, form: Mapping[str, str]) -> Heard:
    state = _STATES.get(status)
    if state is None:
        return HeardOther(f"{sid}:{status}", f"status {status}")
    code = form.get("ErrorCode", "")
    failed = state is ReceiptState.FAILED
    return HeardReceipt(
        key=f"{sid}:{status}",
        state=state,
        at=None,
        provider_id=sid,
        code=code,
        failure=FAILURES.get(code, Failure.WITHHELD) if failed else None,
        soft=failed and code in HEALS,
        to=_address(form.get("To", "")),
    )


def _incoming(sid: str, form: Mapping[str, str]) -> list[Heard]:
    found = [
        address
        for address in map(_address, (form.get("From", ""), form.get("ExternalUserId", "")))
        if address
    ]
    if not found:
        raise Unreadable("a message without a sender")
    sender, also = found[0], tuple(found[1:])
    # Twilio's Advanced Opt-Out has already acted on the word, and answered it.
    word = form.get("OptOutType", "").upper()
    if word in {"STOP", "START"}:
        return [HeardChoice(sid, None, sender, granted=word == "START", extra={"answered": True})]
    extra: dict[str, Any] = {"answered": True} if word == "HELP" else {}
    if form.get("ProfileName"):
        extra["name"] = form["ProfileName"]
    place = {name.lower(): form[name] for name in _PLACE if form.get(name)}
    if place:
        extra["place"] = place
    media = _media(form)
    if media:
        extra["media"] = media
    reply = HeardReply(
        key=sid,
        at=None,
        sender=sender,
        text=form.get("Body") or form.get("ButtonText") or form.get("ListTitle") or "",
        token=form.get("ButtonPayload") or form.get("ListId") or "",
        answers=form.get("OriginalRepliedMessageSid", ""),
        also=also,
        extra=extra,
    )
    return [reply]


def _media(form: Mapping[str, str]) -> list[dict[str, str]]:
    number = form.get("NumMedia", "0")
    several = range(min(int(number[:2]), 10) if number.isdecimal() else 0)  # Twilio: ten at most
    return [
        {"url": form.get(f"MediaUrl{n}", ""), "type": form.get(f"MediaContentType{n}", "")} for n in several
    ]


def _address(told_as: str) -> tuple[AddressKind, str] | None:
    """An address as Twilio writes it: "+4915…", "whatsapp:+4915…", "whatsapp:US.1349…"."""
    plain = told_as.strip().removeprefix(_WHATSAPP)
    if not plain:
        return None
    return (AddressKind.WHATSAPP if _BSUID.fullmatch(plain) else AddressKind.PHONE), plain


# ── asking what became of a message whose answer never came ───────────────────────────────────────────────


def look_up(account: Account, traces: Sequence[Trace]) -> dict[str, HeardReceipt]:
    """What Twilio has of these attempts, by our reference; those it is not sure of are left out.

    Twilio keeps no reference of ours. A message counts as an attempt's own where it is the only one that went
    to this reader by this account within a minute of the attempt, and carries a link of this house. Who asks
    sees to it that no other attempt is known by the same provider id.
    """
    found: dict[str, HeardReceipt] = {}
    for trace in traces:
        if not trace.to:
            continue  # nobody is asked for: all messages would be told
        listed = _listed(Line(account), trace.to)
        mine = [message for message in listed if _is_of(message, trace)]
        if len(mine) == 1:
            found[trace.reference] = _receipt(mine[0], trace)
    return found


def _listed(line: Line, to: str) -> list[Mapping[str, Any]]:
    """The newest messages to this reader. Not by DateSent: one that still waits has none."""
    to = f"{_WHATSAPP}{to}" if line.account.channel == "whatsapp" else to
    url = f"{line.messages()}?{urlencode({'To': to, 'PageSize': 50})}"
    try:
        reply = http.send("GET", url, headers=line.headers())
    except http.NoAnswer:
        return []
    messages = told(reply).get("messages") if reply.status == 200 else None
    return [message for message in messages or [] if isinstance(message, dict)]


def _is_of(message: Mapping[str, Any], trace: Trace) -> bool:
    if trace.provider_id:
        return bool(message.get("sid") == trace.provider_id)
    made = _moment(message.get("date_created"))
    if made is None or not str(message.get("direction", "")).startswith("outbound"):
        return False
    host = urlsplit(settings.BASE_URL).netloc
    in_time = trace.started_at - _CLOCKS <= made <= trace.started_at + _HAND_OVER
    return in_time and host in str(message.get("body") or "")


def _receipt(message: Mapping[str, Any], trace: Trace) -> HeardReceipt:
    status, sid = str(message.get("status") or ""), str(message.get("sid") or "")
    code = str(message.get("error_code") or "")
    state = _STATES.get(status, ReceiptState.ACCEPTED)
    return HeardReceipt(
        key=f"{sid}:{status}",
        state=state,
        at=_moment(message.get("date_updated")),
        provider_id=sid,
        reference=trace.reference,
        code=code,
        failure=FAILURES.get(code, Failure.WITHHELD) if state is ReceiptState.FAILED else None,
        soft=code in HEALS,
    )


def _moment(said: object) -> datetime | None:
    """A moment as Twilio writes it, by RFC 2822."""
    try:
        moment = parsedate_to_datetime(str(said))
    except (ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
