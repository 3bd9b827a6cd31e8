"""Appends audit entries in batches to the store under the first argument; says how many are durable.

Arguments: folder, name of the actor, number of batches, size of a batch.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from vega_terminal.clock import SystemClock
from vega_terminal.engine.ports.audit import AuditEntry, AuditKind
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.audit.trail import SqliteAuditTrail
from vega_terminal.store.opening import open_store
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator


async def append(folder: Path, actor: str, batches: int, size: int) -> None:
    keys = KeyLocator([KeyFile(folder / "key", KeySource.KEY_FILE)])
    clock = SystemClock()
    async with open_store(folder / "data", keys, clock, busy_attempts=40) as store:
        checkpoint = AuditCheckpoint(folder / "data", store.key)
        trail = SqliteAuditTrail(store.database, store.key, clock, store.journal, checkpoint)
        say("ready")
        sys.stdin.readline()
        for batch in range(batches):
            numbers = range(batch * size, (batch + 1) * size)
            now = datetime.now(UTC)
            details = [{"number": str(number)} for number in numbers]
            await trail.append([AuditEntry(now, AuditKind.GATE, actor, detail=one) for one in details])
            say(str(numbers.stop))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


asyncio.run(append(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
