"""What the commands' parsers share."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from vega_terminal.cli.arguments.completed import by_files
from vega_terminal.domain.execution import ExitCode
from vega_terminal.simulator.names import Scenario

EXIT_CODES: Final = """exit codes:
  0   every slot holds a valid token
  1   partial: at least one slot has none (declined, cooldown, unknown, refused)
  2   an unsolved CAPTCHA left at least one slot without a token
  3   fatal: nothing could be done (settings, credentials, browser, storage)
  64  the command line was wrong
"""
"""Of `refresh` and `warmup run` (contract section 1)."""


class Parser(argparse.ArgumentParser):
    """Ends with 64 on a wrong command line: 2 means a CAPTCHA here."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, show the usage, and leave."""
        self.print_usage(sys.stderr)
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}\n")


_WIDTH: Final = 79
"""Columns of a description; argparse leaves the texts of these parsers as they are."""

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - has no public name
"""Where a command adds its parser."""


def add_command(commands: Commands, name: str, *, summary: str, description: str, epilog: str = "") -> Parser:
    """Add the parser of one command; `epilog` holds its examples and exit codes, as they are shown."""
    return commands.add_parser(
        name,
        help=summary,
        description=textwrap.fill(description, _WIDTH),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=epilog,
    )


def add_common(command: Parser) -> None:
    """What every command takes that works on the settings and prints a result."""
    command.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    add_settings(command)


def add_settings(command: Parser) -> None:
    """Where the settings come from."""
    by_files(
        command.add_argument("--env-file", type=Path, metavar="FILE", help="settings file instead of ./.env")
    )
    add_scenario(command, "--demo", nargs="?", const=Scenario.HAPPY.value, default=None)


def add_no_input(command: Parser) -> None:
    """What scripts may give to every command; most never ask anyway."""
    command.add_argument("--no-input", action="store_true", help="never ask anything")


def add_scenario(command: Parser, name: str, **options: object) -> None:
    """Which behaviour of the simulated broker is wanted."""
    settings: dict[str, object] = {
        "metavar": "SCENARIO",
        "type": _scenario,
        "choices": [scenario.value for scenario in Scenario],
        "help": "against the simulated broker" if name == "--demo" else "what the broker does",
        "default": Scenario.HAPPY.value,
    }
    command.add_argument(name, **(settings | options))  # type: ignore[arg-type]


def _scenario(text: str) -> str:
    """One of the simulated broker's; whatever stands behind the option would be taken for it."""
    names = [scenario.value for scenario in Scenario]
    if text not in names:
        raise argparse.ArgumentTypeError(
            f"{text} is no scenario; choose from {', '.join(names)}. What is something else stands before it"
        )
    return text


def port_number(text: str) -> int:
    """A port, or 0 for a free one."""
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text} is no port; choose 1 to 65535, or 0 for a free one")
    return int(text)


def count(text: str) -> int:
    """One or more."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text} is no count; give 1 or more")
    return int(text)
