"""A real SMTP server for the tests, and the ways one can fail."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django.fixtures import Settings


@dataclass
class PostOffice:
    """Keeps what it takes; answers `rcpt` and `data` where told to; hangs up where told to."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    hang_up: bool = False  # after the whole mail has come in, without an answer
    hang_up_after: bool = False  # after each mail, having answered
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The answer to RCPT TO."""
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The answer to the mail itself."""
        self.connections.add(session.peer)
        if self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.taken.append(mail)
            self.recipients += envelope.rcpt_tos
        assert isinstance(server.transport, asyncio.Transport)
        if self.hang_up:
            server.transport.abort()
        if self.hang_up_after:
            server.loop.call_soon(server.transport.close)  # the answer is written before this runs
        return self.data


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def post_office(settings: Settings, **how: Any) -> Iterator[PostOffice]:
    """Django's mail goes to a server of our own."""
    office = PostOffice(**how)
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    use_smtp(settings, controller.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def use_smtp(settings: Settings, port: int) -> None:
    """Django's mail goes to this port, by SMTP."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Its plain text and its HTML."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return str(plain.get_content()), str(html.get_content())
