"""One login on the machine: who holds the lock, what others are told, and what becomes of a dead holder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import LoginBusy, StorageError
from vega_terminal.process_identity import ProcessIdentity
from vega_terminal.store.login_holder import LoginHolder, read_holder, write_holder
from vega_terminal.store.login_lock import LoginLock

from .support import child

OWN = ProcessIdentity.own()
HERE = os.uname().nodename


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "login.lock"


def _text(path: Path) -> str:
    return path.read_text()


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text)
    path.chmod(mode)


def _remove(path: Path) -> None:
    path.unlink()


def _names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def _rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _a_folder(path: Path) -> Path:
    path.mkdir()
    return path


def _a_link(path: Path) -> Path:
    path.symlink_to(path.parent / "elsewhere")
    return path


def _no_folder(path: Path) -> Path:
    return path.parent / "nowhere" / "login.lock"


class Waiting:
    """One who wants the lock, and everything that is called meanwhile."""

    def __init__(self, path: Path, patience: float = 20.0) -> None:
        self.waits: list[str] = []
        self.reaped = threading.Event()
        self.swept = 0
        self.told: list[str] = []
        self.waiting = asyncio.Event()
        self.lock = LoginLock(
            path, SystemClock(), patience, reap=self._reap, sweep=self._sweep, notify=self.told.append
        )

    async def gets_it(self) -> bool:
        async with self.lock.hold(self._waits) as waited:
            return waited

    def _waits(self, holder: str) -> None:
        self.waits.append(holder)
        self.waiting.set()

    def _reap(self) -> None:
        self.reaped.set()

    def _sweep(self) -> str:
        self.swept += 1
        return "swept"


@pytest.mark.parametrize("before", [None, "", "x" * 4000])
async def test_the_file_tells_who_holds_it_and_nothing_when_free(path: Path, before: str | None) -> None:
    if before is not None:
        _write(path, before, 0o644)
    lock = LoginLock(path, SystemClock(), 0.0)
    assert lock.descriptors() == ()
    began = datetime.now(UTC).replace(microsecond=0)
    async with lock.hold(lambda _holder: None) as waited:
        assert not waited
        (descriptor,) = lock.descriptors()
        assert not os.get_inheritable(descriptor)
        record = json.loads(_text(path))
        assert list(record) == ["pid", "birth", "since", "host"]
        assert record | {"since": ""} == {"pid": OWN.pid, "birth": OWN.birth, "since": "", "host": HERE}
        assert began <= datetime.fromisoformat(record["since"]) <= datetime.now(UTC)
        assert _rights(path) == 0o600
    assert lock.descriptors() == ()
    assert (_text(path), _rights(path)) == ("", 0o600)


def test_a_holder_in_words_gives_the_time_in_ist() -> None:
    since = datetime(2026, 10, 6, 3, 21, 2, tzinfo=UTC)
    assert str(LoginHolder(ProcessIdentity(4711, 1), since, HERE)) == "process 4711, since 08:51:02 IST"
    assert str(LoginHolder(ProcessIdentity(1, 1), since, "b")) == "process 1 on b, since 08:51:02 IST"


async def test_whoever_waits_hears_for_whom_and_nobody_alive_is_reaped(path: Path) -> None:
    waiting, late = Waiting(path), Waiting(path, patience=0.3)
    with child("hold_login.py", path) as holder:
        assert holder.hears() == "held"
        named = str(read_holder(path))
        with pytest.raises(LoginBusy, match=r"process \d+, since \d\d:\d\d:\d\d IST"):
            await late.gets_it()
        gets_it = asyncio.create_task(waiting.gets_it())
        await waiting.waiting.wait()
        assert waiting.lock.descriptors() == ()
        holder.goes_on()
        assert await gets_it
    assert (waiting.waits, late.waits) == ([named], [named])
    assert not waiting.reaped.is_set()
    assert not late.reaped.is_set()
    assert (waiting.swept, late.swept) == (1, 0)
    assert (waiting.told, late.told) == (["swept"], [])


async def test_a_killed_holder_lets_go_at_once(path: Path) -> None:
    waiting = Waiting(path)
    with child("hold_login.py", path) as holder:
        assert holder.hears() == "held"
        holder._process.kill()
        holder._process.wait(10)
        killed = read_holder(path)
        assert killed is not None
        assert killed.is_gone
        assert not await waiting.gets_it()
    assert not waiting.reaped.is_set()
    assert waiting.swept == 1


async def test_a_stopped_holder_keeps_it(path: Path) -> None:
    waiting = Waiting(path, patience=0.3)
    with child("hold_login.py", path) as holder:
        assert holder.hears() == "held"
        holder._process.send_signal(signal.SIGSTOP)
        with pytest.raises(LoginBusy):
            await waiting.gets_it()
        assert not waiting.reaped.is_set()


@pytest.mark.parametrize(
    "left_over",
    [
        {"pid": OWN.pid, "birth": OWN.birth - 1, "since": "2026-10-06T04:00:00+00:00", "host": HERE},
        "torn",
        {"pid": OWN.pid},
        {"pid": OWN.pid, "birth": OWN.birth, "since": "2026-10-06T04:00:00", "host": HERE},
    ],
)
async def test_a_lock_whose_taker_is_not_known_to_live_is_reaped(path: Path, left_over: Any) -> None:
    """A driver holds it, started by a run that was killed; its number may belong to somebody else now."""
    waiting = Waiting(path)
    driver = LoginLock(path, SystemClock(), 0.0)
    async with driver.hold(lambda _holder: None):
        _write(path, json.dumps(left_over) + "\n")
        gets_it = asyncio.create_task(waiting.gets_it())
        assert await asyncio.to_thread(waiting.reaped.wait, 20)
    assert await gets_it


async def test_a_process_of_another_machine_is_never_called_dead(path: Path) -> None:
    waiting = Waiting(path, patience=0.3)
    lock = LoginLock(path, SystemClock(), 0.0)
    async with lock.hold(lambda _holder: None):
        elsewhere = LoginHolder(ProcessIdentity(OWN.pid, OWN.birth - 1), datetime.now(UTC), "desk-2")
        (descriptor,) = lock.descriptors()
        write_holder(descriptor, elsewhere)
        with pytest.raises(LoginBusy, match=f"process {OWN.pid} on desk-2, since"):
            await waiting.gets_it()
    assert not waiting.reaped.is_set()


async def test_a_file_that_was_removed_meanwhile_excludes_nobody_and_is_made_again(path: Path) -> None:
    first, second = Waiting(path), Waiting(path)
    async with first.lock.hold(first.waits.append):
        _remove(path)
        assert not await second.gets_it()
        assert _text(path) == ""
    assert not await first.gets_it()


@pytest.mark.parametrize("obstacle", [_a_folder, _a_link, _no_folder])
async def test_what_cannot_be_locked_is_refused_with_the_reason(
    path: Path, obstacle: Callable[[Path], Path]
) -> None:
    with pytest.raises(StorageError, match="VEGA_DATA_DIR"):
        await Waiting(obstacle(path)).gets_it()
    assert _names_in(path.parent) in ([], [path.name])


async def test_a_cancelled_wait_and_a_failing_sweep_leave_the_lock_free(path: Path) -> None:
    async with LoginLock(path, SystemClock(), 0.0).hold(lambda _holder: None):
        waiting = Waiting(path)
        gets_it = asyncio.create_task(waiting.gets_it())
        await waiting.waiting.wait()
        gets_it.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gets_it

    def broken() -> str:
        raise OSError("a broken folder")

    with pytest.raises(OSError, match="a broken folder"):
        async with LoginLock(path, SystemClock(), 0.0, sweep=broken).hold(lambda _holder: None):
            raise AssertionError("it must not be entered")
    assert not await Waiting(path).gets_it()
