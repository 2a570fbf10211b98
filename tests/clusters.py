"""PostgreSQL servers of a test's own: each in a folder and at a port of its own, gone at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wismo.bench.databases import DRIVER, NoDatabase
from wismo.bench.door import free_port

# PostgreSQL refuses to run as root; its own user then does it.
BECOME = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()


@dataclass(frozen=True)
class Cluster:
    """A server that is started, stopped and started again."""

    folder: Path
    port: int
    programs: Path
    options: str

    @property
    def url(self) -> str:
        """Its first database, as its superuser."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        at = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {self.options}"
        self._control("-l", str(self.folder / "log"), "-o", at, "start")

    def restart(self) -> None:
        """As if its machine had lost power: nothing is finished, and it recovers from what lies on disk."""
        self._control("-m", "immediate", "restart")

    def stop(self) -> None:
        """Stop it, at once."""
        self._control("-m", "immediate", "stop")

    def runs(self) -> bool:
        """Whether it is there."""
        command = [*BECOME, str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "status"]
        return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0

    def _control(self, *words: str) -> None:
        command = [*BECOME, str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *words]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


@contextmanager
def a_cluster(
    folder: Path | None = None, *, options: str = "", initdb: Sequence[str] = ()
) -> Iterator[Cluster]:
    """A new server that runs; NoDatabase where none can be started."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="wismo-pg-", dir=folder) as made:
        if BECOME:
            shutil.chown(made, "postgres")
        cluster = Cluster(Path(made), free_port(), programs, options)
        make = [
            *BECOME,
            str(programs / "initdb"),
            "-D",
            f"{made}/data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-N",
        ]
        try:
            subprocess.run([*make, *initdb], check=True, stdout=subprocess.DEVNULL)
            cluster.start()
        except subprocess.CalledProcessError as error:
            raise NoDatabase(f"PostgreSQL could not be started: {' '.join(error.cmd)}") from error
        try:
            yield cluster
        finally:
            if cluster.runs():
                cluster.stop()


def _programs() -> Path:
    if not DRIVER:
        raise NoDatabase("the PostgreSQL driver is not installed: `make postgresql` adds it")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path(shutil.which("initdb") or "").parent]
    if not (found[-1] / "initdb").exists():
        raise NoDatabase("no PostgreSQL is installed that could be started")
    return found[-1]
