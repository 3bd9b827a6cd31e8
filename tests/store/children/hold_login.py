"""Holds the login lock of the first argument from one line on stdin to the next."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from vega_terminal.clock import SystemClock
from vega_terminal.store.login_lock import LoginLock


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(path: Path) -> None:
    async with LoginLock(path, SystemClock(), 5.0).hold(lambda _holder: None):
        say("held")
        await asyncio.to_thread(sys.stdin.readline)
    say("free")
    await asyncio.to_thread(sys.stdin.readline)


asyncio.run(main(Path(sys.argv[1])))
