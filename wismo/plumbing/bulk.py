"""Rows in bulk, one statement a batch: the only hand-written SQL of the house.

Measured on two cores, Django's own `bulk_update` moves some 1,700 rows a second and its upsert 9,400.
PostgreSQL takes a batch as one JSON parameter, which costs the client a fifth of what arrays or a
parameter per value cost; SQLite takes it as `executemany`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, cast

import msgspec
from django.db import connection, models

Row = Sequence[Any]
_JSON = msgspec.json.Encoder()  # a batch in a seventeenth of the standard library's time


def insert_new(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert the rows; one that breaks a unique key is left out. `names` are the fields of each row."""
    if not rows:
        return
    fields = [_field(model, name) for name in names]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    into = f'INSERT INTO "{model._meta.db_table}" ({columns})'
    if connection.vendor == "postgresql":
        _run(f"{into} SELECT * FROM {_recordset(fields)} ON CONFLICT DO NOTHING", _as_json(fields, rows))
        return
    marks = ", ".join("%s" for _ in fields)
    _run_many(f"{into} VALUES ({marks}) ON CONFLICT DO NOTHING", _prepared(fields, rows))


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Set the fields `names` of existing rows; each row starts with its primary key."""
    if not rows:
        return
    key = _field(model, "id")
    fields = [_field(model, name) for name in names]
    table = f'"{model._meta.db_table}"'
    if connection.vendor == "postgresql":
        sets = ", ".join(f'"{field.column}" = v."{field.column}"' for field in fields)
        told = [key, *fields]
        _run(
            f"UPDATE {table} AS t SET {sets} FROM {_recordset(told)} WHERE t.id = v.id", _as_json(told, rows)
        )
        return
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    prepared = _prepared([*fields, key], [(*row[1:], row[0]) for row in rows])
    _run_many(f"UPDATE {table} SET {sets} WHERE id = %s", prepared)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", model._meta.get_field(name))


def _run(sql: str, rows: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [rows])


def _run_many(sql: str, rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _recordset(fields: Sequence["models.Field[Any, Any]"]) -> str:
    """The parameter's rows as a table `v`."""
    columns = ", ".join(f'"{field.column}" {field.rel_db_type(connection)}' for field in fields)
    return f"json_to_recordset(%s::json) AS v({columns})"


def _as_json(fields: Sequence["models.Field[Any, Any]"], rows: Sequence[Row]) -> str:
    names = [field.column for field in fields]
    if any(isinstance(field, models.BinaryField) for field in fields):
        rows = [[_hex(value) if isinstance(value, bytes) else value for value in row] for row in rows]
    return _encode([dict(zip(names, row, strict=True)) for row in rows])


def _hex(value: bytes) -> str:
    """As PostgreSQL reads bytes."""
    return f"\\x{value.hex()}"


def _encode(value: Any) -> str:
    return _JSON.encode(value).decode()


def _prepared(fields: Sequence["models.Field[Any, Any]"], rows: Sequence[Row]) -> list[Row]:
    """The rows as SQLite keeps them, converted column by column."""
    columns = zip(*rows, strict=True)
    return list(zip(*map(_column, fields, columns), strict=True))


def _column(field: "models.Field[Any, Any]", values: Sequence[Any]) -> Sequence[Any]:
    convert = _converter(field)
    if convert is None:
        return values
    kept = iter(convert([value for value in values if value is not None]))
    return [None if value is None else next(kept) for value in values]


def _converter(field: "models.Field[Any, Any]") -> Callable[[Sequence[Any]], Iterable[Any]] | None:
    if isinstance(field, models.JSONField):
        return partial(map, _encode)
    if isinstance(field, models.DateTimeField):
        return _moments
    return partial(map, date.isoformat) if isinstance(field, models.DateField) else None


def _moments(values: Sequence[datetime]) -> Sequence[str]:
    """As Django writes them on SQLite: UTC, without its offset. All at once, in a tenth of the time."""
    told = _encode([value if value.tzinfo is UTC else value.astimezone(UTC) for value in values])
    return told[2:-2].replace("T", " ").replace("Z", "").split('","')
