"""The world around what breaks: a mail server, and a carrier that never stops posting."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from itertools import count
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.crash.inside import SOURCE
from wismo.bench.door import free_port
from wismo.bench.payloads import HANDED, WAY, Code, number_of, push
from wismo.carriers.registry import packs
from wismo.carriers.signatures import sign

PAUSE = 0.01  # seconds between two posts of a line: enough work for the killed, not too much for the rest
LINES = 3  # at once: while one is answered the others are in the middle of something
PATIENCE = 60.0  # seconds for the product to come back


class MailServer:
    """Takes every mail, and remembers by which of our messages it came, and what it told whom."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.told: Counter[tuple[str, str]] = Counter()  # address and subject
        self.port = free_port()

    def __enter__(self) -> Self:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        """Take one mail."""
        content = envelope.content
        mail = message_from_bytes(content if isinstance(content, bytes) else (content or "").encode())
        self.taken[mail["X-Wismo-Message"]] += 1
        self.told[mail["To"], mail["Subject"]] += 1
        return "250 taken"


@dataclass
class Carrier:
    """Posts scan after scan; one that was not acknowledged is posted again, as carriers do."""

    port: int
    key: str
    secret: str
    parcels: int
    receipts: list[str] = field(default_factory=list)
    told: set[tuple[str, str]] = field(default_factory=set)  # number and code of each scan acknowledged
    refused: Counter[tuple[int, str | None]] = field(default_factory=Counter)  # by status and Retry-After
    progress: threading.Condition = field(default_factory=threading.Condition)
    enough: threading.Event = field(default_factory=threading.Event)
    given_up: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.lines = [threading.Thread(target=self._post_on, args=(line,)) for line in range(LINES)]
        for line in self.lines:
            line.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        """The scans begun are seen through, unless something went wrong."""
        self.enough.set()
        if error is None:
            for line in self.lines:
                line.join(PATIENCE)
        unfinished = any(line.is_alive() for line in self.lines)
        self.given_up.set()
        assert error or not unfinished, "what was begun is still not acknowledged"

    def wait_for(self, more: int) -> None:
        """Until so many more are acknowledged: the server is up and under load."""
        with self.progress:
            goal = len(self.receipts) + more
            if not self.progress.wait_for(lambda: len(self.receipts) >= goal, PATIENCE):
                raise TimeoutError(f"the server acknowledged too little for {PATIENCE} s: {self.refused}")

    def wait_for_refusals(self, more: int) -> None:
        """Until so many more are refused."""
        with self.progress:
            goal = self.refused.total() + more
            if not self.progress.wait_for(lambda: self.refused.total() >= goal, PATIENCE):
                raise TimeoutError(f"the server refused too little for {PATIENCE} s")

    def _post_on(self, line: int) -> None:
        for number, code, body in self._scans(line):
            while not self._acknowledged(body):
                if self.given_up.wait(PAUSE):
                    return
            with self.progress:
                self.told.add((number, "|".join(code[:3])))
            if self.enough.wait(PAUSE):
                return

    def _scans(self, line: int) -> Iterator[tuple[str, Code, bytes]]:
        """One parcel after the other all the way; from the last on all over again: the same scans."""
        began = datetime.now(UTC) - timedelta(minutes=30)
        codes: Sequence[Code] = (WAY[2], WAY[5], WAY[7], HANDED)
        for at in count():
            parcel, step = (at // len(codes) * LINES + line) % self.parcels, at % len(codes)
            moment = began + timedelta(minutes=step)
            yield number_of(parcel), codes[step], push(parcel, codes[step], moment)

    def _acknowledged(self, body: bytes) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json", **sign(packs()[SOURCE], self.secret, body)}
            line.request("POST", f"/hooks/{self.key}/{SOURCE}", body, headers)
            answer = line.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        with self.progress:
            if answer.status == 202:
                self.receipts.append(json.loads(said)["receipt"])
            else:
                self.refused[answer.status, answer.headers["Retry-After"]] += 1
            self.progress.notify_all()
        return answer.status == 202
