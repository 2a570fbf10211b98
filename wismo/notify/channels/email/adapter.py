"""Hands letters over as e-mail, one connection a run, and says what became of each."""

import contextlib
import re
import smtplib
import socket
from collections.abc import Iterator
from email.errors import MessageError

import requests
from anymail.exceptions import (  # type: ignore[import-untyped]
    AnymailAPIError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from wismo.notify.channels.email import layout
from wismo.notify.port import Channel, Letter, LetterError, Outcome, Outgoing, Result

# Django mends or quotes what is more than a bare address, and so mails somebody else or nobody.
_BARE = re.compile(r"[^@\x00-\x20\x7f<>\",;]+@[^@\x00-\x20\x7f<>\",;]+")
# The connection was never made, so nothing can have been taken.
_NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror, requests.exceptions.ConnectTimeout)


def open_channel() -> Channel:
    """E-mail by settings.EMAIL_BACKEND."""
    return EmailChannel(get_connection())


class EmailChannel:
    """One mail connection, opened when first needed and again after a failure."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend
        self.open = False

    def compose(self, letter: Letter) -> Outgoing:
        """The mail with an HTML and a plain text part."""
        _check("sender", letter.sender, letter.brand)
        _check("recipient", letter.to)
        if letter.reply_to:
            _check("reply-to", letter.reply_to)
        domain = letter.sender.rpartition("@")[2]
        return Outgoing(
            message_id=letter.message_id,
            reference=f"<{letter.reference}@{domain}>",
            to=letter.to,
            sender=letter.sender,
            sender_name=letter.brand,
            reply_to=letter.reply_to,
            subject=letter.subject,
            text=layout.text_of(letter),
            html=layout.html_of(letter),
        )

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over. Once the data may have left us, silence means UNKNOWN, never RETRY."""
        try:
            self._connect()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome(Result.DOWN, _smtp_code(error) or "connect")
        mail = mail_of(outgoing, self.backend)
        try:
            self.backend.send_messages([mail])
        except (OSError, smtplib.SMTPException, AnymailError) as error:
            outcome = outcome_of(error)
            if outcome.result is not Result.REFUSED:
                self._drop()
            return outcome
        return taken(mail, outgoing.reference)

    def close(self) -> None:
        """Say goodbye to the server."""
        self._drop()

    def _connect(self) -> None:
        """An open connection whose other side answers, so that a stale one is not met half-way."""
        smtp = getattr(self.backend, "connection", None)
        if self.open and isinstance(smtp, smtplib.SMTP) and not _alive(smtp):
            self._drop()
        if not self.open:
            self.backend.open()
            self.open = True

    def _drop(self) -> None:
        self.open = False
        # It may be broken already: then the outcome of the message says so.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.backend.close()


def _check(role: str, address: str, name: str = "") -> None:
    """LetterError where a mail with this address could not be handed over; it does not quote the address."""
    if not _BARE.fullmatch(address):
        raise LetterError(f"the {role}'s address is not well-formed")
    try:
        sanitize_address((name, address), "utf-8")
    except (ValueError, MessageError) as error:
        raise LetterError(f"the {role}'s name or address is not well-formed") from error


def mail_of(outgoing: Outgoing, backend: BaseEmailBackend) -> EmailMultiAlternatives:
    """The mail as Django sends it, with headers by which a receipt or a duplicate is recognised."""
    mail = EmailMultiAlternatives(
        subject=outgoing.subject,
        body=outgoing.text,
        from_email=sanitize_address((outgoing.sender_name, outgoing.sender), "utf-8"),
        to=[outgoing.to],
        reply_to=[outgoing.reply_to] if outgoing.reply_to else None,
        connection=backend,
        headers={
            "Message-ID": outgoing.reference,
            "X-Wismo-Message": str(outgoing.message_id),
            "Auto-Submitted": "auto-generated",  # RFC 3834: holiday notices do not answer it
        },
    )
    mail.attach_alternative(outgoing.html, "text/html")
    return mail


def taken(mail: EmailMultiAlternatives, reference: str) -> Outcome:
    """What a hand-over without an error means: taken, unless a provider's own words say less."""
    status = getattr(mail, "anymail_status", None)
    if status is None:
        return Outcome(Result.SENT, provider_id=reference)
    if status.status == {"failed"}:
        return Outcome(Result.REFUSED, "failed", status.message_id or "")
    if status.status == {"unknown"}:
        return Outcome(Result.UNKNOWN, "no_status", status.message_id or "")
    return Outcome(Result.SENT, provider_id=status.message_id or reference)


def outcome_of(error: Exception) -> Outcome:
    """What a failure after the connection stood means for the message."""
    if isinstance(error, AnymailError):
        return _from_provider(error)
    code = _smtp_code(error)
    if code:
        return Outcome(Result.RETRY if code.startswith("4") else Result.REFUSED, code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(Result.REFUSED, "not_supported")
    return Outcome(Result.UNKNOWN, "timeout" if isinstance(error, TimeoutError) else "disconnect")


def _from_provider(error: AnymailError) -> Outcome:
    if isinstance(error, AnymailRecipientsRefused):
        return Outcome(Result.REFUSED, "recipient")
    if not isinstance(error, AnymailAPIError):
        return Outcome(Result.REFUSED, "not_supported")  # found before anything was posted
    if any(isinstance(link, _NEVER_CONNECTED) for link in _chain(error)):
        return Outcome(Result.DOWN, "connect")
    status = error.status_code
    if status is None:
        return Outcome(Result.UNKNOWN, "timeout" if isinstance(error, requests.Timeout) else "disconnect")
    return Outcome(Result.RETRY if status == 429 or status >= 500 else Result.REFUSED, str(status))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _smtp_code(error: Exception) -> str:
    """The server's own three digits: it answered, so it did not take the mail. "" where it did not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return str(next(iter(error.recipients.values()))[0])
    if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 600:
        return str(error.smtp_code)
    return ""


def _alive(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.noop()[0] == 250
    except smtplib.SMTPServerDisconnected:
        return False
