"""A provider django-anymail knows: it writes requests and reads answers, our own way out carries it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from anymail.backends.base_requests import AnymailRequestsBackend  # type: ignore[import-untyped]
from anymail.exceptions import AnymailError, AnymailRequestsAPIError  # type: ignore[import-untyped]
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string
from requests.structures import CaseInsensitiveDict

from wismo.notify.channels.email.hearing import REFERENCE
from wismo.notify.channels.email.mail import mail_of
from wismo.notify.handover import busy_or_broken, hand_over, maybe_taken
from wismo.notify.port import Account, Letter, LetterError, Outcome, Outgoing, Request, Result
from wismo.notify.words import Failure
from wismo.plumbing import http

Judge = Callable[[http.Reply], Outcome | None]
_PRINTABLE = re.compile(r"[^\w.:-]+")
_ACCOUNT = frozenset({401, 402, 403, 404})  # key, payment, right, sending domain


def dress_with_metadata(mail: EmailMultiAlternatives, letter: Letter) -> None:
    """Let the provider say our reference back, as most do with anymail's `metadata`."""
    mail.metadata = {REFERENCE: letter.reference}  # type: ignore[attr-defined]


def dress_plainly(_mail: EmailMultiAlternatives, _letter: Letter) -> None:
    """A provider that is not heard need not say anything back."""


def nothing_better(_reply: http.Reply) -> Outcome | None:
    """A provider whose answers say no more than their status."""
    return None


@dataclass(frozen=True, slots=True)
class Esp:
    """How a provider differs from the others."""

    backend: str  # anymail's module
    names: Mapping[str, str]  # anymail's argument -> the field of the account
    dress: Callable[[EmailMultiAlternatives, Letter], None] = dress_with_metadata
    judge: Judge = nothing_better  # what only this provider's answers say; asked first
    headers: Callable[[Letter], Mapping[str, str]] = field(default=lambda _letter: {})  # of the request

    def open(self, account: Account) -> "EspProvider":
        """The provider with this account; what was not entered is anymail's own default."""
        given = {name: account.values.get(value, "") for name, value in self.names.items()}
        chosen = {name: value for name, value in given.items() if value}
        make = import_string(f"anymail.backends.{self.backend}.EmailBackend")
        return EspProvider(make(**chosen), self)


@dataclass(frozen=True, slots=True)
class _Form:
    request: Request
    mail: EmailMultiAlternatives
    payload: Any


class EspProvider:
    """Holds nothing but settings: any number of threads may send by it."""

    def __init__(self, backend: AnymailRequestsBackend, esp: Esp) -> None:
        self.backend = backend
        self.esp = esp

    def compose(self, letter: Letter) -> Outgoing:
        """The provider's request, whole."""
        mail = mail_of(letter)
        self.esp.dress(mail, letter)
        try:
            payload = self.backend.build_message_payload(mail, self.backend.send_defaults)
            written = requests.Request(**payload.get_request_params(self.backend.api_url)).prepare()
        except (AnymailError, requests.RequestException) as error:
            # Its words may quote the address.
            raise LetterError(f"{self.backend.esp_name} cannot take it: {type(error).__name__}") from error
        body = written.body or b""
        headers = {name: str(value) for name, value in written.headers.items() if name != "Content-Length"}
        request = Request(
            method=written.method or "POST",
            url=written.url or "",
            headers={**headers, **self.esp.headers(letter)},
            body=body if isinstance(body, bytes) else str(body).encode(),
        )
        return Outgoing(letter.message_id, letter.reference, letter.subject, _Form(request, mail, payload))

    def send(self, outgoing: Outgoing) -> Outcome:
        """Post it once, and say what the answer means."""
        form: _Form = outgoing.form
        return hand_over(form.request, lambda reply: self._outcome(form, reply))

    def close(self) -> None:
        """Nothing is held: connections belong to the way out."""

    def _outcome(self, form: _Form, reply: http.Reply) -> Outcome:
        better = self.esp.judge(reply)
        if better is not None:
            return better
        return maybe_taken(reply) or busy_or_broken(reply) or self._answer(form, reply)

    def _answer(self, form: _Form, reply: http.Reply) -> Outcome:
        try:
            status = self._status(form, reply)
        except AnymailRequestsAPIError:
            if 200 <= reply.status < 300:
                return Outcome(Result.UNKNOWN, "unreadable")
            failure = Failure.CONFIG if reply.status in _ACCOUNT else Failure.CONTENT
            return Outcome(Result.REFUSED, str(reply.status), failure=failure)
        except (LookupError, TypeError, ValueError, AttributeError):  # an answer that anymail did not expect
            return Outcome(Result.UNKNOWN, "unreadable")
        return said_of(status.status, status.message_id or "")

    def _status(self, form: _Form, reply: http.Reply) -> Any:
        """Anymail's word for the one recipient."""
        response = requests.Response()
        response.status_code = reply.status
        response.headers = CaseInsensitiveDict(reply.headers)
        response.encoding = "utf-8"
        response._content = reply.body
        self.backend.raise_for_status(response, form.payload, form.mail)
        (status,) = self.backend.parse_recipient_status(response, form.payload, form.mail).values()
        return status


def said_of(status: str, provider_id: str) -> Outcome:
    """What anymail's word for a recipient means."""
    failures = {"invalid": Failure.INVALID, "rejected": Failure.ADDRESS, "failed": Failure.CONTENT}
    if status in failures:
        return Outcome(Result.REFUSED, status, provider_id, failure=failures[status])
    if status == "unknown":
        return Outcome(Result.UNKNOWN, "no_status", provider_id)
    return Outcome(Result.SENT, provider_id=provider_id)


def code_of(said: str) -> str:
    """A provider's error name, short and of one word."""
    return _PRINTABLE.sub("_", said)[:60]
