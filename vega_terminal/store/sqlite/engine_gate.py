"""Which journal mode this SQLite may use: some versions can damage a database in WAL mode.

SQLite 3.7.0 to 3.51.2 can lose or corrupt pages when two connections write and checkpoint at the same
time (sqlite.org/wal.html, "WAL-reset bug"). Those versions get the slower rollback journal.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

from vega_terminal.domain.errors import StorageError

Version = tuple[int, int, int]

_MINIMUM: Final[Version] = (3, 37, 0)
_FIXED_FROM: Final[Version] = (3, 51, 3)
_WITHDRAWN: Final[frozenset[Version]] = frozenset({(3, 52, 0)})
_BACK_PORTS: Final = {(3, 44): 6, (3, 50): 7}


class JournalMode(StrEnum):
    """The two journal modes in use, spelled as SQLite spells them."""

    WAL = "wal"
    DELETE = "delete"


class Synchronous(IntEnum):
    """How much is flushed before a commit returns; the values are SQLite's own."""

    FULL = 2
    EXTRA = 3


SYNCHRONOUS: Final = {JournalMode.WAL: Synchronous.FULL, JournalMode.DELETE: Synchronous.EXTRA}
"""What a commit needs to survive a power cut. EXTRA also flushes the folder after the journal is gone."""


def has_safe_wal(version: Version) -> bool:
    """Whether WAL with two writers is safe in this version of SQLite."""
    if version in _WITHDRAWN:
        return False
    major, minor, patch = version
    fixed_patch = _BACK_PORTS.get((major, minor))
    return version >= _FIXED_FROM or (fixed_patch is not None and patch >= fixed_patch)


def require_usable(version: Version) -> None:
    """Refuse a SQLite that lacks what the statements need (RETURNING, STRICT tables).

    Raises:
        StorageError: the library is too old.
    """
    if version < _MINIMUM:
        have, need = (".".join(map(str, each)) for each in (version, _MINIMUM))
        raise StorageError(
            f"This Python carries SQLite {have}; at least {need} is needed."
            " Run VEGA Terminal with a newer Python."
        )
