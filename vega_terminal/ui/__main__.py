"""`vega-terminal`: the command line of the full-screen terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from vega_terminal import __version__
from vega_terminal.domain.errors import SettingsError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.simulator.scenarios import Scenario

DEFAULT_SCENARIO: Final = Scenario.HAPPY.value

_DESCRIPTION: Final = (
    "The full-screen terminal: verifies the daily access tokens, signs in for what is missing in one visible "
    "browser after asking you, saves every token and opens the dashboard once the broker confirmed PRIMARY."
)
_EPILOG: Final = (
    "Keys: g generate, v verify, 1-3 screens, ? help, ctrl+q quit. "
    "Without a full-screen terminal use vega-auth. Exit codes: 0 left by the operator, "
    "3 settings wrong or not startable, 64 wrong command line."
)


class _Parser(argparse.ArgumentParser):
    """An argument parser that ends with the contract's code for a wrong command line."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong and end with 64."""
        self.print_usage(sys.stderr)
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="vega-terminal", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument(
        "--demo",
        nargs="?",
        const=DEFAULT_SCENARIO,
        choices=[scenario.value for scenario in Scenario],
        metavar="SCENARIO",
        help="start the embedded simulated broker and use its own data folder; nothing has to be configured",
    )
    parser.add_argument(
        "--env-file",
        type=Path,
        metavar="FILE",
        help="read settings from FILE instead of .env; the environment wins over both",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the terminal and return the exit code.

    Args:
        argv: the arguments without the program's name; None takes the process's own.
    """
    arguments = _parser().parse_args(argv)
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return _complain(
            ExitCode.USAGE,
            "vega-terminal needs a terminal to draw on and this is none. In scripts and pipes use vega-auth.",
        )
    return _run(arguments.demo, arguments.env_file)


def _run(demo: str | None, env_file: Path | None) -> int:
    """Everything heavy is imported here, after the command line is known to be right."""
    from vega_terminal.ui.app import VegaApp  # noqa: PLC0415 - Textual
    from vega_terminal.ui.startup import terminal_factory  # noqa: PLC0415 - reads the settings

    try:
        info, engine_factory = terminal_factory(demo, env_file)
    except SettingsError as error:
        return _complain(ExitCode.FATAL, *(str(problem) for problem in error.problems))
    app = VegaApp(info, engine_factory)
    app.run()
    return app.return_code or 0


def _complain(code: ExitCode, *lines: str) -> int:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
