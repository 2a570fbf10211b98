"""A letter as a mail: its headers and its two bodies, the same for every way to hand it over."""

import re
from email.errors import MessageError

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from wismo.notify.channels.email import layout
from wismo.notify.channels.plain import one_line
from wismo.notify.port import Letter, LetterError
from wismo.notify.words import Kind

# Django mends or quotes what is more than a bare address, and so mails somebody else or nobody.
_BARE = re.compile(r"[^@\x00-\x20\x7f<>\",;]+@[^@\x00-\x20\x7f<>\",;]+")


def mail_of(letter: Letter) -> EmailMultiAlternatives:
    """The mail with an HTML and a plain text part; LetterError where an address cannot stand in one."""
    sender = _address("sender", letter.sender, letter.brand)
    _address("recipient", letter.to)
    if letter.reply_to:
        _address("reply-to", letter.reply_to)
    mail = EmailMultiAlternatives(
        subject=one_line(letter.subject),  # a line break in a product's title would end the header
        body=layout.text_of(letter),
        from_email=sender,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=_headers(letter),
    )
    mail.attach_alternative(letter.html or layout.html_of(letter), "text/html")
    return mail


def message_id_of(letter: Letter) -> str:
    """Ours, always the same for an attempt: by it a reply, a receipt or a duplicate is recognised."""
    return f"<{letter.reference}@{letter.sender.rpartition('@')[2]}>"


def unsubscribe_url_of(letter: Letter) -> str:
    """Where one click ends these messages; "" for facts of an order, which are not ended so."""
    return "" if letter.kind is Kind.TRANSACTIONAL else letter.unsubscribe_url


def _headers(letter: Letter) -> dict[str, str]:
    headers = {
        "Message-ID": message_id_of(letter),
        "X-Wismo-Message": str(letter.message_id),
        "X-Wismo-Reference": letter.reference,
        "Auto-Submitted": "auto-generated",  # RFC 3834: holiday notices do not answer it
    }
    ends = unsubscribe_url_of(letter)
    if ends:  # RFC 8058
        headers["List-Unsubscribe"] = f"<{ends}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _address(role: str, address: str, name: str = "") -> str:
    """As it stands in a header; LetterError where it cannot be handed over, which does not quote it."""
    if not _BARE.fullmatch(address):
        raise LetterError(f"the {role}'s address is not well-formed")
    try:
        return str(sanitize_address((name, address), "utf-8"))
    except (ValueError, MessageError) as error:
        raise LetterError(f"the {role}'s name or address is not well-formed") from error
