"""Mail that comes in: who wrote, their own words, and no answering machines."""

import base64
import contextlib
import json
import time
from typing import Any

import pytest

from tests.notify.channels.letters import REFERENCE
from wismo.notify.channels.email import mailersend, postmark, ses, sparkpost
from wismo.notify.channels.email.inbound import of_html, of_mime, own_words
from wismo.notify.port import Heard, HeardOther, HeardReply, Unreadable

MAIL = (
    "From: Lina B <lina@buyer.example>\r\nTo: help@halden.example\r\nSubject: Re: Order HR-1\r\n"
    "Date: Tue, 24 Nov 2026 12:00:00 +0100\r\n"
    f"In-Reply-To: <{REFERENCE}@halden.example>\r\n{{more}}"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nPlease leave it with the neighbour.\r\n\r\n"
    "On Tue, 24 Nov 2026 at 11:00, Halden & Rue\r\n<orders@halden.example> wrote:\r\n> Your parcel\r\n"
)
WORDS = "Please leave it with the neighbour."


def mail(more: str = "") -> bytes:
    return MAIL.format(more=more).encode()


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("STOP", "STOP"),
        (
            "Yes please\n\nOn Tue, 24 Nov 2026 at 11:00, Halden <orders@halden.example> wrote:\n> x",
            "Yes please",
        ),
        ("Yes\n\nOn Tue, 24 Nov 2026 at 11:00, Halden & Rue\norders wrote:\n> x", "Yes"),
        ("はい\n\n2026年11月24日(火) 11:00 Halden <orders@halden.example>:\n> x", "はい"),
        ("Ja bitte\n\nAm 24.11.2026 um 11:00 schrieb Halden & Rue:\n> x", "Ja bitte"),
        ("Oui\n\n-----Message d'origine-----\nDe : Halden", "Oui"),
        ("Thanks\n-- \nLina B\n+49 …", "Thanks"),
        ("On the other hand I have three questions:\n1. Where is it?", None),
        ("> only a quotation", None),
        ("Two lines\r\nof words\r\n", "Two lines\nof words"),
    ],
)
def test_what_is_quoted_or_signed_is_not_the_readers_own_words(said: str, own: str | None) -> None:
    assert own_words(said) == (own if own is not None else said.strip())


@pytest.mark.parametrize(
    "endless", ["<a@" * 200_000, "@" * 600_000, "<" + "a@" * 300_000, "On " + "x " * 300_000]
)
def test_an_endless_line_takes_no_longer_than_it_is(endless: str) -> None:
    began = time.process_time()
    assert own_words(f"Hi\n{endless}").startswith("Hi\n")
    assert time.process_time() - began < 1


@pytest.mark.parametrize("endless", ["<a ", "<!--", "<!", "<![", "</", "<a x='", "<script>", "&", "<"])
def test_html_that_is_never_closed_takes_no_longer_than_it_is(endless: str) -> None:
    began = time.process_time()
    of_html("Hi" + endless * 100_000)
    assert time.process_time() - began < 2


def test_what_an_html_mail_hides_is_not_said() -> None:
    hidden = "<style>a{}</style><!--[if mso]><p>Outlook</p><![endif]-->"
    assert of_html(f"{hidden}Hi &amp; <B>bye</B><br>1 < 2<blockquote>old</blockquote>") == "Hi & bye\n1 < 2"


@pytest.mark.parametrize(
    "header", ["From: " + "(" * 20_000, "From: a@b.example\r\nSubject: " + "=?utf-8?q?" * 9000]
)
def test_an_endless_header_is_read_or_refused_at_once(header: str) -> None:
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        of_mime("k", f"{header}\r\n\r\nHi".encode())
    assert time.process_time() - began < 2


def test_a_mail_without_plain_text_is_read_from_its_html() -> None:
    html = "<style>p{}</style><p>Leave it&nbsp;with <b>Ann</b>.</p><blockquote>Your parcel</blockquote>"
    assert of_html(html) == "Leave it with Ann."
    raw = f"From: lina@buyer.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
    heard = of_mime("k", raw)
    assert isinstance(heard, HeardReply)
    assert heard.text == "Leave it with Ann."


def arrivals() -> dict[str, list[Heard]]:
    """The same mail as each provider passes it on."""
    raw = mail()
    sns = {
        "Type": "Notification",
        "MessageId": "m",
        "Message": json.dumps({
            "notificationType": "Received",
            "receipt": {"action": {"type": "SNS", "encoding": "BASE64"}},
            "content": base64.b64encode(raw).decode(),
        }),
    }
    relay = {"content": {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}}
    route = {"type": "inbound.message", "data": {"id": "i", "raw": raw.decode()}}
    said: dict[str, Any] = {
        "FromFull": {"Email": "lina@buyer.example"},
        "Subject": "Re: Order HR-1",
        "MessageID": "m",
        "Date": "Tue, 24 Nov 2026 12:00:00 +0100",
        "TextBody": f"{WORDS}\n\n> Your parcel",
        "Headers": [{"Name": "In-Reply-To", "Value": f"<{REFERENCE}@halden.example>"}],
    }
    return {
        "ses": ses.read(json.dumps(sns).encode(), {}),
        "sparkpost": sparkpost.read(json.dumps([{"msys": {"relay_message": relay}}]).encode(), {}),
        "mailersend": mailersend.read(json.dumps(route).encode(), {}),
        "postmark": postmark.read(json.dumps(said).encode(), {}),
    }


@pytest.mark.parametrize("provider", ["ses", "sparkpost", "mailersend", "postmark"])
def test_a_reply_says_who_wrote_what_and_to_which_of_our_messages(provider: str) -> None:
    (heard,) = arrivals()[provider]
    assert isinstance(heard, HeardReply)
    assert (heard.sender, heard.text) == (("email", "lina@buyer.example"), WORDS)
    assert heard.answers == f"<{REFERENCE}@halden.example>"
    assert heard.extra == {"subject": "Re: Order HR-1", "reference": REFERENCE}
    assert heard.at is not None
    assert heard.at.isoformat() == "2026-11-24T12:00:00+01:00"


@pytest.mark.parametrize(
    "more",
    [
        "Auto-Submitted: auto-replied\r\n",
        "X-Autoreply: yes\r\n",
        "Precedence: auto_reply\r\n",
        "Precedence: bulk\r\n",
    ],
)
def test_a_machine_is_not_answered(more: str) -> None:
    assert isinstance(of_mime("k", mail(more)), HeardOther)
    assert isinstance(of_mime("k", mail("Auto-Submitted: no\r\n")), HeardReply)


@pytest.mark.parametrize(
    "raw", [b"", b"Subject: nobody\r\n\r\nhello", b"From: nobody\r\n\r\nhello", b"\xff\xfe"]
)
def test_a_mail_from_nobody_cannot_be_read(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        of_mime("k", raw)
