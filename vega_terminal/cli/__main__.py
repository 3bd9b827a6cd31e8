"""Entry point of `vega-auth`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from vega_terminal.cli.commands import parser, run_of
from vega_terminal.cli.output import say
from vega_terminal.domain.errors import SettingsError, UsageError, VegaError
from vega_terminal.domain.execution import ExitCode


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parser(given).parse_args(given)
    try:
        return asyncio.run(run_of(options.command)(options))
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


if __name__ == "__main__":
    sys.exit(main())
