"""Databases for tests that start processes of their own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from wismo.bench.databases import ENGINES, Environment, NoDatabase, place

on_each_engine = pytest.mark.parametrize(
    "engine", [pytest.param(engine, marks=pytest.mark.own_database) for engine in ENGINES]
)


@contextmanager
def home_on(engine: str) -> Iterator[Environment]:
    """The environment of processes with a home and an empty database; skips where the engine is not there."""
    with ExitStack() as held:
        try:
            environment = held.enter_context(place(engine))
        except NoDatabase as reason:
            pytest.skip(f"not tried on {engine}: {reason}")
        yield environment


@contextmanager
def home_at(url: str, folder: Path | None = None) -> Iterator[Environment]:
    """The environment of processes with a home (in that folder) and the database at `url`."""
    with tempfile.TemporaryDirectory(prefix="wismo-home-", dir=folder) as home:
        yield {**os.environ, "WISMO_HOME": home, "DATABASE_URL": url, "DATABASE_URL_FILE": ""}
