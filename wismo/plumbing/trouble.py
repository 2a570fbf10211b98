"""Whether the database itself fails, or only what it was asked to do."""

import sqlite3

from django.db import InterfaceError, OperationalError

# PostgreSQL's states: no connection, disk full, too many connections, told to stop, its system's own errors.
_STATES = ("08", "53100", "53300", "57P", "58")
_CODES = frozenset({
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
})
_PRIMARY = 0xFF  # the part of an SQLite code that names its kind


def in_trouble(error: Exception) -> bool:
    """Whether the database is away, full or broken: nobody who asked is at fault, and all may try again."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY in _CODES
    state = getattr(cause, "sqlstate", None)  # none where the connection broke
    return state is None or str(state).startswith(_STATES)
