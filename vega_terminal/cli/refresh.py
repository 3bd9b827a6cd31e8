"""`vega-auth refresh`: verify, decide, generate, prove, save."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from vega_terminal.cli.output import print_json, print_out, print_table, say
from vega_terminal.cli.prompts import NobodyThere, TerminalPrompts
from vega_terminal.cli.settings import command_settings, telling_failure
from vega_terminal.cli.stopping import stopped_by_signals
from vega_terminal.domain.document import status_document
from vega_terminal.domain.errors import UsageError
from vega_terminal.domain.events import Event
from vega_terminal.domain.execution import Scope, TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.status import AuthStatus, DatabaseStatus
from vega_terminal.domain.wording import words_for
from vega_terminal.engine.engine import Engine
from vega_terminal.logs import log_events
from vega_terminal.notices.questions import WatchedPrompts
from vega_terminal.settings.values import Settings
from vega_terminal.wiring import accompanied, running_engine

if TYPE_CHECKING:
    from vega_terminal.engine.ports import OperatorPrompts


async def refresh(options: argparse.Namespace) -> int:
    """Run the command; the exit code is that of contract section 1."""
    async with telling_failure(options), command_settings(options) as settings:
        only = _checked_names(options.only, settings)
        prompts = WatchedPrompts(_prompts(options))
        async with (
            running_engine(settings, prompts, _say_waiting()) as engine,
            accompanied(settings, engine, prompts),
        ):
            log_events(engine.board)
            engine.board.watch(_tell)
            await engine.start()
            result = await _run(engine, prompts, _request(options, only))
            _print(engine, result, as_json=options.json)
            return result.exit_code


def _checked_names(names: list[str], settings: Settings) -> tuple[str, ...]:
    known = settings.roster.names
    strange = [name for name in names if name not in known]
    if strange:
        raise UsageError(f"--only: there is no slot {', '.join(strange)}. Choose from {', '.join(known)}.")
    return tuple(names)


def _prompts(options: argparse.Namespace) -> OperatorPrompts:
    nobody = options.no_input or sys.stdin is None or not sys.stdin.isatty()
    return NobodyThere() if nobody else TerminalPrompts()


def _request(options: argparse.Namespace, only: tuple[str, ...]) -> TokenExecutionRequest:
    scope = Scope.ALL if options.all else Scope.INVALID_ONLY
    return TokenExecutionRequest("cli", scope, only, consent=options.yes)


async def _run(
    engine: Engine, prompts: WatchedPrompts, request: TokenExecutionRequest
) -> TokenExecutionResult:
    """Wait for the result; Ctrl-C and SIGTERM end the run cleanly, with no browser left."""
    execution = engine.begin(request)
    stopping: list[asyncio.Task[None]] = []

    def stop() -> None:
        say("Stopping in order: what is under way is ended, and no browser is left.")
        stopping.append(asyncio.create_task(engine.cancel()))

    with stopped_by_signals(prompts, stop):
        try:
            return await execution.result
        finally:
            await asyncio.gather(*stopping)


def _say_waiting() -> Callable[[DatabaseStatus], None]:
    """Says once what keeps the database from being opened; waiting goes on in silence."""
    said: set[str] = set()

    def waiting(database: DatabaseStatus) -> None:
        if database.detail not in said:
            said.add(database.detail)
            say(f"Waiting for the database. {database.detail}")

    return waiting


def _tell(event: Event, _status: AuthStatus) -> None:
    words = words_for(event)
    if words is not None:
        say(words)


def _print(engine: Engine, result: TokenExecutionResult, *, as_json: bool) -> None:
    now = engine.board.now()
    if as_json:
        print_json(result.document() | {"status": status_document(engine.board.status, now)})
        return
    print_table(engine.board.status, now)
    print_out(f"{result.summary}\n")
