"""The persistence path, cancelled at every step of the event loop, on the real store.

No transaction stays open, no token is lost, and neither thread nor task is left behind.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from vega_terminal.clock import SystemClock
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.store.opening import DATABASE_NAME, Store

from .inspection import opened
from .parties import USER

ENDS_WITHIN: Final = 10.0
FEWEST_STEPS: Final = 4
"""Even the shortest of these works gives way so often."""


@dataclass(frozen=True)
class Desk:
    """An open store with the services on it, and tokens to work with: PRIMARY's is not held yet."""

    store: Store
    roster: Roster
    board: StatusBoard
    persistence: TokenPersistence
    tokens: tuple[AccessToken, ...]
    first_number: int | None
    """By which the second token is struck from the journal."""

    async def everywhere(self) -> set[AccessToken]:
        """Those of these tokens that are in the database or in the journal; none is in the journal twice."""
        saved = await self.store.tokens.load(self.roster.slots)
        held = [each.token for each in await self.store.journal.held()]
        assert len(set(held)) == len(held)
        return set(self.tokens) & {*held, *(entry.token for entry in saved.values())}


Work = Callable[[Desk], Awaitable[Any]]


async def hold(desk: Desk) -> None:
    await desk.persistence.hold(desk.tokens[0])


async def keep(desk: Desk) -> None:
    await desk.persistence.keep(desk.tokens[1], desk.first_number)


async def hold_and_keep(desk: Desk) -> None:
    await desk.persistence.keep(desk.tokens[0], await desk.persistence.hold(desk.tokens[0]))


async def replay(desk: Desk) -> None:
    await TokenReplay(desk.store.tokens, desk.store.journal, desk.roster, desk.board).run()


async def reopen(desk: Desk) -> None:
    await desk.store.recovery.reopen()


WORKS: Final[dict[Work, bool]] = {
    hold: True,
    keep: False,
    hold_and_keep: True,
    replay: False,
    reopen: False,
}
"""Each work, and whether it makes the first token durable as soon as it has begun."""


@contextmanager
def after_steps(number: int, action: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Do `action` once the event loop has turned `number` times; yields what tells whether it was done."""
    selector: Any = asyncio.get_running_loop()._selector  # type: ignore[attr-defined]  # where it turns
    really_select, turns = selector.select, iter(range(number))

    def select(timeout: float | None = None) -> Any:
        if next(turns, None) is None and pending:
            pending.pop()()
        return really_select(timeout)

    pending = [action]
    selector.select = select
    try:
        yield lambda: not pending
    finally:
        del selector.select


async def cancelled_after(
    steps: int, work: Callable[[], Awaitable[Any]], times: int = 1
) -> tuple[bool, bool]:
    """Do `work` in a task that is cancelled after some turns; whether it had begun, and was cut off."""
    begun: list[None] = []

    async def body() -> None:
        begun.append(None)
        await work()

    task = asyncio.ensure_future(body())

    def cancel(left: int = times) -> None:
        if not task.done():
            task.cancel()
        if left > 1:
            asyncio.get_running_loop().call_soon(cancel, left - 1)

    with after_steps(steps, cancel) as is_done:
        await asyncio.wait({task}, timeout=ENDS_WITHIN)
        assert task.done(), "It hangs."
        was_late = not is_done()
    with suppress(asyncio.CancelledError):
        task.result()
    return bool(begun), not was_late


def require_free(folder: Path) -> None:
    """Somebody else can write at once."""
    connection = sqlite3.connect(folder / DATABASE_NAME, timeout=0, isolation_level=None)
    with closing(connection):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


async def one_worker() -> None:
    """From now on all blocking work is done on one thread, which is there already."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    await asyncio.to_thread(int)


async def prepared(store: Store, roster: Roster, board: StatusBoard) -> Desk:
    """Fresh tokens, of which the second and third are held, and not in the database."""
    persistence = TokenPersistence(store.tokens, store.journal, HotTokenRegistry(), board)
    epoch, now = await store.tokens.next_epoch(), SystemClock().now()
    tokens = tuple(
        AccessToken.from_issue(
            slot.name, slot.client_id, IssuedToken(Secret(f"{slot.name}-{epoch}"), USER, now), epoch
        )
        for slot in roster
    )
    numbers = [await persistence.hold(token) for token in tokens[1:]]
    return Desk(store, roster, board, persistence, tokens, numbers[0])


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
async def test_cancelled_at_every_step(ground: Path, work: Work, times: int) -> None:
    await one_worker()
    threads = set(threading.enumerate())
    steps, was_cut_off = 0, True
    async with opened(ground) as (storage, roster, board):
        store = storage.store
        while was_cut_off:
            steps += 1
            desk = await prepared(store, roster, board)
            has_begun, was_cut_off = await cancelled_after(steps, partial(work, desk), times)
            # A write whose caller is gone is carried out all the same; this one comes after it.
            await store.tokens.next_epoch()
            require_free(ground)
            expected = desk.tokens if WORKS[work] and has_begun else desk.tokens[1:]
            assert await desk.everywhere() == set(expected)
            await replay(desk)
            assert await desk.everywhere() == set(expected)
            assert not await store.journal.held()
    require_nothing_left(threads)
    assert steps > FEWEST_STEPS


async def test_opening_cancelled_at_every_step(ground: Path) -> None:
    await one_worker()
    threads = set(threading.enumerate())
    steps, was_cut_off = 0, True

    async def open_and_close(folder: Path) -> None:
        async with opened(folder):
            pass

    while was_cut_off:
        steps += 1
        folder = ground / str(steps)
        _, was_cut_off = await cancelled_after(steps, partial(open_and_close, folder))
        require_nothing_left(threads)
        async with opened(folder) as (storage, _, _):
            await storage.store.tokens.next_epoch()
            require_free(folder)
        require_nothing_left(threads)
    assert steps > FEWEST_STEPS


def require_nothing_left(threads: set[threading.Thread]) -> None:
    """Neither thread nor task is there that was not before."""
    for thread in set(threading.enumerate()) - threads:
        thread.join(ENDS_WITHIN)
        assert not thread.is_alive(), f"{thread} was left behind"
    assert asyncio.all_tasks() == {asyncio.current_task()}
