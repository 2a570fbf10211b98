"""The world around the processes that are killed: a mail server, and a carrier that never stops posting."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from itertools import count

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.crash.inside import SOURCE
from wismo.bench.door import free_port
from wismo.bench.payloads import HANDED, WAY, Code, number_of, push
from wismo.carriers.registry import packs
from wismo.carriers.signatures import sign

PAUSE = 0.01  # seconds between two posts: enough work for the killed, not too much for the rest of the test


class MailServer:
    """Takes every mail and remembers by which of our messages it came."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        """Take one mail."""
        content = envelope.content
        mail = message_from_bytes(content if isinstance(content, bytes) else (content or "").encode())
        self.taken[mail["X-Wismo-Message"]] += 1
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
    progress: threading.Condition = field(default_factory=threading.Condition)
    enough: threading.Event = field(default_factory=threading.Event)

    def post_on(self) -> None:
        """Post until it is enough; the scan begun is seen through."""
        for number, code, body in self._scans():
            while not self._acknowledged(body):
                self.enough.wait(PAUSE)
            self.told.add((number, "|".join(code[:3])))
            if self.enough.wait(PAUSE):
                return

    def wait_for(self, more: int, patience: float = 30.0) -> None:
        """Until so many more are acknowledged: the server is up and under load."""
        with self.progress:
            goal = len(self.receipts) + more
            if not self.progress.wait_for(lambda: len(self.receipts) >= goal, patience):
                raise TimeoutError(f"the server acknowledged nothing for {patience} s")

    def _scans(self) -> Iterator[tuple[str, Code, bytes]]:
        """One parcel after the other all the way; from the last on all over again: the same scans."""
        began = datetime.now(UTC) - timedelta(minutes=30)
        codes: Sequence[Code] = (WAY[2], WAY[5], WAY[7], HANDED)
        for at in count():
            parcel, step = at // len(codes) % self.parcels, at % len(codes)
            moment = began + timedelta(minutes=step)
            yield number_of(parcel), codes[step], push(parcel, codes[step], moment)

    def _acknowledged(self, body: bytes) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json", **sign(packs()[SOURCE], self.secret, body)}
            line.request("POST", f"/hooks/{self.key}/{SOURCE}", body, headers)
            answer = line.getresponse()
            said = json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        if answer.status != 202:
            return False
        with self.progress:
            self.receipts.append(said["receipt"])
            self.progress.notify_all()
        return True
