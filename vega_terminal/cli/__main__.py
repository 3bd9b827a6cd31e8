"""Entry point of `vega-auth`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from vega_terminal.cli.arguments import parser
from vega_terminal.cli.output import say
from vega_terminal.domain.errors import SettingsError, UsageError, VegaError
from vega_terminal.domain.execution import ExitCode

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        return asyncio.run(_command(options.command)(options))
    except SettingsError as error:
        say("The settings are wrong. Nothing was started.")
        for problem in error.problems:
            say(f"  {problem.key}: {problem.wrong} {problem.cure}")
    except UsageError as error:
        say(str(error))
        return ExitCode.USAGE
    except VegaError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("Stopped.")
        return ExitCode.PARTIAL
    return ExitCode.FATAL


def _command(name: str) -> Command:
    """The command's module, loaded only when it is the one: start-up time is part of the product."""
    if name == "refresh":
        from vega_terminal.cli.refresh import refresh  # noqa: PLC0415

        return refresh
    if name == "status":
        from vega_terminal.cli.status import status  # noqa: PLC0415

        return status
    if name == "audit":
        from vega_terminal.cli.audit import audit  # noqa: PLC0415

        return audit
    if name == "rearm":
        from vega_terminal.cli.rearm import rearm  # noqa: PLC0415

        return rearm
    if name == "doctor":
        from vega_terminal.cli.doctor import doctor  # noqa: PLC0415

        return doctor
    from vega_terminal.cli.simulate import simulate  # noqa: PLC0415

    return simulate


if __name__ == "__main__":
    sys.exit(main())
