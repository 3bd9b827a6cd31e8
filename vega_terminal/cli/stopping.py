"""Ctrl-C and SIGTERM end what an engine does in order: its browser is closed first."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from vega_terminal.cli.output import say
from vega_terminal.engine.engine import Engine

T = TypeVar("T")
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_LAST_WORDS_SECONDS: Final = 10.0
"""What a run that was ended may still take to be noted; what waits for longer is ended, too."""


async def until_stopped(engine: Engine, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of `work`, which runs the engine; None when it was stopped while it waited for something.

    A run under way is ended, and its result comes all the same.
    """
    task = asyncio.create_task(work)
    stopping: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if not stopping:
            say("Stopping: closing the browser.")
            stopping.append(loop.create_task(_stop(engine, task)))

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await asyncio.wait({task})
    finally:
        await asyncio.gather(*stopping)
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
    return None if task.cancelled() else task.result()


async def _stop(engine: Engine, task: asyncio.Task[T]) -> None:
    if engine.board.status.running:
        await engine.cancel()
        bound = asyncio.ensure_future(engine.clock.sleep(_LAST_WORDS_SECONDS))
        await asyncio.wait({task, bound}, return_when=asyncio.FIRST_COMPLETED)
        bound.cancel()
    task.cancel()
