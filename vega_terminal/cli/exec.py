"""`vega-auth exec`: run a program with today's tokens in its environment."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from vega_terminal.cli.handing_out import handed_out
from vega_terminal.cli.output import say
from vega_terminal.cli.programs import ProgramUnusable, become, path_of, run_beside
from vega_terminal.cli.settings import command_settings
from vega_terminal.domain.errors import UsageError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.handoff.environment import child_environment
from vega_terminal.handoff.giving import Receiver, Way
from vega_terminal.handoff.refusal import TokenUnavailable


async def exec(options: argparse.Namespace) -> int:  # noqa: A001 - each command bears its own name
    """Become the program, or run it: its exit code is ours; 1 when a token is not to be had.

    Raises:
        UsageError: no program is named, or there is no such slot.
    """
    command = options.program[1:] if options.program[:1] == ["--"] else options.program
    if not command:
        raise UsageError(
            "vega-auth exec: name the program behind --, such as: vega-auth exec -- python bot.py"
        )
    try:
        return await _run(options, path_of(command[0]), command)
    except ProgramUnusable as error:
        say(f"vega-auth exec: {error}")
        return error.exit_code
    except TokenUnavailable as error:
        for line in str(error).splitlines():
            say(line)
        say(f"{command[0]} was not started.")
        return ExitCode.PARTIAL


async def _run(options: argparse.Namespace, program: Path, command: Sequence[str]) -> int:
    async with command_settings(options) as settings:
        names = tuple(dict.fromkeys(options.only)) or settings.roster.names
        tokens = await handed_out(options, settings, names, Receiver(program.name, Way.EXEC))
        environment = child_environment(os.environ, tokens, settings.api_base_url)
        if options.demo is None:
            become(program, command, environment)
        # The simulated broker lives as long as this block: the program may want to speak to it.
        return await run_beside(program, command, environment)
