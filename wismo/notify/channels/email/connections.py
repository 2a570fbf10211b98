"""Connections to mail servers: opened when needed, checked before use, lent to one thread at a time."""

import contextlib
import queue
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from wismo.plumbing import http

AT_ONCE = 8  # a run; mail servers refuse more from one address


class Connection:
    """One connection, opened when first needed and again after a failure."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend
        self.is_open = False

    def open(self) -> None:
        """An open connection whose other side answers, so that a stale one is not met half-way."""
        smtp = getattr(self.backend, "connection", None)
        if self.is_open and isinstance(smtp, smtplib.SMTP) and not _alive(smtp):
            self.drop()
        if not self.is_open:
            self.backend.open()
            self.is_open = True

    def drop(self) -> None:
        """Close it, whatever state it is in."""
        self.is_open = False
        # It may be broken already: then the outcome of the message says so.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.backend.close()


class Pool:
    """A few connections, for any number of threads."""

    def __init__(self, make: Callable[[], BaseEmailBackend]) -> None:
        self.make = make
        self.idle: queue.LifoQueue[Connection] = queue.LifoQueue()
        self.places = threading.BoundedSemaphore(AT_ONCE)

    @contextlib.contextmanager
    def lend(self) -> Iterator[Connection]:
        """A connection for one hand-over; who comes too many waits for one to come back."""
        with self.places:
            try:
                connection = self.idle.get_nowait()
            except queue.Empty:
                connection = Connection(self.make())
            try:
                yield connection
            finally:
                self.idle.put(connection)

    def close(self) -> None:
        """Say goodbye on all of them."""
        while True:
            try:
                self.idle.get_nowait().drop()
            except queue.Empty:
                return


def _alive(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.noop()[0] == 250
    except smtplib.SMTPServerDisconnected:
        return False


class ForeignServer(EmailBackend):
    """A mail server that a shop named: reached at public addresses alone, like every outside party."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Connects to the very address it has looked at."""
        return _PublicTls if self.use_ssl else _Public


class _Public(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        return _public_socket(host, port, timeout)


class _PublicTls(smtplib.SMTP_SSL):
    context: Any

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        plain = _public_socket(host, port, timeout)
        wrapped: socket.socket = self.context.wrap_socket(plain, server_hostname=host)
        return wrapped


def _public_socket(host: str, port: int, timeout: Any) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings.PRIVATE_PEERS and not all(http.is_public(address) for address in addresses):
        raise ConnectionRefusedError(f"{host} is an address inside this network, which is never asked")
    refused: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            refused = error
    raise refused or ConnectionRefusedError(f"{host} has no address")
