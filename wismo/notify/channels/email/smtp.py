"""SMTP: a shop's own mail server, or the house's by the settings, which may name a backend of anymail."""

import re
import smtplib

from anymail.backends.base_requests import AnymailRequestsBackend  # type: ignore[import-untyped]
from anymail.exceptions import (  # type: ignore[import-untyped]
    AnymailAPIError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from wismo.notify.channels.email.connections import ForeignServer, Pool
from wismo.notify.channels.email.esp import Esp, EspProvider, dress_plainly
from wismo.notify.channels.email.mail import mail_of, message_id_of
from wismo.notify.port import Account, Letter, Outcome, Outgoing, Provider, Result
from wismo.notify.words import Failure

_PATIENCE = 20  # seconds for a connection, and for each answer
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_ENHANCED = re.compile(rb"\b5\.(\d)\.\d{1,3}\b")  # RFC 3463
# What the second part of an enhanced status is about: addresses, mailboxes, content; the rest is about us.
_SUBJECTS = {b"1": Failure.INVALID, b"2": Failure.ADDRESS, b"6": Failure.CONTENT, b"7": Failure.WITHHELD}


def open_provider(account: Account) -> Provider:
    """The shop's server, or where the account names none the house's."""
    if account.values.get("host"):
        return SmtpProvider(Pool(lambda: _server(account)))
    backend = get_connection()
    if isinstance(backend, AnymailRequestsBackend):
        return EspProvider(backend, Esp(backend="", names={}, dress=dress_plainly))
    return SmtpProvider(Pool(get_connection))


def _server(account: Account) -> BaseEmailBackend:
    values, security = account.values, account.values.get("security") or "starttls"
    port = values.get("port", "")
    return ForeignServer(
        host=values["host"],
        port=int(port) if port.isdecimal() else _PORTS.get(security, 587),
        username=values.get("user", ""),
        password=values.get("password", ""),
        use_tls=security == "starttls",
        use_ssl=security == "tls",
        timeout=_PATIENCE,
    )


class SmtpProvider:
    """Hands mails over on a few connections, which live for one dispatch run."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def compose(self, letter: Letter) -> Outgoing:
        """The mail with an HTML and a plain text part."""
        form = (mail_of(letter), message_id_of(letter))
        return Outgoing(letter.message_id, letter.reference, letter.subject, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over. Once the data may have left us, silence means UNKNOWN, never RETRY."""
        mail, message_id = outgoing.form
        with self.pool.lend() as connection:
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                connection.drop()
                return _never_open(error)
            try:
                connection.backend.send_messages([mail])
            except (OSError, smtplib.SMTPException, AnymailError) as error:
                outcome = outcome_of(error)
                if outcome.result is not Result.REFUSED:
                    connection.drop()
                return outcome
        return Outcome(Result.SENT, provider_id=message_id)

    def close(self) -> None:
        """Say goodbye to the server."""
        self.pool.close()


def _never_open(error: OSError | smtplib.SMTPException) -> Outcome:
    code = _code(error)
    if isinstance(error, smtplib.SMTPAuthenticationError) and code.startswith("5"):
        return Outcome(Result.REFUSED, code, failure=Failure.CONFIG)
    if isinstance(error, smtplib.SMTPNotSupportedError):  # it offers no TLS, or no login
        return Outcome(Result.REFUSED, "not_supported", failure=Failure.CONFIG)
    return Outcome(Result.DOWN, code or "connect")


def outcome_of(error: Exception) -> Outcome:
    """What a failure after the connection stood means for the message."""
    code = _code(error)
    if code.startswith("4"):  # 421: the server closes; others are about this mail, such as greylisting
        return Outcome(Result.RETRY, code, failure=Failure.BROKEN if code == "421" else Failure.BUSY)
    if code:
        return Outcome(Result.REFUSED, code, failure=_failure(error))
    if isinstance(
        error, smtplib.SMTPNotSupportedError
    ):  # an address beyond ASCII, and a server that takes none
        return Outcome(Result.REFUSED, "not_supported", failure=Failure.ADDRESS)
    if isinstance(error, AnymailError):
        return _of_anymail(error)
    return Outcome(Result.UNKNOWN, "timeout" if isinstance(error, TimeoutError) else "disconnect")


def _of_anymail(error: AnymailError) -> Outcome:
    """What a backend means that the settings name and that has a way out of its own, such as SES by boto3."""
    if isinstance(error, AnymailRecipientsRefused):
        return Outcome(Result.REFUSED, "rejected", failure=Failure.ADDRESS)
    if isinstance(error, AnymailAPIError):  # it was asked, and may have taken it
        return Outcome(Result.UNKNOWN, "provider")
    return Outcome(Result.REFUSED, "not_supported", failure=Failure.CONFIG)


def _failure(error: Exception) -> Failure:
    """Whose fault a refusal for good is: by the enhanced status, else by what was refused."""
    said = _said(error)
    about = _ENHANCED.search(said)
    if about and not isinstance(error, smtplib.SMTPSenderRefused):
        return _SUBJECTS.get(about[1], Failure.CONFIG)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return Failure.ADDRESS
    return Failure.CONTENT if isinstance(error, smtplib.SMTPDataError) else Failure.CONFIG


def _said(error: Exception) -> bytes:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = next(iter(error.recipients.values()))[1]
    else:
        said = getattr(error, "smtp_error", b"")
    return said if isinstance(said, bytes) else str(said).encode()


def _code(error: Exception) -> str:
    """The server's own three digits: it answered, so it did not take the mail. "" where it did not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return str(next(iter(error.recipients.values()))[0])
    if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 600:
        return str(error.smtp_code)
    return ""
