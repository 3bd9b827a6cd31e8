"""One command from its arguments to its exit code."""

from __future__ import annotations

import argparse
import asyncio
import gc
from collections.abc import Sequence

from vega_terminal.cli.commands import parser, run_of
from vega_terminal.cli.output import say
from vega_terminal.domain.errors import SettingsError, UsageError, VegaError
from vega_terminal.domain.execution import ExitCode


def run_command(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = parser(arguments).parse_args(arguments)
    try:
        run = run_of(options.command)
        _collect_from_here_on()
        return asyncio.run(run(options))
    except UsageError as error:
        say(str(error))
        return ExitCode.USAGE
    except VegaError as error:
        return _could_do_nothing(options, error)
    except KeyboardInterrupt:
        say("Stopped.")
        return ExitCode.PARTIAL


def _could_do_nothing(options: argparse.Namespace, error: VegaError) -> int:
    from vega_terminal.cli.no_result import SETTINGS_WRONG, print_no_result  # noqa: PLC0415 - it went wrong

    if isinstance(error, SettingsError):
        say(SETTINGS_WRONG)
        for problem in error.problems:
            say(f"  {problem.key}: {problem.wrong} {problem.cure}")
    else:
        say(str(error))
    print_no_result(options, error)
    return ExitCode.FATAL


def _collect_from_here_on() -> None:
    """What is loaded stays until the end: the collector need not look at it, not even then."""
    gc.freeze()
    gc.enable()
