"""`make test`: every test on SQLite, then all but the pages' on PostgreSQL; says loudly what was left out."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.clusters import a_cluster
from wismo.bench.databases import LOCAL, NoDatabase, temporary_postgresql

NOTHING_SKIPPED = "--nothing-skipped"
PAGES = ("-m", "browser")  # a round of their own: Playwright leaves an event loop running in its process
ON_SQLITE = ("-m", "not own_database and not browser")
ON_POSTGRESQL = ("-m", "not browser", "--ignore=tests/cli/test_demo.py")


def main(args: Sequence[str]) -> int:
    """Run both; the exit code of the worse."""
    try:
        with _postgresql() as url:
            # Tests that make their own databases make both kinds: the round that knows a server has them.
            print(
                "== every test, on SQLite; those with databases of their own come with PostgreSQL", flush=True
            )
            first = max(
                _pytest("sqlite:///wismo.sqlite3", [*ON_SQLITE, *args]),
                _pytest("sqlite:///wismo.sqlite3", [*PAGES, *args]),
            )
            print(f"== all but the browser's and the demo's, on PostgreSQL at {url}", flush=True)
            return max(first, _pytest(url, [*args, *ON_POSTGRESQL]))
    except NoDatabase as error:
        print("== every test, on SQLite", flush=True)
        worst = max(
            _pytest("sqlite:///wismo.sqlite3", ["-m", "not browser", *args]),
            _pytest("sqlite:///wismo.sqlite3", [*PAGES, *args]),
        )
        print(f"== SKIPPED: every test on PostgreSQL. {error}", flush=True)
        return max(worst, int(NOTHING_SKIPPED in args))


def _pytest(url: str, args: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="wismo-test-") as home:
        env = os.environ | {"DATABASE_URL": url, "WISMO_HOME": home}
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-rs", *args]
        code = subprocess.run(command, env=env, check=False).returncode
    # Of the tests somebody asked for, some rounds may have none.
    return 0 if code == pytest.ExitCode.NO_TESTS_COLLECTED else code


@contextmanager
def _postgresql() -> Iterator[str]:
    """The URL of a server that lets us make databases: one that answers, or one started for these tests."""
    try:
        with temporary_postgresql():
            pass
    except NoDatabase as error:
        try:
            with a_cluster() as cluster:
                yield cluster.url
        except NoDatabase as reason:
            raise NoDatabase(f"{error}; {reason}") from reason
    else:
        yield os.environ.get("DATABASE_URL") or LOCAL


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
