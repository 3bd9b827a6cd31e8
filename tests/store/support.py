"""Clocks, tokens, key places and second processes for the tests of the store."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.store.opening import DATABASE_NAME, Store, open_store
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator

T = TypeVar("T")
NOW: Final = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
TOKEN_TEXT: Final = "eyJ0.marker-of-a-token-that-must-not-be-readable.sig"
CHILDREN: Final = Path(__file__).parent / "children"


class ScriptedClock:
    """Stands still; a sleep returns once `on_sleep` did."""

    def __init__(self, on_sleep: Callable[[], Awaitable[None]] | None = None) -> None:
        self.slept: list[float] = []
        self.on_sleep = on_sleep

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def uptime(self) -> float:
        return 0.0

    def boot_id(self) -> str:
        return "this start"

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.on_sleep is not None:
            await self.on_sleep()


class Gate:
    """Somewhere to wait: tells who watches that somebody came, and holds them until it opens."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await self.open.wait()


class Child:
    """A second process that says one line when it got somewhere and goes on when it is told a line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def hears(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def goes_on(self, line: str = "") -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answers(self, line: str) -> str:
        self.goes_on(line)
        return self.hears()

    @property
    def pid(self) -> int:
        return self._process.pid


@contextmanager
def child(script: str, *arguments: str | Path, under: Sequence[str] = ()) -> Iterator[Child]:
    """Run one of the scripts in `children`, `under` another program if need be; it ends with the block."""
    command = [*under, sys.executable, str(CHILDREN / script), *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Child(process)
        finally:
            process.kill()


@contextmanager
def foreign_lock(data_folder: Path, kind: str = "EXCLUSIVE") -> Iterator[Child]:
    """Another process that holds BEGIN EXCLUSIVE until `goes_on` was called and `hears` says `free`."""
    with child("hold_lock.py", data_folder / DATABASE_NAME, kind) as holder:
        assert holder.hears() == "held"
        yield holder


def slot(name: str = "PRIMARY", client_id: str = "client-1") -> ApiSlot:
    return ApiSlot(name, client_id, Secret("s"), "http://127.0.0.1/cb", LoginIdentity("identity-1", "…3210"))


def token(of: ApiSlot, epoch: int = 1, text: str = TOKEN_TEXT) -> AccessToken:
    issued = IssuedToken(Secret(text), "AB1234", NOW + timedelta(seconds=epoch))
    return AccessToken.from_issue(of.name, of.client_id, issued, epoch)


def keys_in(folder: Path) -> KeyLocator:
    return KeyLocator([KeyFile(folder / "key", KeySource.KEY_FILE)])


def opened(
    folder: Path, clock: ScriptedClock | None = None, notices: list[str] | None = None
) -> AbstractAsyncContextManager[Store]:
    """The store in `folder/data` with its key in `folder/key`, three attempts."""
    told = notices if notices is not None else []
    clock = clock or ScriptedClock()
    return open_store(folder / "data", keys_in(folder), clock, busy_attempts=3, notify=told.append)


def require_no_thread() -> None:
    """Every thread that served a SQLite connection ends."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            thread.join(timeout=30)
            assert not thread.is_alive()


class CancelAt(Generic[T]):
    """Awaits `work` and cancels the awaiting task at its `number`-th await (counted from 1)."""

    def __init__(self, work: Coroutine[Any, Any, T], number: int) -> None:
        self._work = work
        self._number = number
        self.awaits = 0

    def __await__(self) -> Generator[Any, None, T]:
        step: Callable[[], Any] = partial(self._work.send, None)
        while True:
            try:
                pending = step()
            except StopIteration as stop:
                result: T = stop.value
                return result
            self.awaits += 1
            if self.awaits == self._number:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield pending
                step = partial(self._work.send, None)
            except BaseException as error:  # noqa: BLE001 - handed on to the work
                step = partial(self._work.throw, error)
