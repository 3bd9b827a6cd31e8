"""Which key is used, and that no other one is ever taken in its place."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vega_terminal.domain.errors import VaultError
from vega_terminal.store.opening import Store, open_store
from vega_terminal.store.vault.key import KeySource, VaultKey
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator, key_locator
from vega_terminal.store.vault.os_keyring import OsKeyring, PasswordBackend

from .keyrings import BrokenKeyring, MemoryKeyring
from .support import Gate, ScriptedClock, slot, token


@dataclass
class Machine:
    """One user's places for keys, and the store that is opened with them."""

    folder: Path
    keyring: PasswordBackend | None = None
    clock: ScriptedClock = field(default_factory=lambda: ScriptedClock(Gate()))

    @property
    def config_file(self) -> Path:
        return self.folder / "config" / "vault.key"

    def store(self, key_file: Path | None = None, data: str = "data") -> AbstractAsyncContextManager[Store]:
        config = self.config_file.parent
        if key_file is not None:
            locator = key_locator(key_file, {}, self.clock, config)
        else:
            keyring = OsKeyring(self.clock, config / "lock", lambda: self.keyring)
            locator = KeyLocator([keyring, KeyFile(self.config_file, KeySource.CONFIG_FILE)])
        return open_store(self.folder / data, locator, self.clock, busy_attempts=3)

    def snapshot(self) -> Mapping[Path, bytes]:
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


async def use(store: AbstractAsyncContextManager[Store]) -> KeySource:
    """Open once, see that the token of an earlier opening opens, save one, and tell the key's source."""
    async with store as opened:
        await opened.tokens.save(token(slot()))
        assert await opened.tokens.load([slot()])
        return opened.key_source


async def refused(machine: Machine, store: AbstractAsyncContextManager[Store], sentence: str) -> None:
    """Opening is refused with `sentence`, and not one file differs afterwards."""
    before = machine.snapshot()
    with pytest.raises(VaultError, match=sentence):
        await use(store)
    assert machine.snapshot() == before


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def test_without_a_keyring_the_key_is_in_the_config_folder(machine: Machine) -> None:
    assert await use(machine.store()) is KeySource.CONFIG_FILE
    assert machine.config_file.exists()
    assert await use(machine.store()) is KeySource.CONFIG_FILE


async def test_a_keyring_comes_before_the_config_folder(machine: Machine) -> None:
    machine.keyring = MemoryKeyring()
    assert await use(machine.store()) is KeySource.KEYRING
    assert await use(machine.store()) is KeySource.KEYRING
    assert machine.keyring.stored == 1
    assert not machine.config_file.exists()


async def test_a_named_file_comes_first_and_is_made(machine: Machine) -> None:
    keyring = machine.keyring = MemoryKeyring()
    assert await use(machine.store(machine.folder / "my.key")) is KeySource.KEY_FILE
    assert (machine.folder / "my.key").exists()
    assert keyring.asked == 0


async def test_a_second_database_takes_the_key_that_is_there(machine: Machine) -> None:
    for data in ("one", "two"):
        async with machine.store(data=data) as store:
            assert store.key_place == str(machine.config_file)
    assert len(list(machine.config_file.parent.iterdir())) == 1


async def test_systemd_provides_the_key_unless_a_file_is_named(tmp_path: Path) -> None:
    clock, environment = ScriptedClock(), {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    provided = await KeyFile(tmp_path / "vega-key", KeySource.CREDENTIALS).create()
    assert await key_locator(None, environment, clock, tmp_path).locate(None) == provided
    assert await key_locator(None, environment, clock, tmp_path).locate(provided.record) == provided
    named = await key_locator(tmp_path / "named", environment, clock, tmp_path).locate(None)
    assert named.source is KeySource.KEY_FILE


async def test_credentials_of_other_programs_are_no_place_for_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    found = await key_locator(None, environment, ScriptedClock(Gate()), tmp_path / "config").locate(None)
    assert found.source is KeySource.CONFIG_FILE


async def test_another_key_is_refused(machine: Machine) -> None:
    await use(machine.store(machine.folder / "one"))
    async with machine.store(machine.folder / "two", data="another") as other:
        sentence = (
            f"{other.key_id}, but the stored tokens are sealed with .*VEGA_KEY_FILE.*Nothing was changed"
        )
    await refused(machine, machine.store(machine.folder / "two"), sentence)
    assert await use(machine.store(machine.folder / "one")) is KeySource.KEY_FILE


async def test_a_lost_key_is_never_replaced(machine: Machine) -> None:
    await use(machine.store())
    machine.config_file.unlink()
    await refused(machine, machine.store(), "first taken from CONFIG_FILE.*No new key was made")
    await refused(machine, machine.store(machine.folder / "new"), "is not in .*new.*No new key was made")


async def test_a_keyring_that_went_away_does_not_lead_to_a_file(machine: Machine) -> None:
    machine.keyring = MemoryKeyring()
    await use(machine.store())
    machine.keyring = None
    await refused(machine, machine.store(), "OS keyring, which holds the vault's key, cannot be reached")
    machine.keyring = MemoryKeyring()
    await refused(machine, machine.store(), "is not in the OS keyring")
    assert machine.keyring.stored == 0


async def test_a_keyring_that_came_later_is_not_asked(machine: Machine) -> None:
    await use(machine.store())
    keyring = machine.keyring = MemoryKeyring()
    assert await use(machine.store()) is KeySource.CONFIG_FILE
    assert keyring.asked == 0


async def test_a_setting_that_is_gone_is_missed(machine: Machine) -> None:
    await use(machine.store(machine.folder / "my.key"))
    await refused(machine, machine.store(), "first taken from VEGA_KEY_FILE.*not in force")


async def test_the_same_key_may_move(machine: Machine) -> None:
    await use(machine.store())
    moved = machine.config_file.rename(machine.folder / "moved.key")
    assert await use(machine.store(moved)) is KeySource.KEY_FILE


async def test_a_keyring_that_fails_at_the_first_start_is_no_reason_for_a_file(machine: Machine) -> None:
    machine.keyring = BrokenKeyring()
    with pytest.raises(VaultError, match="no other key is used in its place"):
        await use(machine.store())
    assert not machine.config_file.exists()


async def test_no_place_at_all_is_told(tmp_path: Path) -> None:
    keyring = OsKeyring(ScriptedClock(Gate()), tmp_path / "lock", lambda: None)
    with pytest.raises(VaultError, match="VEGA_KEY_FILE"):
        await KeyLocator([keyring]).locate(None)


async def test_of_two_first_starts_with_different_keys_the_second_is_refused(machine: Machine) -> None:
    class OvertakenKeyFile(KeyFile):
        """Another process is done with its first start while this one makes its key."""

        async def create(self) -> VaultKey:
            await use(machine.store(machine.folder / "swift"))
            return await KeyFile(self.path, self.source).create()

    overtaken = OvertakenKeyFile(machine.folder / "slow", KeySource.KEY_FILE)
    with pytest.raises(VaultError, match="but the stored tokens are sealed with"):
        await use(
            open_store(machine.folder / "data", KeyLocator([overtaken]), machine.clock, busy_attempts=3)
        )
    assert await use(machine.store(machine.folder / "swift")) is KeySource.KEY_FILE
