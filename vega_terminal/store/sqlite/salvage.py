"""Reads what can still be read of a damaged database, through SQLite, and writes it into a new one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vega_terminal.store.sqlite.connections import connect_arguments
from vega_terminal.store.vault.key import KeySource

_OUR_TABLES: Final = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
_TOKENS: Final = "tokens"
_META: Final = "meta"
_HIGHEST_EPOCH: Final = 2**53
"""Above it a number is damage: epochs grow from the seconds since 1970."""
_RAISE_EPOCH: Final = "UPDATE meta SET value = max(value, ?) WHERE key = 'epoch'"
_SET_META: Final = "INSERT INTO meta (key, value) VALUES (?, ?)"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was written into the new database.

    Attributes:
        slots: whose tokens, sealed as they were.
        rows: how many, by table; those without any are left out.
    """

    slots: tuple[str, ...]
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Shape:
    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def records(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


def salvage(copy: Path, target: Path) -> Salvaged:
    """Carry over every row that can be read; blocks.

    Args:
        copy: of the damaged database with its side files; SQLite may change it.
        target: the new database, up to date and closed.

    Raises:
        sqlite3.Error: the new database cannot be written.
    """
    with closing(sqlite3.connect(**connect_arguments(target))) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        tables = {table.name: table for table in _readable(copy, list(_shapes(connection)))}
        connection.execute("BEGIN IMMEDIATE")
        saved = {name: list(_saved(connection, table)) for name, table in tables.items() if name != _META}
        _save_meta(connection, tables.get(_META), saved.get(_TOKENS, []))
        connection.execute("COMMIT")
    slots = tuple(str(token["slot"]) for token in saved.get(_TOKENS, []))
    return Salvaged(slots, {name: len(rows) for name, rows in saved.items() if rows})


def _shapes(connection: sqlite3.Connection) -> Iterator[_Shape]:
    """What the tables of the new database look like: only what fits into them is looked for."""
    for (table,) in connection.execute(_OUR_TABLES).fetchall():
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        yield _Shape(table, tuple(row[1] for row in columns), tuple(row[1] for row in columns if row[5]))


def _readable(copy: Path, shapes: Sequence[_Shape]) -> Iterator[_Table]:
    with suppress(sqlite3.Error), closing(sqlite3.connect(**connect_arguments(copy))) as connection:
        connection.execute("PRAGMA trusted_schema = 0")
        connection.text_factory = lambda text: text.decode(errors="replace")
        for shape in shapes:
            with suppress(sqlite3.Error):
                found = {row[1] for row in connection.execute(f"PRAGMA table_info({shape.table})")}
                # A database of an older schema lacks columns; those of the new one have defaults.
                columns = tuple(column for column in shape.columns if column in found)
                if set(shape.keys) <= set(columns):
                    yield _Table(shape.table, columns, _rows(connection, shape, columns))


def _rows(connection: sqlite3.Connection, shape: _Shape, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """From the front and from the back: a damaged page ends a scan, not what lies behind it."""
    found: dict[tuple[Any, ...], None] = {}
    for direction in ("ASC", "DESC"):
        order = ", ".join(f"{key} {direction}" for key in shape.keys)
        query = f"SELECT {', '.join(columns)} FROM {shape.table} ORDER BY {order}"  # noqa: S608 - our names
        with suppress(sqlite3.Error):
            for row in connection.execute(query):
                found[tuple(row)] = None
            break
    return list(found)


def _saved(connection: sqlite3.Connection, table: _Table) -> Iterator[dict[str, Any]]:
    """The rows that the new table took: it refuses values that cannot be (STRICT, CHECK, keys)."""
    marks = ", ".join("?" for _ in table.columns)
    insert = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})"  # noqa: S608 - as above
    for record in table.records():
        if table.name == _TOKENS and not _is_epoch(record["epoch"]):
            continue
        with suppress(sqlite3.IntegrityError):
            connection.execute(insert, tuple(record.values()))
            yield record


def _save_meta(
    connection: sqlite3.Connection, table: _Table | None, tokens: Sequence[Mapping[str, Any]]
) -> None:
    values = {} if table is None else {record["key"]: record["value"] for record in table.records()}
    epochs = [values.get("epoch"), *(token["epoch"] for token in tokens)]
    connection.execute(_RAISE_EPOCH, (max(filter(_is_epoch, epochs), default=0),))
    key_id, source = values.get("key_id"), values.get("key_source")
    if isinstance(key_id, str) and source in set(KeySource):
        connection.executemany(_SET_META, (("key_id", key_id), ("key_source", source)))


def _is_epoch(value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= _HIGHEST_EPOCH
