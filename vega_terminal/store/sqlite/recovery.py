"""The way back after trouble: reopen, agree on the key again, write down what was noted, tell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.sqlite.errors import Trouble
from vega_terminal.store.sqlite.opener import Opener
from vega_terminal.store.tables.meta import MetaTable
from vega_terminal.store.tables.tokens import SqliteTokenStore
from vega_terminal.store.vault.key import VaultKey
from vega_terminal.store.vault.locator import require_known

if TYPE_CHECKING:
    from vega_terminal.store.sqlite.rebuild import Rebuilt

AfterReopen = Callable[[], Awaitable[None]]

_COUNTED: Final = {
    "cooldowns": "the cooldowns",
    "sign_ins": "the sign-ins",
    "execution": "the last execution",
    "executions": "the list of executions",
    "audit": "the audit trail",
}


class SqliteRecovery:
    """Implements `engine.ports.RecoverableDatabase`."""

    def __init__(
        self, database: Database, opener: Opener, tokens: SqliteTokenStore, key: VaultKey, clock: Clock
    ) -> None:
        self._database = database
        self._opener = opener
        self._tokens = tokens
        self._key = key
        self._clock = clock
        self._afterwards: list[AfterReopen] = []

    def watch_trouble(self, listener: Callable[[StorageError], None]) -> None:
        """Pause the database at the first trouble, and tell `listener` of it on the event loop."""
        self._database.watch_trouble(listener)

    def after_reopen(self, callback: AfterReopen) -> None:
        """Await `callback` at the end of each `reopen`, in the order of the calls, before it returns.

        It may use the database. A StorageError of its own, such as an unreadable journal, is told and
        keeps nothing paused.
        """
        self._afterwards.append(callback)

    async def reopen(self) -> str | None:
        """Roll back, close, open again, check, and write down what was noted meanwhile.

        Returns:
            What the operator has to know, if anything: a damaged database was set aside.

        Raises:
            StorageError: it is not usable yet (DatabaseLocked: still held); it stays paused.
        """
        sentences = await self._database.reopen(self._put_in_order)
        self._opener.rebuilt = None
        return " ".join(sentences) or None

    async def untold(self) -> str | None:
        """What has to be told of a rebuild at the first opening; only once.

        Raises:
            StorageError: the database cannot be used.
        """
        sentence = await self._of_rebuild()
        self._opener.rebuilt = None
        return sentence

    async def _put_in_order(self) -> list[str]:
        meta = MetaTable(self._database)
        await meta.note_reopening(self._clock.now())
        require_known(self._key, await meta.register_key(self._key.record))
        told = [await self._of_rebuild(), *[await _problem_of(callback) for callback in self._afterwards]]
        return [sentence for sentence in told if sentence]

    async def _of_rebuild(self) -> str | None:
        rebuilt = self._opener.rebuilt
        return None if rebuilt is None else in_words(rebuilt, await self._tokens.keep_openable())


def in_words(rebuilt: Rebuilt, slots: tuple[str, ...]) -> str:
    """What happened, where the old file is, what was saved, and what to do.

    Args:
        rebuilt: how the database was replaced.
        slots: whose tokens are in the new one and open.
    """
    tokens = [f"the tokens of {', '.join(slots)}"] if slots else []
    others = [words for table, words in _COUNTED.items() if rebuilt.salvaged.rows.get(table)]
    saved = ", ".join(tokens + others)
    lost = "" if slots else " No token could be read."
    return (
        f"{rebuilt.finding} It was set aside whole as {rebuilt.aside} and replaced by a new one"
        f"{f' with what could still be read: {saved}' if saved else ''}.{lost}"
        " Keep the old file until all is well, check the drive, and generate what is missing."
    )


async def _problem_of(callback: AfterReopen) -> str | None:
    try:
        await callback()
    except Trouble:
        raise
    except StorageError as error:
        return str(error)
    return None
