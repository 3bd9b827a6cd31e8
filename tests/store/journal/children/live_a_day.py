"""Uses the journal in the folder of the first argument as a run does, and says what it was promised.

Says `holding SLOT EPOCH`, `held NUMBER SLOT EPOCH`, `noting TEXT...`, `noted NUMBER... TEXT...`, `striking
NUMBER...`, `struck NUMBER...`, `refused`. The second argument gives the epochs, as FIRST:LAST; with `sweep`
as the third, what is left is struck at the end.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.store.journal.token_journal import TokenJournal
from vega_terminal.store.vault.key import KeySource, VaultKey

KEY = VaultKey.parse(Secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), KeySource.KEY_FILE, "nowhere")
ISSUED = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)


def say(*words: object) -> None:
    """With one system call, and not the one that the journal writes with: those are counted."""
    os.writev(sys.stdout.fileno(), [(" ".join(map(str, words)) + "\n").encode()])


def token(slot: str, epoch: int) -> AccessToken:
    value = Secret(f"token-{epoch}-of-{slot}")
    issued = IssuedToken(value, "AB1234", ISSUED + timedelta(seconds=epoch))
    return AccessToken.from_issue(slot, f"client-of-{slot}", issued, epoch)


async def hold(journal: TokenJournal, slot: str, epoch: int) -> int | None:
    say("holding", slot, epoch)
    try:
        number = await journal.hold(token(slot, epoch))
    except StorageError:
        say("refused")
        return None
    say("held", number, slot, epoch)
    return number


async def note(journal: TokenJournal, epoch: int) -> tuple[int, ...]:
    texts = (f"first-of-{epoch}", f"second-of-{epoch}")
    say("noting", *texts)
    try:
        numbers = await journal.note_all("cooldowns", texts)
    except StorageError:
        say("refused")
        return ()
    say("noted", *numbers, *texts)
    return numbers


async def strike(journal: TokenJournal, numbers: Iterable[int | None]) -> None:
    known = [number for number in numbers if number is not None]
    say("striking", *known)
    try:
        await journal.strike(known)
    except StorageError:
        say("refused")
    else:
        say("struck", *known)


async def sweep(journal: TokenJournal) -> None:
    try:
        tokens, notes = await journal.held(), await journal.notes()
    except StorageError:
        say("refused")
    else:
        await strike(journal, [*(each.sequence for each in tokens), *(each.sequence for each in notes)])


async def live(folder: Path, epochs: range, *, sweeps: bool) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    journal = TokenJournal(folder, KEY, SystemClock(), notify=lambda text: None)
    for epoch in epochs:
        socket = await hold(journal, "WEBSOCKET1", epoch)
        primary = await hold(journal, "PRIMARY", epoch)
        await strike(journal, [socket])
        notes = await note(journal, epoch)
        await hold(journal, "OPTIONCHAIN1", epoch)
        await strike(journal, [primary, *notes[:1]])
    if sweeps:
        await sweep(journal)


first, last = sys.argv[2].split(":")
asyncio.run(live(Path(sys.argv[1]), range(int(first), int(last) + 1), sweeps="sweep" in sys.argv[3:]))
