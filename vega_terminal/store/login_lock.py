"""The machine-wide right to drive a browser: an OS lock on `login.lock` in the data folder.

The lock belongs to the open file, not to the process: whoever inherits the descriptor keeps it held. So a
driver that was given the descriptor keeps a second browser from being started for as long as it lives, even
when the run that started it was killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import LoginBusy, StorageError
from vega_terminal.store.file_lock import locked
from vega_terminal.store.login_holder import LoginHolder, read_holder, write_holder

POLL_SECONDS: Final = 0.25

Tidying = Callable[[], str | None]
"""Blocks while it works; returns what the operator should know of it, if anything."""


class LoginLock:
    """Implements `LoginLease` with a kernel lock: it cannot be left behind by processes that died."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        patience: float,
        *,
        reap: Tidying | None = None,
        sweep: Tidying | None = None,
        notify: Callable[[str], None] = lambda _text: None,
    ) -> None:
        """Lock `path`.

        Args:
            path: of the lock file; made 0600, never removed.
            clock: to wait by.
            patience: seconds to wait for another holder at most.
            reap: ends drivers whose run was killed; called while the lock is held and the run that took
                it is gone. Must leave the drivers of living runs alone.
            sweep: removes what killed runs left; called once the lock was taken.
            notify: told what came of both.
        """
        self._path = path
        self._clock = clock
        self._patience = patience
        self._reap = reap
        self._sweep = sweep
        self._notify = notify
        self._descriptor: int | None = None

    def descriptors(self) -> tuple[int, ...]:
        """The descriptor that holds the lock, for the driver to inherit; none while it is not held."""
        return () if self._descriptor is None else (self._descriptor,)

    @asynccontextmanager
    async def hold(self, on_wait: Callable[[str], None]) -> AsyncIterator[bool]:
        """Hold the lock for the block; yields whether it had to be waited for.

        Args:
            on_wait: called once, with the holder in words, when somebody else holds it.

        Raises:
            LoginBusy: somebody else held it for longer than the patience.
            StorageError: the file system cannot lock, or the folder cannot be written.
        """
        waited = await self._acquire(on_wait)
        try:
            await self._tidy(self._sweep)
            yield waited
        finally:
            self._release()

    @asynccontextmanager
    async def hold_if_free(self) -> AsyncIterator[bool]:
        """Hold the lock for the block if nobody else does; yields whether it is held.

        Raises:
            StorageError: the file system cannot lock, or the folder cannot be written.
        """
        held = self._try() or await self._taken_from_the_dead()
        try:
            if held:
                await self._tidy(self._sweep)
            yield held
        finally:
            if held:
                self._release()

    async def _taken_from_the_dead(self) -> bool:
        holder = read_holder(self._path)
        if holder is not None and not holder.is_gone:
            return False
        await self._tidy(self._reap)
        return self._try()

    async def _acquire(self, on_wait: Callable[[str], None]) -> bool:
        deadline = self._clock.monotonic() + self._patience
        waited = False
        while not self._try():
            holder = read_holder(self._path)
            if not waited:
                waited = True
                on_wait(_in_words(holder))
            if holder is None or holder.is_gone:
                await self._tidy(self._reap)
            if self._clock.monotonic() >= deadline:
                raise self._busy(holder)
            await self._clock.sleep(POLL_SECONDS)
        return waited

    async def _tidy(self, tidying: Tidying | None) -> None:
        told = await asyncio.to_thread(tidying) if tidying else None
        if told is not None:
            self._notify(told)

    def _busy(self, holder: LoginHolder | None) -> LoginBusy:
        return LoginBusy(
            f"Another VEGA process has been signing in for more than {self._patience:.0f} s"
            f" ({_in_words(holder)}). Nothing was started here. Finish or stop the other one, then try again."
        )

    def _try(self) -> bool:
        try:
            self._descriptor = locked(self._path)
        except OSError as error:
            raise StorageError(
                f"{self._path} cannot be locked: {error.strerror or error}. Without the lock two browsers"
                " could sign in at once, so nothing was started. Put VEGA_DATA_DIR on a local disk that you"
                " may write."
            ) from error
        if self._descriptor is None:
            return False
        # Only for others to read: a full disk must not keep the lock from being used.
        with contextlib.suppress(OSError):
            write_holder(self._descriptor, LoginHolder.this_process(self._clock.now()))
        return True

    def _release(self) -> None:
        """Close, not unlock: should a driver that could not be ended still live, the lock stays held."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
            os.close(descriptor)


def _in_words(holder: LoginHolder | None) -> str:
    if holder is None:
        return "a process that did not give its name"
    return f"the browser of {holder}, which was killed" if holder.is_gone else str(holder)
