"""Disks that get full."""

import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.crash.nursery import Running

_PAGE = bytes(4096)


class NoDisk(Exception):
    """No filesystem of our own can be had here; the message says why."""


@dataclass(frozen=True)
class SmallDisk:
    """A filesystem of some megabytes, which something else fills up."""

    folder: Path

    def fill(self) -> None:
        """Not a byte is left."""
        with (self.folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(_PAGE)

    def free(self) -> None:
        """Somebody has cleared it up."""
        (self.folder / "ballast").unlink()


@dataclass(frozen=True)
class FullFor:
    """A disk that is full for some processes only: whatever they write to a file fails."""

    writers: Sequence[Running]

    def fill(self) -> None:
        """They can write no more."""
        self._limit(0)

    def free(self) -> None:
        """They can again."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        groups = {writer.group for writer in self.writers}
        for process in [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]:
            with suppress(ProcessLookupError):
                if os.getpgid(process) in groups:
                    resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def a_small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """One of its own; NoDisk where nothing may be mounted."""
    with tempfile.TemporaryDirectory(prefix="wismo-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", folder]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NoDisk(f"no filesystem can be mounted here: {getattr(error, 'stderr', error)!r}") from error
        try:
            yield SmallDisk(Path(folder))
        finally:
            subprocess.run(["umount", folder], check=True)
