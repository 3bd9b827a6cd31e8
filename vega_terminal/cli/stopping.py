"""Ctrl-C and SIGTERM end what an engine does in order: its browser is closed first."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vega_terminal.cli.output import say
from vega_terminal.engine.engine import Engine

if TYPE_CHECKING:
    from vega_terminal.notices.questions import WatchedPrompts

T = TypeVar("T")
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_LAST_WORDS_SECONDS: Final = 10.0
"""What a run that was ended may still take to be noted; what waits for longer is ended, too."""


@contextmanager
def stopped_by_signals(prompts: WatchedPrompts, stop: Callable[[], None]) -> Iterator[None]:
    """For the block, the first signal calls `stop`; further ones change nothing, the end has its own limits.

    SIGINT is Ctrl-C, so the operator knows already; SIGTERM comes from a shutdown or another program.
    """
    loop, stopped = asyncio.get_running_loop(), False

    def hear(number: signal.Signals) -> None:
        nonlocal stopped
        if not stopped:
            stopped = True
            prompts.stopping(by_operator=number is signal.SIGINT)
            stop()

    for number in _SIGNALS:
        loop.add_signal_handler(number, hear, number)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


async def until_stopped(engine: Engine, work: Coroutine[Any, Any, T], prompts: WatchedPrompts) -> T | None:
    """The result of `work`, which runs the engine; None when it was stopped while it waited for something.

    A run under way is ended, and its result comes all the same.
    """
    task = asyncio.create_task(work)
    stopping: list[asyncio.Task[None]] = []

    def stop() -> None:
        say("Stopping: closing the browser.")
        stopping.append(asyncio.create_task(_stop(engine, task)))

    with stopped_by_signals(prompts, stop):
        try:
            await asyncio.wait({task})
        finally:
            await asyncio.gather(*stopping)
    return None if task.cancelled() else task.result()


async def _stop(engine: Engine, task: asyncio.Task[T]) -> None:
    if engine.board.status.running:
        await engine.cancel()
        bound = asyncio.ensure_future(engine.clock.sleep(_LAST_WORDS_SECONDS))
        await asyncio.wait({task, bound}, return_when=asyncio.FIRST_COMPLETED)
        bound.cancel()
    task.cancel()
