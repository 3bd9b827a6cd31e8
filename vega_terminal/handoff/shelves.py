"""Where tokens are read for a hand-out: database and journal; the journal alone if the database is held."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError, VaultError
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import AuditTrail, StoredToken
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.handoff.journal_alone import JournalShelf, JournalTrail, open_journal
from vega_terminal.settings.values import Settings
from vega_terminal.store.journal.token_journal import JOURNAL_NAME
from vega_terminal.store.opening import DATABASE_NAME
from vega_terminal.wiring.storage import stored

PATIENCE_SECONDS: Final = 2.0
"""How long a held database is waited for before the journal has to do; more would look like hanging."""


class Shelf(Protocol):
    """Finds tokens."""

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        """The newest token of each slot that has one. Raises StorageError when that cannot be told."""
        ...


@dataclass(frozen=True, slots=True)
class Shelves:
    """What a hand-out needs: the tokens, and the trail that it is recorded in."""

    tokens: Shelf
    trail: AuditTrail


class NothingStored(StorageError):
    """There is neither database nor journal: nothing was ever generated here."""


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, notify: Callable[[str], None]) -> AsyncIterator[Shelves]:
    """Open what these settings point to, for the block; makes no database and no key.

    Args:
        settings: where it lies.
        clock: what waiting waits on.
        notify: takes sentences worth telling the operator.

    Raises:
        NothingStored: there is nothing to open.
        VaultError: the key of the vault is not to be had.
        StorageError: neither database nor journal can be used.
    """
    async with AsyncExitStack() as stack:
        yield await _entered(stack, settings, clock, notify)


async def _entered(
    stack: AsyncExitStack, settings: Settings, clock: Clock, notify: Callable[[str], None]
) -> Shelves:
    _require_something(settings.data_dir)
    try:
        storage = await stack.enter_async_context(stored(settings, clock, notify, patience=PATIENCE_SECONDS))
    except VaultError:
        raise
    except StorageError as error:
        journal = await open_journal(settings, clock, notify, os.environ, error)
        return Shelves(JournalShelf(journal, error), JournalTrail(journal))
    return Shelves(TokenShelf(storage.store.tokens, storage.store.journal), storage.audit)


def _require_something(data_dir: Path) -> None:
    if not (_may_be_there(data_dir / DATABASE_NAME) or _may_be_there(data_dir / JOURNAL_NAME)):
        raise NothingStored(
            f"Nothing is stored in {data_dir}. If tokens were generated on this machine, VEGA_DATA_DIR names"
            " another folder here; otherwise generate them with: vega-auth refresh"
        )


def _may_be_there(path: Path) -> bool:
    """A path that may not be looked at counts as there: opening it tells what is wrong."""
    try:
        return path.exists()
    except OSError:
        return True
