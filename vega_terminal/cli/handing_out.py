"""What `vega-auth token` and `vega-auth exec` share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from vega_terminal.cli.output import say
from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import UsageError
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import Verdict
from vega_terminal.handoff.giving import Receiver, hand_out
from vega_terminal.settings.values import Settings


async def handed_out(
    options: argparse.Namespace, settings: Settings, names: Sequence[str], receiver: Receiver
) -> dict[str, Secret]:
    """The tokens of these slots; asks the broker about them first where `--verify` says so.

    Raises:
        UsageError: there is no such slot.
        TokenUnavailable: at least one is not to be had.
    """
    known = settings.roster.names
    if strange := [name for name in names if name not in known]:
        raise UsageError(
            f"vega-auth {options.command}: there is no slot {', '.join(strange)}. Choose from"
            f" {', '.join(known)}."
        )
    if options.verify:
        await _verify(settings, names)
    return await hand_out(settings, names, receiver, SystemClock(), say)


async def _verify(settings: Settings, names: Sequence[str]) -> None:
    """Let the broker say which tokens it takes; what it refuses is noted and not handed out."""
    from vega_terminal.wiring import running_engine  # noqa: PLC0415 - an engine is not needed otherwise

    async with running_engine(settings, NobodyThere()) as engine:
        await engine.start()
        await engine.verify()
        for slot in (engine.board.status.slot(name) for name in names):
            if slot.failure is not None and slot.verdict_at(engine.board.now()) is Verdict.UNKNOWN:
                say(f"{slot.name} could not be verified. {slot.failure}")
