"""Work that goes on beside an engine for as long as a process stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from vega_terminal.engine.defects import defect
from vega_terminal.engine.engine import Engine


@asynccontextmanager
async def beside(
    engine: Engine, work: Coroutine[Any, Any, None], name: str, without: str
) -> AsyncIterator[None]:
    """Do `work` until the block is left.

    Args:
        engine: tells when it breaks off; a started one that outlives the block.
        work: never ends by itself.
        name: of its task.
        without: the sentence about what there is no more when it broke off.
    """
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(partial(_tell_end, engine, without))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def following_others(engine: Engine) -> AsyncIterator[None]:
    """Take note of the tokens that other processes of this machine store."""
    without = "Tokens that another VEGA process stores are no longer noticed until a new start."
    async with beside(engine, engine.follow_others(), "tokens of others", without):
        yield


def _tell_end(engine: Engine, without: str, task: asyncio.Task[None]) -> None:
    """It ends by being cancelled alone; anything else is a defect that a person has to know of."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        engine.board.say(f"{without} {defect(error).message}")
