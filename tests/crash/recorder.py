"""Keeps three tokens with every call and every acknowledgement on record, in the order in which they came.

`python -m tests.crash.recorder FOLDER [SYNCHRONOUS]`: prints a JSON list of `["said", LINE]` and
`[CALL, PATH...]`. With SYNCHRONOUS the database is told to flush less than it must.
"""

from __future__ import annotations

import asyncio
import json
import select
import sys
from contextlib import AbstractContextManager, nullcontext
from enum import IntEnum
from pathlib import Path
from typing import Final
from unittest.mock import patch

from vega_terminal.clock import SystemClock
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.store.sqlite import connections
from vega_terminal.store.sqlite.engine_gate import JournalMode

from .inspection import opened
from .lines import Say
from .parties import USER, acknowledging
from .watched import is_in, watched

SAID: Final = "said"


class Careless(IntEnum):
    """How little SQLite can be told to flush; the product never does."""

    OFF = 0
    NORMAL = 1


async def keep_tokens(folder: Path, say: Say) -> int:
    """Hold and keep a token of each slot; nothing else happens meanwhile."""
    async with opened(folder) as (storage, roster, board):
        store = storage.store
        persistence = acknowledging(say)(store.tokens, store.journal, HotTokenRegistry(), board)
        epoch = await store.tokens.next_epoch()
        for slot in roster:
            issued = IssuedToken(Secret(f"token-of-{slot.name}"), USER, SystemClock().now())
            token = AccessToken.from_issue(slot.name, slot.client_id, issued, epoch)
            await persistence.keep(token, await persistence.hold(token))
    return 0


def recorded(folder: Path) -> list[list[str]]:
    """Everything that `keep_tokens` did to the folder, and what it said."""
    process, door = watched(lambda say: asyncio.run(keep_tokens(folder, say)), folder.parent / "log")
    listener = door.receive()
    assert listener is not None
    record: list[list[str]] = []
    poll = select.poll()
    poll.register(listener.descriptor, select.POLLIN)
    while poll.poll()[0][1] & select.POLLIN:
        call = listener.receive()
        if call is None:
            continue
        process.listen()
        record += [[SAID, line] for line in process.lines]
        process.lines.clear()
        if is_in(str(folder), call):
            record.append([call.name, *call.paths])
        listener.allow(call)
    if process.reap() != 0:
        raise RuntimeError(process.log.read_text())
    return record + [[SAID, line] for line in process.lines]


def main(folder: str, synchronous: str | None = None) -> None:
    """Record and print."""
    settings: AbstractContextManager[object] = nullcontext()
    if synchronous is not None:
        levels = dict.fromkeys(JournalMode, Careless[synchronous])
        settings = patch.object(connections, "SYNCHRONOUS", levels)
    with settings:
        sys.stdout.write(json.dumps(recorded(Path(folder).resolve())))


if __name__ == "__main__":
    main(*sys.argv[1:])
