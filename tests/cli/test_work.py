"""`wismo work --once` works what is due, and says what failed."""

from datetime import datetime

import pytest

from tests.cli.test_commands import wismo
from wismo.plumbing.work import Job, Worker
from wismo.wiring import WORK

pytestmark = pytest.mark.django_db


def _breaks(_now: datetime) -> int:
    raise ConnectionError("the outside is away")


def test_a_job_that_fails_is_named_and_the_others_work_on_until_nothing_is_due() -> None:
    left, tried = [3], [0]

    def due(_now: datetime) -> int:
        left[0] -= bool(left[0])
        return left[0]

    def breaks(now: datetime) -> int:
        tried[0] += 1
        return _breaks(now)

    assert Worker([Job("outside", breaks), Job("due", due)]).until_idle() == ["outside"]
    assert (left, tried) == ([0], [1])


def test_work_once_fails_where_a_job_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wismo("work", "--once").exit_code == 0
    monkeypatch.setitem(WORK, "more", [Job("outside", _breaks)])
    done = wismo("work", "--once")
    assert done.exit_code == 1
    assert done.stderr.endswith("Error: jobs failed: outside; the log above says why\n")
