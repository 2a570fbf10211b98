"""Mail that comes in: who wrote, and what they wrote themselves, without what they quote. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape
from typing import Any

from wismo.notify.channels.email.hearing import made_of
from wismo.notify.channels.reading import BROKEN
from wismo.notify.port import Heard, HeardOther, HeardReply, Unreadable
from wismo.notify.words import AddressKind

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")  # the Message-ID we give: an attempt's
# Where the words of others begin, or a signature: most programs put the address in brackets before a colon,
# in whatever language. A line that is missed only shows too much.
_QUOTED = re.compile(
    r"^(>|--\s*$|_{10,}$"
    r"|-{2,}\s*(Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine)\b"
    r"|.*<[^<>\s]+@[^<>\s]+>.{0,40}[:：]$"
    r"|(On|Am|Le|El|Il|Op|Em)\s.{5,300}"
    r"(wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu).{0,80}:$)",
    re.IGNORECASE,
)
_LINE = 500  # characters of a line that may be one that says so
_TAG = re.compile(r"(<[a-zA-Z/!?][^<>]*>)")
_NAME = re.compile(r"<(/?)([a-zA-Z0-9!?]+)[^<>]*>")
_HIDDEN = frozenset({"style", "script", "head", "blockquote"})
_BREAKING = frozenset({"br", "p", "div", "tr", "li"})
# Those a reply is read by, and no more of them than anybody needs: the writer says how long all would take.
_HEADERS = frozenset({
    *("from", "subject", "date", "in-reply-to", "references", "auto-submitted", "x-autoreply", "precedence"),
    "content-type",
})
_HEADER = 4000
_LONGEST = 20_000  # characters of a reply that are kept


def reply(key: str, headers: Mapping[str, str], said: str, at: datetime | None = None) -> Heard:
    """A reply by its headers (names in lower case) and its text; what a machine wrote is only noted."""
    sender = parseaddr(headers.get("from", ""))[1]
    if "@" not in sender:
        raise Unreadable("the mail names no sender")
    # Ids of mails are of any length, and some providers give none.
    key = "mail:" + made_of((key or f"{sender}|{headers.get('date', '')}|{said}").encode(errors="replace"))
    if _automatic(headers):
        return HeardOther(key, "auto_reply")
    thread = f"{headers.get('in-reply-to', '')} {headers.get('references', '')}"
    ours = _OURS.findall(thread)
    extra: dict[str, Any] = {"subject": headers.get("subject", "")[:250]}
    if ours:
        extra["reference"] = ours[0]
    return HeardReply(
        key=key,
        at=at or _date(headers.get("date", "")),
        sender=(AddressKind.EMAIL, sender),
        text=own_words(said),
        answers=headers.get("in-reply-to", "").strip()[:200],
        extra=extra,
    )


def of_mime(key: str, raw: bytes, at: datetime | None = None) -> Heard:
    """A reply out of a whole mail."""
    try:
        mail = message_from_bytes(raw, policy=policy.default)
        return reply(key, _headers(mail), _body(mail), at)
    except (MessageError, *BROKEN) as error:
        raise Unreadable(f"the mail cannot be read: {type(error).__name__}") from error


def _headers(mail: EmailMessage) -> dict[str, str]:
    told = ((name, str(raw)[:_HEADER]) for name, raw in mail.raw_items() if name.lower() in _HEADERS)
    return {name.lower(): str(policy.default.header_fetch_parse(name, raw)) for name, raw in told}


def own_words(said: str) -> str:
    """A reply's text up to where it quotes; the whole of it where it begins with a quotation."""
    lines = said.replace("\r\n", "\n").strip().split("\n")
    upto = next((place for place in range(len(lines)) if _quotes(lines, place)), len(lines))
    return ("\n".join(lines[:upto]).strip() or "\n".join(lines))[:_LONGEST]


def _quotes(lines: Sequence[str], place: int) -> bool:
    """Whether a quotation begins here; the line that says so may be broken in two."""
    line = lines[place].strip()
    # To look through a line takes the square of its length.
    if _QUOTED.match(line) if len(line) <= _LINE else line.startswith(">"):
        return True
    following = lines[place + 1].strip() if place + 1 < len(lines) else ""
    return line.startswith("On ") and following.endswith("wrote:")


def of_html(html: str) -> str:
    """The words of an HTML body, for mail that has no plain text."""
    parts, hidden = [], 0
    # Not by html.parser: what is never closed takes it quadratic time, and anybody may write to a shop.
    for token in _TAG.split(_without_comments(html)):
        tag = _NAME.match(token)
        if tag is None:
            parts.append("" if hidden else unescape(token))
            continue
        ends, name = tag[1], tag[2].lower()
        hidden = max(0, hidden + (-1 if ends else 1) * (name in _HIDDEN))
        parts.append("\n" if name in _BREAKING and not ends else "")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_comments(html: str) -> str:
    first, *others = html.split("<!--")
    return first + "".join(other.partition("-->")[2] for other in others)


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return of_html(content) if part.get_content_type() == "text/html" else content


def _automatic(headers: Mapping[str, str]) -> bool:
    """RFC 3834 and what older programs say instead: holiday notices, reports of other mail servers."""
    auto = headers.get("auto-submitted", "no").strip().lower()
    return (
        not auto.startswith("no")
        or "x-autoreply" in headers
        or headers.get("precedence", "").strip().lower() in {"auto_reply", "bulk", "junk"}
        or headers.get("content-type", "").lower().startswith("multipart/report")
    )


def _date(said: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, IndexError, TypeError):
        return None
    return moment if moment.tzinfo else None
