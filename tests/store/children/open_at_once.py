"""Opens a fresh store per line read, in numbered folders under the first argument; tells key and epoch."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from vega_terminal.clock import SystemClock
from vega_terminal.store.opening import open_store
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator


async def open_once(folder: Path) -> str:
    keys = KeyLocator([KeyFile(folder / "key", KeySource.KEY_FILE)])
    async with open_store(folder / "data", keys, SystemClock(), busy_attempts=10) as store:
        return f"{store.key_id} {await store.tokens.next_epoch()}"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


say("ready")
for number, _ in enumerate(sys.stdin):
    say(asyncio.run(open_once(Path(sys.argv[1], str(number)))))
