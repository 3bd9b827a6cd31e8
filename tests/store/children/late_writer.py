"""Begins a login on the store in the folder of the first argument; stores its token after a line on stdin."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.store.support import opened, slot, token


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(folder: Path) -> None:
    async with opened(folder) as store:
        epoch = await store.tokens.next_epoch()
        say(epoch)
        sys.stdin.readline()
        say(await store.tokens.save(token(slot(), epoch, "the token of the late writer")))


asyncio.run(main(Path(sys.argv[1])))
