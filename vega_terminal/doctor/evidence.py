"""What several checks look at, each found out once in an examination."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from vega_terminal.browser.configuration import BrowserConfiguration, InstalledBrowser, find_browser
from vega_terminal.browser.configuration import BrowserKind as BrowserProgram
from vega_terminal.doctor.database_reading import DatabaseContents, read_database
from vega_terminal.doctor.folder import why_unseen
from vega_terminal.doctor.ground import Ground
from vega_terminal.doctor.once import Once, aside
from vega_terminal.doctor.programs import version_of
from vega_terminal.settings.values import Headless
from vega_terminal.store.journal.contents import Contents, read_contents
from vega_terminal.store.journal.file_ops import OsFileOps
from vega_terminal.store.journal.sealing import RecordSeal
from vega_terminal.store.journal.token_journal import JOURNAL_NAME
from vega_terminal.store.opening import DATABASE_NAME
from vega_terminal.store.sqlite.retry import BusyRetry
from vega_terminal.store.vault.key import KeySource, VaultKey
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import key_locator

_LOOKS_AT_THE_JOURNAL: Final = 3
_BETWEEN_LOOKS: Final = 0.1
"""Seconds in which a write that is under way comes to its end."""


class Evidence:
    """Finds things out; every method may raise what the search ended with, the same each time.

    Attributes:
        ground: what the examination stands on.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._folder = Once(self._look_at_folder)
        self._database = Once(self._read_database)
        self._key = Once(self._find_key)
        self._journal = Once(self._read_journal)
        self._browser = Once(self._find_browser)
        self._browser_version = Once(self._ask_browser)

    async def close(self) -> None:
        """Stop whatever is still being looked for."""
        of_folder = (self._folder, self._database, self._key, self._journal)
        for once in (*of_folder, self._browser, self._browser_version):
            await once.close()

    @property
    def database_path(self) -> Path:
        """Where the database lies, if there is one."""
        return self.ground.data_dir / DATABASE_NAME

    async def why_folder_unseen(self) -> int:
        """Why nothing in the data folder can be looked at, as an errno; 0 when it can or is not there."""
        return await self._folder.get()

    async def database(self) -> DatabaseContents | None:
        """The database's contents; None when there is none yet.

        Raises:
            StorageError: it is held, damaged, of a newer version, or cannot be read.
        """
        return await self._database.get()

    async def key(self) -> VaultKey | None:
        """The key of the vault; None when none is needed yet. Never makes one.

        Raises:
            StorageError: it is not to be had, or the database that knows it cannot be read.
        """
        return await self._key.get()

    async def journal(self) -> Contents | None:
        """What the journal holds; None when there is none.

        Raises:
            StorageError: it is not ours, or sealed with another key.
            OSError: it cannot be read.
        """
        return await self._journal.get()

    async def browser(self) -> InstalledBrowser:
        """The browser that a login would drive.

        Raises:
            BrowserError: what was set cannot be used.
        """
        return await self._browser.get()

    async def browser_version(self) -> str | None:
        """Its version; None when there is no browser.

        Raises:
            BrowserError: what was set cannot be used.
            NoVersion: it does not tell.
        """
        return await self._browser_version.get()

    async def _look_at_folder(self) -> int:
        return await aside(partial(why_unseen, self.ground.data_dir), self.ground.clock)

    async def _read_database(self) -> DatabaseContents | None:
        path, ground = self.database_path, self.ground
        look = partial(aside, partial(read_database, path), ground.clock)
        return await BusyRetry(path, ground.clock, ground.busy_attempts).run(look)

    async def _find_key(self) -> VaultKey | None:
        contents = await self.database()
        ground = self.ground
        if contents is not None and contents.known_key is not None:
            return await key_locator(ground.key_file, ground.environ, ground.clock).locate(contents.known_key)
        return await self.chosen_key()

    async def chosen_key(self) -> VaultKey | None:
        """The key in the file that the operator names; None when none is named, or it is not there yet.

        Raises:
            VaultError: others can read it, or it holds no key.
        """
        chosen = self.ground.key_file
        return None if chosen is None else await KeyFile(chosen, KeySource.KEY_FILE).read()

    async def _read_journal(self) -> Contents | None:
        path, clock = self.ground.data_dir / JOURNAL_NAME, self.ground.clock
        data = await aside(partial(_bytes_of, path), clock)
        key = None if data is None else await self.key()
        if data is None or key is None:
            return None
        contents = read_contents(data, RecordSeal(key), path)
        for _ in range(_LOOKS_AT_THE_JOURNAL - 1):
            if contents.whole:
                break
            await clock.sleep(_BETWEEN_LOOKS)
            data = await aside(partial(_bytes_of, path), clock)
            contents = read_contents(data or b"", RecordSeal(key), path)
        return contents

    async def _find_browser(self) -> InstalledBrowser:
        return await aside(partial(find_browser, browser_configuration(self.ground)), self.ground.clock)

    async def _ask_browser(self) -> str | None:
        binary = (await self.browser()).binary
        return None if binary is None else await version_of(binary, self.ground.environ)


def browser_configuration(ground: Ground) -> BrowserConfiguration:
    """What the operator set about the browser, in the words of the browser's room."""
    chosen = ground.browser
    return BrowserConfiguration(
        profiles_dir=ground.data_dir / "browser",
        kind=None if chosen.kind is None else BrowserProgram(chosen.kind.value),
        binary=chosen.binary,
        driver=chosen.driver,
        headless={Headless.AUTO: None, Headless.ON: True, Headless.OFF: False}[chosen.headless],
    )


def _bytes_of(journal: Path) -> bytes | None:
    """All bytes of a journal, opened as the journal itself opens it; None when there is none. Blocks."""
    ops = OsFileOps()
    if not ops.exists(journal):
        return None
    descriptor = ops.open(journal)
    try:
        return ops.read(descriptor)
    finally:
        ops.close(descriptor)
