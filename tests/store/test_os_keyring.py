"""The keyring: trusted backends only, three seconds for an answer, one key."""

from __future__ import annotations

import asyncio
import importlib
import sys
import threading
from pathlib import Path

import pytest

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VaultError
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.os_keyring import (
    OsKeyring,
    PasswordBackend,
    first_trusted,
    load_trusted_backend,
)

from .keyrings import BrokenKeyring, ForgetfulKeyring, HangingKeyring, MeetingKeyring, MemoryKeyring
from .support import Gate, ScriptedClock


def patient() -> Clock:
    """A clock on which three seconds never pass."""
    return ScriptedClock(Gate())


def keyring_with(backend: PasswordBackend | None, folder: Path, clock: Clock | None = None) -> OsKeyring:
    return OsKeyring(clock or patient(), folder / "lock", lambda: backend)


async def test_a_key_is_made_kept_and_found_again(tmp_path: Path) -> None:
    keyring = keyring_with(MemoryKeyring(), tmp_path)
    assert await keyring.available()
    assert await keyring.read() is None
    made = await keyring.create()
    assert made.source is KeySource.KEYRING
    assert await keyring.read() == await keyring.create() == made


async def test_two_first_starts_at_once_make_one_key(tmp_path: Path) -> None:
    backend = MeetingKeyring()
    one, two = (keyring_with(backend, tmp_path) for _ in range(2))
    first, second = await asyncio.gather(one.create(), two.create())
    assert first == second
    assert backend.stored == 1


@pytest.mark.parametrize("question", [OsKeyring.available, OsKeyring.read, OsKeyring.create])
async def test_a_keyring_that_hangs_is_given_up_after_three_seconds(tmp_path: Path, question: object) -> None:
    assert callable(question)
    backend, clock = HangingKeyring(), ScriptedClock()
    keyring = OsKeyring(clock, tmp_path / "lock", backend.load)
    with pytest.raises(VaultError, match=r"did not answer within 3 s.*Unlock the keyring.*VEGA_KEY_FILE"):
        await question(keyring)
    assert clock.slept == [3.0]
    backend.let_go()
    for thread in threading.enumerate():
        if thread.name == "vega-time-limit":
            thread.join()


async def test_a_locked_keyring_is_refused_with_the_cure_and_without_its_words(tmp_path: Path) -> None:
    keyring = keyring_with(BrokenKeyring(), tmp_path)
    with pytest.raises(VaultError, match=r"failed \(PermissionError\).*Unlock") as caught:
        await keyring.read()
    assert BrokenKeyring.WORDS not in str(caught.value)


async def test_a_keyring_that_forgets_at_once_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="does not give it back"):
        await keyring_with(ForgetfulKeyring(), tmp_path).create()


async def test_a_keyring_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    backend.text = "a password of another program"
    with pytest.raises(VaultError, match="not one line of base64"):
        await keyring_with(backend, tmp_path).create()
    assert backend.text == "a password of another program"


async def test_a_keyring_out_of_reach_is_not_available_and_not_readable(tmp_path: Path) -> None:
    keyring = keyring_with(None, tmp_path)
    assert await keyring.available() is False
    with pytest.raises(VaultError, match=r"cannot be reached from here.*desktop session"):
        await keyring.read()


def test_backends_that_do_not_encrypt_are_never_chosen() -> None:
    null, fail, trusted = (
        importlib.import_module(f"keyring.backends.{name}").Keyring()
        for name in ("null", "fail", "SecretService")
    )
    assert first_trusted([null, fail, MemoryKeyring()]) is None
    assert first_trusted([null, trusted, fail]) is trusted


@pytest.mark.skipif(sys.platform != "linux", reason="the D-Bus rule is Linux's")
def test_without_a_session_bus_the_library_is_not_even_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert load_trusted_backend() is None


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_the_library_is_asked_and_its_answer_judged(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    import keyring
    from keyring.core import load_keyring

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    before = keyring.get_keyring()
    keyring.set_keyring(load_keyring(backend))
    try:
        assert load_trusted_backend() is None
    finally:
        keyring.set_keyring(before)
