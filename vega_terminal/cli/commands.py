"""The table of commands: name, arguments, what runs it. Nothing of a command is loaded before its turn."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from vega_terminal import __version__
from vega_terminal.cli.arguments.common import EXIT_CODES, Parser

Run = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]

COMMANDS: Final = (
    "refresh",
    "status",
    "token",
    "exec",
    "audit",
    "rearm",
    "doctor",
    "warmup",
    "notices",
    "serve",
    "simulate",
    "completion",
)
"""Each has its arguments in `cli.arguments.<name>` (`add`) and runs in `cli.<name>` (`<name>`)."""


def parser(arguments: Sequence[str]) -> Parser:
    """The parser for these arguments: where they begin with a command, of that alone, because time counts."""
    top = Parser(
        prog="vega-auth",
        description="Gets, proves and keeps the daily Upstox access tokens.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXIT_CODES,
    )
    top.add_argument("--version", action="version", version=f"vega-auth {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    chosen = [name for name in COMMANDS if name in arguments[:1]] or COMMANDS
    for name in chosen:
        importlib.import_module(f"vega_terminal.cli.arguments.{name}").add(commands)
    return top


def run_of(command: str) -> Run:
    """What runs a command of the table."""
    run: Run = getattr(importlib.import_module(f"vega_terminal.cli.{command}"), command)
    return run
