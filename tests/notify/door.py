"""Receipts of the simulator, posted to the product's own door: twice each, and in any order."""

import json
import random
import threading
import time
from typing import Self
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.notify.simulator import Simulator, Taken

EVERY = 0.1  # seconds
PATIENCE = 60.0  # seconds until the door must have taken all


class Postman:
    """Tells of each message that the simulator took by `path`, again and again until it is heard."""

    def __init__(self, simulator: Simulator, *, path: str) -> None:
        self.simulator, self.path = simulator, path
        self.told: set[str] = set()
        self.trouble = ""
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.draw = random.Random(3)  # noqa: S311  the same order each run

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """What was taken last is told, too."""
        self.stop.set()
        self.thread.join()
        until = time.monotonic() + PATIENCE
        while self._round():
            assert time.monotonic() < until, f"the door does not take receipts: {self.trouble}"

    def _run(self) -> None:
        while not self.stop.wait(EVERY):
            self._round()

    def _round(self) -> bool:
        """Tell what was not told yet; whether there was anything."""
        with self.simulator.lock:
            new = [one for one in self.simulator.taken if one.path == self.path and one.id not in self.told]
        posts = new * 2
        self.draw.shuffle(posts)
        for one in posts:
            self._post(one)
        return bool(new)

    def _post(self, one: Taken) -> None:
        body = json.dumps({"id": one.id, "status": "DELIVERED", "foreign_id": one.reference}).encode()
        request = Request(one.told["callback"], body, {"Content-Type": "application/json"})  # noqa: S310  ours
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310
                assert 200 <= answer.status < 300
        except URLError as error:  # the door does not stand open yet, or is in a crowd: once more
            self.trouble = str(error)
            return
        self.told.add(one.id)
