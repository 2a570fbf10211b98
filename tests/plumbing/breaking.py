"""A database that really fails, in the middle of a transaction, and works again afterwards."""

from django.db import connection

_PLENTY = 2**30  # pages


def break_database() -> None:
    """PostgreSQL loses this connection, and SQLite's file may not grow."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        cursor.execute("PRAGMA max_page_count = 1")  # no less than there are
        try:
            cursor.execute("CREATE TABLE large AS SELECT zeroblob(10000000)")
        finally:
            cursor.execute(f"PRAGMA max_page_count = {_PLENTY}")
