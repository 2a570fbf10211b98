"""An outside party for tests: a real HTTP server on this machine that answers as it was told."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it came in. Names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Scripted:
    """An answer to give."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Peer:
    """Answers by the script of the path, else by its usual answer, and remembers what it was asked."""

    url: str = ""
    usual: Scripted = field(default_factory=Scripted)
    asked: list[Asked] = field(default_factory=list)
    scripts: dict[str, deque[Scripted]] = field(default_factory=dict)
    held: threading.Event | None = None  # where set, answers wait for it
    on_asked: Callable[[], object] = bool

    def script(self, path: str, *answers: Scripted) -> None:
        """Answer requests for this path (without its query) with these, one after the other."""
        self.scripts.setdefault(path, deque()).extend(answers)

    def answer_to(self, asked: Asked) -> Scripted:
        """The next answer for a request."""
        self.asked.append(asked)
        self.on_asked()
        if self.held is not None:
            self.held.wait(10)
        script = self.scripts.get(asked.path.partition("?")[0])
        return script.popleft() if script else self.usual


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.peer.answer_to(Asked(self.command, self.path, headers, body))
        told = {"Content-Length": str(len(answer.body)), "Content-Type": "application/json", **answer.headers}
        self.send_response_only(answer.status)
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = _serve  # noqa: N815  the names the server looks for

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


class _Server(ThreadingHTTPServer):
    peer: Peer
    daemon_threads = True

    def handle_error(self, *_args: Any) -> None:
        """A client may hang up on an answer that is too long."""


@contextmanager
def a_peer(peer: Peer | None = None) -> Iterator[Peer]:
    """A peer that listens until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.peer = peer or Peer()
    server.peer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.peer
    finally:
        if server.peer.held is not None:
            server.peer.held.set()
        server.shutdown()
        server.server_close()
        thread.join()
