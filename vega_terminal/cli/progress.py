"""Tells somebody who waits at a terminal what takes so long; logs and pipes stay free of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from vega_terminal.cli.output import ask
from vega_terminal.cli.plain_text import plain
from vega_terminal.cli.tone import is_screen
from vega_terminal.clock import Clock, SystemClock

FIRST_AFTER_SECONDS: Final = 0.4
"""What is quicker needs no word."""
_EVERY_SECONDS: Final = 1.0
_LINE_AGAIN: Final = "\r\x1b[K"


@asynccontextmanager
async def telling(what: Callable[[], str], clock: Clock | None = None) -> AsyncIterator[None]:
    """Show one line on stderr while the block runs, if it is a terminal; nothing of it stays.

    Args:
        what: what is being done now; asked each second.
        clock: to wait by; None for the machine's.
    """
    if not is_screen(sys.stderr):
        yield
        return
    task = asyncio.create_task(_tell(what, clock or SystemClock()), name="progress")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        ask(_LINE_AGAIN)


async def _tell(what: Callable[[], str], clock: Clock) -> None:
    began = clock.monotonic()
    await clock.sleep(FIRST_AFTER_SECONDS)
    while True:
        ask(f"{_LINE_AGAIN}{plain(what())} ({clock.monotonic() - began:.0f} s)")
        await clock.sleep(_EVERY_SECONDS)
