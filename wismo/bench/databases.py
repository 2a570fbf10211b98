"""A database of its own for one measurement, made and dropped: SQLite, and PostgreSQL where one answers."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from urllib.parse import urlsplit, urlunsplit

from wismo.config.settings import env

DRIVER = find_spec("psycopg") is not None  # an optional extra, for its licence
if DRIVER:
    import psycopg
    from psycopg import sql

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
ENGINES = ("sqlite", "postgresql")
Environment = dict[str, str]


class NoDatabase(Exception):
    """This engine cannot be used here; the message says why."""


@contextmanager
def place(engine: str) -> Iterator[Environment]:
    """The environment of processes with a home and an empty database of their own; both go at the end."""
    with tempfile.TemporaryDirectory(prefix="wismo-bench-") as home:
        if engine == "sqlite":
            yield _environment(home, "sqlite:///wismo.sqlite3")
            return
        with temporary_postgresql() as url:
            yield _environment(home, url)


@contextmanager
def temporary_postgresql() -> Iterator[str]:
    """The URL of a new PostgreSQL database, dropped at the end; NoDatabase where no server gives us one."""
    if not DRIVER:
        raise NoDatabase("the PostgreSQL driver is not installed: `make postgresql` adds it")
    told = env("DATABASE_URL")
    server = told if urlsplit(told).scheme in {"postgresql", "postgres"} else LOCAL
    name = f"wismo_bench_{secrets.token_hex(6)}"
    _run(server, "CREATE DATABASE {}", name)
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _run(server: str, statement: str, name: str) -> None:
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
    except psycopg.Error as error:
        parts = urlsplit(server)
        where = f"{parts.hostname or 'localhost'}:{parts.port or 5432}"
        raise NoDatabase(f"PostgreSQL at {where}: {' '.join(str(error).split())}") from error


def _environment(home: str, url: str) -> Environment:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL_FILE"}
    return {**inherited, "WISMO_HOME": home, "DATABASE_URL": url}
