"""Writes the metrics file after each run of an engine. Loads nothing before there is a run to tell of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from vega_terminal.domain.events import Event, RunFinished, RunStarted

if TYPE_CHECKING:
    from pathlib import Path

    from vega_terminal.clock import Clock
    from vega_terminal.domain.status import AuthStatus
    from vega_terminal.engine.status_board import StatusBoard


@asynccontextmanager
async def metrics_after_run(path: Path | None, board: StatusBoard, clock: Clock) -> AsyncIterator[None]:
    """Keep the file at `path` up to date for the block; None writes none.

    A file that cannot be written is told on the board, once until it works again, and stops nothing.
    """
    if path is None:
        yield
        return
    writer = _Writer(path, board, clock)
    unwatch = board.watch(writer.heard)
    try:
        yield
    finally:
        unwatch()
        await writer.close()


class _Writer:
    """Writes in the background, one run after the other."""

    def __init__(self, path: Path, board: StatusBoard, clock: Clock) -> None:
        self._path = path
        self._board = board
        self._clock = clock
        self._began = clock.monotonic()
        self._turn = asyncio.Lock()
        self._failing = False
        self._under_way: set[asyncio.Task[None]] = set()

    def heard(self, event: Event, status: AuthStatus) -> None:
        """Watches the board."""
        if isinstance(event, RunStarted):
            self._began = self._clock.monotonic()
        elif isinstance(event, RunFinished):
            seconds = self._clock.monotonic() - self._began
            task = asyncio.create_task(self._write(event, status, seconds), name="metrics file")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Wait for what is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _write(self, event: RunFinished, status: AuthStatus, seconds: float) -> None:
        async with self._turn:
            try:
                await asyncio.to_thread(_write, self._path, event, status, seconds)
            except OSError as error:
                self._tell(error)
            else:
                self._failing = False

    def _tell(self, error: OSError) -> None:
        if not self._failing:
            self._failing = True
            self._board.say(
                f"The metrics could not be written to {self._path} ({error.strerror}). Give your user the"
                " right to write in that folder, or set VEGA_METRICS_FILE to another file."
            )


def _write(path: Path, event: RunFinished, status: AuthStatus, seconds: float) -> None:
    """Load what is needed and write, both aside from the event loop."""
    from vega_terminal.metrics.last_run import LastRun  # noqa: PLC0415 - there is a run to tell of
    from vega_terminal.metrics.textfile import write_textfile  # noqa: PLC0415 - there is a run to tell of

    write_textfile(path, LastRun(event.at, event.exit_code, seconds), status)
