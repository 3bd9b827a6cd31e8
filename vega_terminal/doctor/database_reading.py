"""Looks into the database without changing it; the only module of this room that knows SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.errors import DatabaseDamaged
from vega_terminal.store.tables.schema import LATEST, is_fresh
from vega_terminal.store.tables.timestamps import from_optional_text, from_text, to_text
from vega_terminal.store.vault.key import KeyRecord, KeySource

_PATIENCE_SECONDS: Final = 0.25
_KEY: Final = """
SELECT id.value, source.value FROM meta AS id, meta AS source
WHERE id.key = 'key_id' AND source.key = 'key_source'
"""
_TOKENS: Final = """
SELECT slot, client_id, sealed, user_id, issued_at, expires_at, checked_at, refused FROM tokens
"""
_FAILURES: Final = "SELECT identity, failures FROM sign_ins"
_AUDIT: Final = """
SELECT seq, at, kind, execution_id, slot, CAST(detail AS BLOB) FROM audit
WHERE at >= ? ORDER BY seq DESC LIMIT ?
"""
_CUT_OFF: Final = frozenset(
    {sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_READONLY_RECOVERY, sqlite3.SQLITE_READONLY_CANTINIT}
)


class UnfinishedWrite(StorageError):
    """A writer was cut off, and only another writer can take back what it left."""


@dataclass(frozen=True, slots=True)
class SealedToken:
    """A row of the table of tokens, still sealed; instants in UTC."""

    slot: str
    client_id: str
    sealed: bytes = field(repr=False)
    user_id: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    checked_at: datetime | None
    refused: bool


@dataclass(frozen=True, slots=True)
class DatabaseContents:
    """What the doctor wants to know of a database that is whole.

    Attributes:
        schema: its version; 0 for a file that holds nothing yet.
        journal_mode: as SQLite spells it.
        known_key: of the vault; None before the first start.
        tokens: every row that can be read.
        failures: failed sign-ins in a row, by the key of the identity.
    """

    schema: int
    journal_mode: str
    known_key: KeyRecord | None = None
    tokens: tuple[SealedToken, ...] = ()
    failures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A record of the audit trail without who did it."""

    seq: int
    at: str
    kind: str
    execution_id: str | None
    slot: str | None
    detail: str


def read_database(path: Path) -> DatabaseContents | None:
    """Check the whole file, then read it; None when there is none. Blocks.

    Of a file in WAL mode that nobody has open SQLite makes its empty side files; the next writer takes
    them away. The database itself is not written to.

    Raises:
        sqlite3.Error: what SQLite reports, SQLITE_BUSY among it.
        UnfinishedWrite: a writer was cut off.
        StorageError: it is damaged, not ours, or a newer version wrote it.
    """
    if not path.exists():
        return None
    with _opened(path) as connection:
        fresh = is_fresh(connection, path)
        _require_whole(connection, path)
        mode = str(_single(connection, "PRAGMA journal_mode"))
        if fresh:
            return DatabaseContents(0, mode)
        connection.execute("BEGIN")
        return _contents(connection, mode)


def read_audit(path: Path, since: datetime, limit: int) -> tuple[AuditLine, ...]:
    """The last records since then, oldest first; nothing where there is no trail. Blocks.

    Raises:
        sqlite3.Error: what SQLite reports.
        StorageError: it is not ours.
    """
    if not path.exists():
        return ()
    with _opened(path) as connection:
        if is_fresh(connection, path) or _single(connection, "PRAGMA user_version") < LATEST:
            return ()
        rows = connection.execute(_AUDIT, (to_text(since), limit)).fetchall()
    return tuple(_audit_line(*row) for row in reversed(rows))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(
            sqlite3.connect(address, uri=True, isolation_level=None, timeout=_PATIENCE_SECONDS)
        ) as connection:
            connection.execute("PRAGMA query_only = 1")
            connection.execute("PRAGMA trusted_schema = 0")
            yield connection
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) in _CUT_OFF:
            raise UnfinishedWrite(
                f"A writer of {path} was cut off in the middle. Nothing that was promised is lost. Start VEGA"
                " Terminal: it takes back what was not finished."
            ) from error
        raise


def _require_whole(connection: sqlite3.Connection, path: Path) -> None:
    found = " ".join(str(_single(connection, "PRAGMA quick_check(1)")).split())
    if found != "ok":
        raise DatabaseDamaged(
            f"The database {path} is damaged ({found}). Start VEGA Terminal: it sets the file aside whole and"
            " builds a new one from what can be read."
        )


def _contents(connection: sqlite3.Connection, mode: str) -> DatabaseContents:
    schema = int(_single(connection, "PRAGMA user_version"))
    rows = connection.execute(_TOKENS).fetchall()
    failures = connection.execute(_FAILURES).fetchall() if schema >= LATEST else []
    return DatabaseContents(
        schema=schema,
        journal_mode=mode,
        known_key=_known_key(connection),
        tokens=tuple(token for row in rows if (token := _token(row)) is not None),
        failures={str(identity): int(count) for identity, count in failures},
    )


def _known_key(connection: sqlite3.Connection) -> KeyRecord | None:
    rows = connection.execute(_KEY).fetchall()
    if not rows:
        return None
    key_id, source = rows[0]
    try:
        return KeyRecord(str(key_id), KeySource(source))
    except ValueError as error:
        raise StorageError(
            f"The database names an unknown source of its key ({source!r}). Somebody changed it by hand. Move"
            " it away and start again: tokens can be generated anew."
        ) from error


def _token(row: Sequence[Any]) -> SealedToken | None:
    """None where an instant is damaged: such a token counts as missing."""
    slot, client_id, sealed, user_id, issued_at, expires_at, checked_at, refused = row
    try:
        instants = from_text(issued_at), from_text(expires_at), from_optional_text(checked_at)
    except ValueError:
        return None
    return SealedToken(slot, client_id, sealed, user_id, *instants, bool(refused))


def _audit_line(
    seq: int, at: str, kind: str, execution_id: str | None, slot: str | None, detail: bytes
) -> AuditLine:
    # As bytes: a text that somebody damaged may be no UTF-8 any more.
    return AuditLine(seq, at, kind, execution_id, slot, detail.decode(errors="backslashreplace"))


def _single(connection: sqlite3.Connection, query: str) -> Any:  # noqa: ANN401 - whatever the pragma tells
    ((value,),) = connection.execute(query).fetchall()
    return value
