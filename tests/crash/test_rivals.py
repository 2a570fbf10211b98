"""Several workers fight for the same rows: each falls to one of them, and everything is told once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.crash.rivals import CODES
from tests.crash.world import MailServer
from tests.databases import home_on, on_each_engine
from wismo.bench.children import ask, run
from wismo.bench.payloads import number_of
from wismo.cli.processes import command_line

pytestmark = pytest.mark.slow
RIVALS = 3
PARCELS = 200
SCANS = PARCELS * len(CODES)


@on_each_engine
def test_each_payload_falls_to_one_worker_and_each_scan_told_twice_counts_once(engine: str) -> None:
    with home_on(engine) as home, MailServer() as mail:
        environment = {**home, "WISMO_SMTP_PORT": str(mail.port)}
        run(command_line("migrate"), environment)
        with ThreadPoolExecutor(RIVALS) as arena:
            rivals = [
                arena.submit(ask, "tests.crash.rivals.fight", environment, {"payloads": 2 * SCANS})
                for _ in range(RIVALS)
            ]
            shop = ask("tests.crash.rivals.fill", environment, {"parcels": PARCELS, "rivals": RIVALS})
            worked = [rival.result()["worked"] for rival in rivals]
        told = ask("tests.crash.rivals.told", environment, shop)
        found = ask("tests.crash.inside.settle", environment, {})
    assert (sum(worked), min(worked) > 0) == (2 * SCANS, True)
    assert set(found["inbox"].values()) == {"done"}
    scans = {(number_of(n), "|".join(code[:3])) for n in range(PARCELS) for code in CODES}
    assert sorted(map(tuple, found["scans"])) == sorted(scans)
    assert (told["duplicates"], told["announced"]) == (SCANS, told["different"])
    assert (found["parked"], set(found["messages"].values())) == ([], {"sent", "not_sent"})
    assert set(mail.taken.values()) | set(mail.told.values()) == {1}
    assert len(mail.taken) == list(found["messages"].values()).count("sent")
