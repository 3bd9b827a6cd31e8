"""A vault key kept in a file that only its owner can read."""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.secret import Secret
from vega_terminal.private_files import draft_of, flush_names, make_folder, write_new
from vega_terminal.store.vault.key import KeySource, VaultKey

_READ_LIMIT: Final = 4096
_FORBIDDEN_RIGHTS: Final = {KeySource.CREDENTIALS: 0o007}
"""systemd lets a service's user in through an ACL, whose mask shows as rights of the group."""
_FORBIDDEN_OTHERWISE: Final = 0o077


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One line of base64 in a 0600 file.

    Attributes:
        path: of the file.
        source: which of the places that hold files this is.
    """

    path: Path
    source: KeySource

    @property
    def place(self) -> str:
        """The path, for people."""
        return str(self.path)

    async def available(self) -> bool:
        """A file can always be asked for."""
        return True

    async def read(self) -> VaultKey | None:
        """The key; None when there is no such file.

        Raises:
            VaultError: others can read it, or it holds no key.
        """
        return await asyncio.to_thread(self._read)

    async def create(self) -> VaultKey:
        """Make a key and keep it here; of several processes that try at once, all get the same.

        Raises:
            VaultError: it cannot be written.
        """
        return await asyncio.to_thread(self._create)

    def _read(self) -> VaultKey | None:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            try:
                self._require_private(os.fstat(descriptor))
                text = Secret(os.read(descriptor, _READ_LIMIT).decode("ascii", errors="replace"))
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable("read", error) from error
        return VaultKey.parse(text, self.source, self.place)

    def _require_private(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise VaultError(f"The vault's key {self.path} is not a regular file. Name a file that holds it.")
        if status.st_uid not in {0, os.geteuid()}:
            raise VaultError(
                f"The vault's key {self.path} belongs to another user, who could read or change it."
                f" If it is yours: chown {os.geteuid()} '{self.path}'"
            )
        if status.st_mode & _FORBIDDEN_RIGHTS.get(self.source, _FORBIDDEN_OTHERWISE):
            raise VaultError(
                f"Other users can read or change the vault's key {self.path}"
                f" (rights {stat.S_IMODE(status.st_mode):04o}), so it protects nothing."
                f" Take their rights away: chmod 600 '{self.path}'"
            )

    def _create(self) -> VaultKey:
        try:
            make_folder(self.path.parent)
            self._link_new_key()
            flush_names(self.path.parent)
        except OSError as error:
            raise self._unusable("written", error) from error
        key = self._read()
        if key is None:
            raise VaultError(f"The vault's key {self.path} vanished right after it was made. Start again.")
        return key

    def _link_new_key(self) -> None:
        """Put a whole key file under its final name at once; whoever is second leaves the first's alone."""
        key = VaultKey.generate(self.source, self.place)
        draft = draft_of(self.path)
        try:
            write_new(draft, f"{key.text.reveal()}\n")
            with suppress(FileExistsError):
                os.link(draft, self.path)
        finally:
            draft.unlink(missing_ok=True)

    def _unusable(self, what: str, error: OSError) -> VaultError:
        return VaultError(
            f"The vault's key {self.path} cannot be {what} ({error.strerror})."
            " Give your user the right to it, or set VEGA_KEY_FILE to another file."
        )
