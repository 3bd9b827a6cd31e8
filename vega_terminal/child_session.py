"""A program of somebody else's, run so that neither it nor what it starts outlives its purpose."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from vega_terminal.engine.shielded import to_the_end


@asynccontextmanager
async def child_session(
    program: str | Path,
    *arguments: str,
    environ: Mapping[str, str],
    stdin: int = DEVNULL,
    stdout: int = DEVNULL,
) -> AsyncIterator[Process]:
    """Start a program in a session of its own; what is left of it when the block is left is killed, at once.

    Args:
        program: its name or path.
        *arguments: of it; no shell sees them.
        environ: all of its environment.
        stdin: as `asyncio.create_subprocess_exec` takes it.
        stdout: as `stdin`; stderr goes nowhere.

    Raises:
        OSError: it could not be started.
    """
    # A cancellation in the middle of a start would leave alone what the program has started by then.
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=stdin,
            stdout=stdout,
            stderr=DEVNULL,
            env=environ,
            start_new_session=True,
        )
    )
    try:
        yield await asyncio.shield(starting)
    finally:
        await to_the_end(_end(starting))


async def _end(starting: asyncio.Future[Process]) -> None:
    try:
        process = await starting
    except OSError:  # nothing was started, which the block was told
        return
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
