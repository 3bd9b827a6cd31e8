"""Finds the key of the vault, in the order of contract section 2, and never takes another silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VaultError
from vega_terminal.store.vault.key import KeyRecord, KeySource, VaultKey
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.os_keyring import OsKeyring

_PRODUCT: Final = "vega-terminal"
_CREDENTIAL: Final = "vega-key"
_CONFIG_FILE: Final = "vault.key"
_KEYRING_LOCK: Final = "vault.key.lock"
_CHOSEN_BY_OPERATOR: Final = frozenset({KeySource.KEY_FILE, KeySource.CREDENTIALS})


class KeyHome(Protocol):
    """A place that can hold the key."""

    @property
    def source(self) -> KeySource:
        """Which of the places of contract section 2 it is."""
        ...

    @property
    def place(self) -> str:
        """Where exactly, for people."""
        ...

    async def available(self) -> bool:
        """Whether the place exists on this machine at all."""
        ...

    async def read(self) -> VaultKey | None:
        """The key; None when it holds none.

        Raises:
            VaultError: the place cannot be used as it is.
        """
        ...

    async def create(self) -> VaultKey:
        """Make a key and keep it here.

        Raises:
            VaultError: the place does not take it.
        """
        ...


class KeyLocator:
    """Knows the places that may be asked, best first."""

    def __init__(self, homes: Sequence[KeyHome]) -> None:
        self._homes = tuple(homes)

    async def locate(self, known: KeyRecord | None) -> VaultKey:
        """The key to use.

        Args:
            known: the key that the database was first used with; None for a new database, and only then
                may a key be made.

        Raises:
            VaultError: the known key is not to be had, another one is in its place, or a place that
                exists cannot be used.
        """
        home = await self._choose(known)
        key = await home.read()
        if known is None:
            return key or await home.create()
        if key is None:
            raise _missing(known, home.place)
        require_known(key, known)
        return key

    async def _choose(self, known: KeyRecord | None) -> KeyHome:
        for home in self._homes:
            if await _counts(home, known):
                return home
        if known is None:
            raise VaultError(
                "There is no place for the vault's key here. Name a file for it in VEGA_KEY_FILE."
            )
        raise _missing(known, "reach: the setting that named its place is not in force in this process")


async def _counts(home: KeyHome, known: KeyRecord | None) -> bool:
    """Whether `home` is the place to use: the operator's choice, else where the known key came from."""
    if known is None or home.source in _CHOSEN_BY_OPERATOR:
        return await home.available()
    return home.source is known.source


def key_locator(
    key_file: Path | None, environment: Mapping[str, str], clock: Clock, config_folder: Path | None = None
) -> KeyLocator:
    """The places of this process.

    A file that the operator names, or systemd provides, is the only place then.

    Args:
        key_file: the setting `VEGA_KEY_FILE`.
        environment: where `CREDENTIALS_DIRECTORY` may be set.
        clock: what the keyring's time limit waits on.
        config_folder: of the user; None for the platform's own.
    """
    if key_file is not None:
        return KeyLocator([KeyFile(key_file, KeySource.KEY_FILE)])
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    if credentials and (credential := Path(credentials, _CREDENTIAL)).exists():
        return KeyLocator([KeyFile(credential, KeySource.CREDENTIALS)])
    folder = config_folder or _user_config_folder()
    keyring = OsKeyring(clock, folder / _KEYRING_LOCK)
    return KeyLocator([keyring, KeyFile(folder / _CONFIG_FILE, KeySource.CONFIG_FILE)])


def require_known(key: VaultKey, known: KeyRecord) -> None:
    """Refuse a key that the database was not first used with.

    Raises:
        VaultError: it is another one.
    """
    if key.record.key_id != known.key_id:
        raise VaultError(
            f"The vault's key in {key.place} ({key.source}) is {key.record.key_id}, but the stored tokens are"
            f" sealed with {known.key_id}, first taken from {known.source}. Nothing was changed. Put that key"
            " back, or move the database away to start anew with this one."
        )


def _missing(known: KeyRecord, where: str) -> VaultError:
    return VaultError(
        f"The vault's key {known.key_id}, first taken from {known.source}, is not in {where}. No new key was"
        " made, because it could not open the stored tokens. Put the key back (or name it in VEGA_KEY_FILE),"
        " or move the database away to start anew."
    )


def _user_config_folder() -> Path:
    import platformdirs  # noqa: PLC0415 - not needed where the operator names the key's file

    return platformdirs.user_config_path(_PRODUCT, appauthor=False)
