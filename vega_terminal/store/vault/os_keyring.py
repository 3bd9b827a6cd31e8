"""A vault key kept in the desktop's keyring, which may be absent, locked, or hang."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.secret import Secret
from vega_terminal.private_files import make_folder
from vega_terminal.store.vault.key import KeySource, VaultKey
from vega_terminal.time_limit import within

T = TypeVar("T")

ANSWER_LIMIT_S: Final = 3.0
_SERVICE: Final = "vega-terminal"
_USER: Final = "vault-key"
_TRUSTED: Final = frozenset(
    {
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
    }
)
"""Backends that encrypt. Others, also ones that a configuration file names, keep plain text or nothing."""


class PasswordBackend(Protocol):
    """What is used of the keyring library. Every call may block for as long as it likes."""

    def get_password(self, service: str, username: str) -> str | None:
        """The stored text; None when there is none."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store or replace the text."""
        ...


class OsKeyring:
    """The keyring as a place for the key; each question is given up after three seconds."""

    source: Final = KeySource.KEYRING
    place: Final = "the OS keyring"

    def __init__(
        self, clock: Clock, lock_file: Path, load: Callable[[], PasswordBackend | None] | None = None
    ) -> None:
        self._clock = clock
        self._lock_file = lock_file
        self._load = load or load_trusted_backend

    async def available(self) -> bool:
        """Whether there is a keyring that encrypts.

        Raises:
            VaultError: there is one, but it does not answer.
        """
        return await self._ask(lambda: self._load() is not None)

    async def read(self) -> VaultKey | None:
        """The key; None when the keyring holds none.

        Raises:
            VaultError: the keyring does not answer, or what it holds is no key.
        """
        return await self._ask(lambda: self._get(self._backend()))

    async def create(self) -> VaultKey:
        """Make a key and keep it here; of several processes that try at once, all get the same.

        Raises:
            VaultError: the keyring does not take it.
        """
        return await self._ask(self._create)

    def _create(self) -> VaultKey:
        from filelock import UnixFileLock  # noqa: PLC0415 - needed once in the life of an installation

        make_folder(self._lock_file.parent)
        # A keyring replaces without asking: only a lock keeps two first starts from making two keys.
        with UnixFileLock(self._lock_file, mode=0o600):
            backend = self._backend()
            if self._get(backend) is None:
                fresh = VaultKey.generate(self.source, self.place)
                backend.set_password(_SERVICE, _USER, fresh.text.reveal())
            key = self._get(backend)
        if key is None:
            raise VaultError(
                "The OS keyring took the vault's key but does not give it back, so no token would survive."
                " Set VEGA_KEY_FILE to keep the key in a file."
            )
        return key

    def _backend(self) -> PasswordBackend:
        backend = self._load()
        if backend is None:
            raise VaultError(
                "The OS keyring, which holds the vault's key, cannot be reached from here."
                " Start from the desktop session, or set VEGA_KEY_FILE to a copy of the key."
            )
        return backend

    def _get(self, backend: PasswordBackend) -> VaultKey | None:
        text = backend.get_password(_SERVICE, _USER)
        return None if text is None else VaultKey.parse(Secret(text), self.source, self.place)

    async def _ask(self, call: Callable[[], T]) -> T:
        try:
            return await within(ANSWER_LIMIT_S, call, self._clock)
        except VaultError:
            raise
        except TimeoutError as error:
            raise _no_answer(f"did not answer within {ANSWER_LIMIT_S:.0f} s") from error
        except Exception as error:
            # Every backend has errors of its own; their text is not ours to show.
            raise _no_answer(f"failed ({type(error).__name__})") from error


def load_trusted_backend() -> PasswordBackend | None:
    """The keyring that the system and the user's configuration choose, if it is one that encrypts.

    Blocks. Returns None at once on Linux without a D-Bus session, where no keyring can be reached.
    """
    if sys.platform == "linux" and not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    import keyring  # noqa: PLC0415 - slow to import, and not needed where the key is in a file

    chosen: Any = keyring.get_keyring()
    return first_trusted([chosen, *getattr(chosen, "backends", ())])


def first_trusted(backends: Iterable[PasswordBackend]) -> PasswordBackend | None:
    """The first backend whose class is on the allow-list."""
    for backend in backends:
        kind = type(backend)
        if f"{kind.__module__}.{kind.__qualname__}" in _TRUSTED:
            return backend
    return None


def _no_answer(what: str) -> VaultError:
    return VaultError(
        f"The OS keyring {what}, so the vault's key cannot be had; no other key is used in its place."
        " Unlock the keyring and start again, or set VEGA_KEY_FILE to keep the key in a file."
    )
