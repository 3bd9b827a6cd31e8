"""`vega-auth status`: what is stored, without asking anybody."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from vega_terminal import wiring
from vega_terminal.cli.output import print_json, print_table, say
from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.cli.settings import command_settings
from vega_terminal.clock import SystemClock
from vega_terminal.domain.document import status_document
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.last_failures import publish_failures, unexplained
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.stored import publish_stored
from vega_terminal.settings.values import Settings
from vega_terminal.store.deferred.execution_history import DeferredExecutionHistory
from vega_terminal.store.tables.execution_history import SqliteExecutionHistory


async def status(options: argparse.Namespace) -> int:
    """Print the status document or a table; exit code 0 when it could be read."""
    async with command_settings(options) as settings:
        shown = await (_verified(settings) if options.verify else _stored(settings))
        now = SystemClock().now()
        if options.json:
            print_json(status_document(shown, now))
        else:
            print_table(shown, now)
            if not options.verify:
                _explain(shown, now)
        return 0


def _explain(shown: AuthStatus, now: datetime) -> None:
    """A token that the broker was not asked about is kept and used: UNKNOWN is no alarm."""
    if any(slot.verdict_at(now) is Verdict.UNKNOWN for slot in shown.slots):
        say("UNKNOWN: stored, but the broker was not asked. Ask it with: vega-auth status --verify")


async def _stored(settings: Settings) -> AuthStatus:
    clock = SystemClock()
    board = StatusBoard(AuthStatus.for_names(settings.roster.names), clock)
    async with wiring.stored(settings, clock, say) as storage:
        shelf = TokenShelf(storage.store.tokens, storage.store.journal)
        await publish_stored(shelf, storage.records.cooldowns, settings.roster, board, clock)
        await _recall(storage, board)
    return board.status


async def _verified(settings: Settings) -> AuthStatus:
    async with wiring.running_engine(settings, NobodyThere()) as engine:
        await engine.start()
        await engine.verify()
        board = StatusBoard(engine.board.status, engine.clock)
    if unexplained(board.status, board.now()):
        with _untold():
            async with wiring.stored(settings, engine.clock, say) as storage:
                await _recall(storage, board)
    return board.status


async def _recall(storage: wiring.Storage, board: StatusBoard) -> None:
    """Tell why slots have no token; what cannot be read costs a sentence, not the status."""
    table = SqliteExecutionHistory(storage.store.database)
    with _untold():
        await publish_failures(DeferredExecutionHistory(table, storage.records.deferred), board)


@contextmanager
def _untold() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        say(f"Why a slot has no token cannot be told. {error}")
