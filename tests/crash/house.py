"""A house under load, while something of it breaks; and whether all came through."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.crash.nursery import Nursery, Running
from tests.crash.world import Carrier, MailServer
from wismo.bench.children import ask, run
from wismo.bench.databases import Environment
from wismo.bench.door import free_port
from wismo.cli.processes import command_line

PARCELS = 450


@dataclass
class House:
    """A server, a worker, and the world they are in. They do not run yet."""

    environment: Environment
    mail: MailServer
    carrier: Carrier
    server: Running
    worker: Running
    found: dict[str, Any] = field(default_factory=dict)

    def settle(self) -> None:
        """Work what is left, as of now and past all leases; what there is then."""
        self.found = ask("tests.crash.inside.settle", self.environment, {})

    def nothing_is_lost_or_doubled(self) -> None:
        """What was acknowledged has arrived, once; every mail went out once, or we cannot know."""
        found, carrier, mail = self.found, self.carrier, self.mail
        assert carrier.receipts
        assert len(set(carrier.receipts)) == len(carrier.receipts)
        assert set(carrier.receipts) - found["inbox"].keys() == set()
        assert set(found["inbox"].values()) == {"done"}  # also what was kept and never acknowledged
        assert (found["waiting"], found["without"]) == (0, 0)
        assert sorted(map(tuple, found["scans"])) == sorted(carrier.told)
        assert found["parked"] == []
        states = found["messages"]
        assert set(states.values()) <= {"sent", "not_sent", "unknown"}
        assert set(mail.taken.values()) | set(mail.told.values()) == {1}
        sent = {message for message, state in states.items() if state == "sent"}
        unknown = {message for message, state in states.items() if state == "unknown"}
        assert sent <= mail.taken.keys() <= sent | unknown


@contextmanager
def a_house(home: Environment) -> Iterator[House]:
    """A new one; what still runs at the end is ended."""
    with MailServer() as mail:
        environment = {**home, "WISMO_SMTP_PORT": str(mail.port), "WISMO_LOG_LEVEL": "CRITICAL"}
        run(command_line("migrate"), environment)
        door = ask("tests.crash.inside.prepare", environment, {"parcels": PARCELS})
        carrier = Carrier(port=free_port(), parcels=PARCELS, **door)
        with Nursery(environment) as nursery:
            server = Running(nursery, "serve", "--port", str(carrier.port))
            worker = Running(nursery, "work")
            with closing(server), closing(worker):
                yield House(environment, mail, carrier, server, worker)
