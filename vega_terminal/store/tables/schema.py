"""The tables, as numbered migrations; each runs in a transaction of its own.

Instants are ISO 8601 text in UTC with microseconds.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import StorageError

APPLICATION_ID: Final = 0x56454741
"""`VEGA` in ASCII: tells our database from any other SQLite file."""

_TOKENS: Final = """
CREATE TABLE tokens (
    slot TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    kid TEXT NOT NULL,
    user_id TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    checked_at TEXT,
    refused INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
    epoch INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
_META: Final = "CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID"
_FIRST_EPOCH: Final = "INSERT INTO meta (key, value) VALUES ('epoch', 0)"
_COOLDOWNS: Final = """
CREATE TABLE cooldowns (
    identity TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    until TEXT NOT NULL,
    reason TEXT NOT NULL,
    started_at TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
_SIGN_INS: Final = """
CREATE TABLE sign_ins (
    identity TEXT PRIMARY KEY,
    last_sign_in TEXT,
    last_otp_step INTEGER
) STRICT, WITHOUT ROWID
"""

_AUDIT: Final = """
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE,
    generation INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    execution_id TEXT,
    slot TEXT,
    detail TEXT NOT NULL,
    mac TEXT NOT NULL
) STRICT
"""
_AUDIT_GUARDS: Final = tuple(
    f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    for act in ("UPDATE", "DELETE")
)
# INSERT OR REPLACE takes rows out without asking the trigger of DELETE.
_AUDIT_NO_REPLACE: Final = """
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq OR entry_id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
_COOLDOWN_CLOCKS: Final = (
    "ALTER TABLE cooldowns ADD COLUMN boot_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE cooldowns ADD COLUMN started_uptime REAL NOT NULL DEFAULT 0",
    "ALTER TABLE cooldowns ADD COLUMN provisional INTEGER NOT NULL DEFAULT 0 CHECK (provisional IN (0, 1))",
)
_SIGN_IN_FAILURES: Final = "ALTER TABLE sign_ins ADD COLUMN failures INTEGER NOT NULL DEFAULT 0"
_EXECUTION: Final = """
CREATE TABLE execution (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    execution_id TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    planned TEXT NOT NULL,
    done TEXT NOT NULL,
    given_up TEXT NOT NULL,
    current TEXT,
    started_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    stopped TEXT,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1))
) STRICT
"""
_EXECUTIONS: Final = """
CREATE TABLE executions (
    execution_id TEXT PRIMARY KEY,
    requested_by TEXT NOT NULL,
    process TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    exit_code INTEGER,
    summary TEXT NOT NULL,
    slots TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
_EXECUTIONS_KEPT: Final = 200
"""So many are found by their id: months of daily runs, and a day of one that is asked every seven minutes."""
_EXECUTIONS_LET_GO: Final = f"""
CREATE TRIGGER executions_let_go AFTER INSERT ON executions
BEGIN
    DELETE FROM executions WHERE execution_id IN (
        SELECT execution_id FROM executions
        ORDER BY started_at DESC, execution_id LIMIT -1 OFFSET {_EXECUTIONS_KEPT}
    );
END
"""  # noqa: S608 - a number of ours

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (_TOKENS, _META, _FIRST_EPOCH, _COOLDOWNS, _SIGN_INS),
    (_AUDIT, *_AUDIT_GUARDS, _AUDIT_NO_REPLACE),
    (*_COOLDOWN_CLOCKS, _SIGN_IN_FAILURES, _EXECUTION),
    (_EXECUTIONS, _EXECUTIONS_LET_GO),
)
"""Only ever appended to: number n takes a database from version n - 1 to version n."""

LATEST: Final = len(MIGRATIONS)


def is_fresh(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file holds nothing yet; changes nothing.

    Raises:
        StorageError: it is not ours, or a newer version of the product wrote it.
    """
    application, version, objects = _identify(connection)
    if version == 0 and objects == 0:
        return True
    if application != APPLICATION_ID:
        raise StorageError(
            f"{path} is a database of another program. It was left as it is."
            " Move it away, or set VEGA_DATA_DIR to another folder."
        )
    if version > LATEST:
        raise StorageError(
            f"{path} was written by a newer VEGA Terminal (schema {version}, this one knows {LATEST})."
            " It was left as it is. Install the newer version again, or set VEGA_DATA_DIR to another folder."
        )
    return False


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database to the latest version; may be repeated, also by several processes at once."""
    for version, statements in enumerate(MIGRATIONS, start=1):
        if _schema_version(connection) < version:
            _apply(connection, version, statements)


def _identify(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Application id, schema version and number of schema objects, all of one moment."""
    connection.execute("BEGIN")
    try:
        ((objects,),) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        ((application,),) = connection.execute("PRAGMA application_id").fetchall()
        return application, _schema_version(connection), objects
    finally:
        connection.rollback()


def _schema_version(connection: sqlite3.Connection) -> int:
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    return int(version)


def _apply(connection: sqlite3.Connection, version: int, statements: tuple[str, ...]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been faster while this one waited for the lock.
        if _schema_version(connection) < version:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    finally:
        connection.rollback()
