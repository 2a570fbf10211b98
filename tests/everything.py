"""`make test`: every test on SQLite, then all but the pages' on PostgreSQL; says loudly what was left out."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wismo.bench.databases import LOCAL, NoDatabase, temporary_postgresql

NOTHING_SKIPPED = "--nothing-skipped"


def main(args: Sequence[str]) -> int:
    """Run both; the exit code of the worse."""
    print("== every test, on SQLite", flush=True)
    worst = _pytest("sqlite:///wismo.sqlite3", args)
    try:
        with _postgresql() as url:
            print(f"== all but the browser's and the demo's, on PostgreSQL at {url}", flush=True)
            worst = max(worst, _pytest(url, [*args, "-m", "not browser", "--ignore=tests/cli/test_demo.py"]))
    except NoDatabase as error:
        print(f"== SKIPPED: every test on PostgreSQL. {error}", flush=True)
        worst = max(worst, int(NOTHING_SKIPPED in args))
    return worst


def _pytest(url: str, args: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="wismo-test-") as home:
        env = os.environ | {"DATABASE_URL": url, "WISMO_HOME": home}
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-rs", *args]
        return subprocess.run(command, env=env, check=False).returncode


@contextmanager
def _postgresql() -> Iterator[str]:
    """The URL of a server that lets us make databases: one that answers, or one started for these tests."""
    try:
        with temporary_postgresql():
            pass
    except NoDatabase as error:
        with _started(error) as url:
            yield url
    else:
        yield os.environ.get("DATABASE_URL") or LOCAL


@contextmanager
def _started(why_not_there: NoDatabase) -> Iterator[str]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path(shutil.which("initdb") or "").parent]
    programs = found[-1]
    if not (programs / "initdb").exists():
        raise NoDatabase(f"{why_not_there}; and none is installed that could be started")
    with tempfile.TemporaryDirectory(prefix="wismo-pg-") as folder:
        # PostgreSQL refuses to run as root; its own user then does it.
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if become:
            shutil.chown(folder, "postgres")
        data, port = f"{folder}/data", "54329"
        try:
            run = [*become, str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust"]
            subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
            options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
            control = [*become, str(programs / "pg_ctl"), "-D", data, "-w"]
            subprocess.run([*control, "-l", f"{folder}/log", "-o", options, "start"], check=True)
        except subprocess.CalledProcessError as error:
            raise NoDatabase(f"{why_not_there}; and {error.cmd[-1]} could not be started") from error
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
