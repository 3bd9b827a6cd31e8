"""Executions of every front end, found again by their id on this machine's store."""

from __future__ import annotations

from vega_terminal.engine.execution_book import ExecutionBook
from vega_terminal.store.deferred.execution_history import DeferredExecutionHistory
from vega_terminal.store.process_marks import ProcessMarks
from vega_terminal.store.tables.execution_history import SqliteExecutionHistory
from vega_terminal.wiring.world import World


def execution_book(world: World, front_end: str) -> ExecutionBook:
    """Records what this engine executes from now on; notes are applied with those of every other record.

    On the command line somebody waits for the end, and asks for no id afterwards: a mere check is not
    written.
    """
    table = SqliteExecutionHistory(world.storage.store.database)
    history = DeferredExecutionHistory(table, world.storage.records.deferred)
    return ExecutionBook(
        world.board,
        world.settings.roster,
        history,
        ProcessMarks(),
        world.clock,
        writes_checks=front_end != "cli",
    )
