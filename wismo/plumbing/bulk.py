"""Rows in bulk, one statement a batch: the only hand-written SQL of the house.

Measured on two cores, Django's own `bulk_update` moves some 1,700 rows a second and its upsert 9,400;
array statements move 11,000 to 21,000. SQLite takes the same rows as `executemany`.
"""

import json
from collections.abc import Sequence
from typing import Any, cast

from django.db import connection, models

Row = Sequence[Any]


def insert_new(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert the rows; one that breaks a unique key is left out. `names` are the fields of each row."""
    if not rows:
        return
    fields = [_field(model, name) for name in names]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    into = f'INSERT INTO "{model._meta.db_table}" ({columns})'
    if connection.vendor == "postgresql":
        _run(f"{into} SELECT * FROM {_unnest(fields)} ON CONFLICT DO NOTHING", _by_column(fields, rows))
        return
    marks = ", ".join("%s" for _ in fields)
    _run_many(f"{into} VALUES ({marks}) ON CONFLICT DO NOTHING", [_prepared(fields, row) for row in rows])


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Set the fields `names` of existing rows; each row starts with its primary key."""
    if not rows:
        return
    key = _field(model, "id")
    fields = [_field(model, name) for name in names]
    table = f'"{model._meta.db_table}"'
    if connection.vendor == "postgresql":
        sets = ", ".join(f'"{field.column}" = v."{field.column}"' for field in fields)
        columns = ", ".join(f'"{field.column}"' for field in (key, *fields))
        values = f"{_unnest([key, *fields])} AS v({columns})"
        _run(
            f"UPDATE {table} AS t SET {sets} FROM {values} WHERE t.id = v.id",
            _by_column([key, *fields], rows),
        )
        return
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    prepared = [(*_prepared(fields, row[1:]), row[0]) for row in rows]
    _run_many(f"UPDATE {table} SET {sets} WHERE id = %s", prepared)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", model._meta.get_field(name))


def _run(sql: str, params: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _run_many(sql: str, rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _prepared(fields: Sequence["models.Field[Any, Any]"], row: Row) -> tuple[Any, ...]:
    return tuple(_value(field, value) for field, value in zip(fields, row, strict=True))


def _by_column(fields: Sequence["models.Field[Any, Any]"], rows: Sequence[Row]) -> list[list[Any]]:
    return [
        [_value(field, value) for value in column]
        for field, column in zip(fields, zip(*rows, strict=True), strict=True)
    ]


def _value(field: "models.Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if value is None or connection.vendor == "postgresql":
        return value
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(field, models.DateField) else value


def _unnest(fields: Sequence["models.Field[Any, Any]"]) -> str:
    arrays = (
        "%s::text[]::jsonb[]"
        if isinstance(field, models.JSONField)
        else f"%s::{field.rel_db_type(connection)}[]"
        for field in fields
    )
    return f"unnest({', '.join(arrays)})"
