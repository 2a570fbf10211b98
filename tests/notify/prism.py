"""Prism: a provider's official OpenAPI file served as a counterpart, which refuses what the file forbids."""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.shared import FOLDER

HERE = Path(__file__).resolve().parent.parent / "peers"
PRISM = HERE / "node_modules" / ".bin" / "prism"
_PATIENCE = 90.0  # seconds: it reads Twilio's file for some of them
_EVERY = 0.1


@contextmanager
def prism(file: Path) -> Iterator[str]:
    """Its address, until the block ends; skips loudly where it cannot be had."""
    if not FOLDER.is_dir():
        pytest.skip("the reference material ../shared is absent: there is no OpenAPI file to serve")
    installed("prism")
    port = free_port()
    command = [str(PRISM), "mock", "--multiprocess=false", "-h", "127.0.0.1", "-p", str(port), str(file)]
    environment = {**os.environ, "NODE_OPTIONS": "--max-old-space-size=1024"}
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(running, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)


def official(file: str) -> Path:
    """A provider's own file, read in place."""
    return FOLDER / "peers" / "openapi" / file


def installed(command: str) -> None:
    """Have npm put the counterparts of package.json in their place; skips loudly where it cannot."""
    with (HERE / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # tests run in several processes
        if not (HERE / "node_modules" / ".bin" / command).exists():
            _install(command)


def _install(command: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is not installed: {command} cannot be asked")
    done = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE, capture_output=True, timeout=300
    )
    if done.returncode != 0:
        pytest.skip(f"npm could not install {command}: {done.stderr.decode()[-300:]}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_for(running: subprocess.Popen[bytes], port: int) -> None:
    """Until it listens there; a failure where it does not."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(_EVERY)
        else:
            return
    pytest.fail(f"a counterpart did not listen within {_PATIENCE:.0f} s")
