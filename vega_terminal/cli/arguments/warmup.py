"""The arguments of `vega-auth warmup`."""

from __future__ import annotations

import argparse
from datetime import time
from typing import Final

from vega_terminal.cli.arguments.common import (
    EXIT_CODES,
    Commands,
    Parser,
    add_command,
    add_common,
    add_no_input,
)

_EPILOG: Final = """examples:
  vega-auth warmup                                  when it runs next, and what kind of day that is
  vega-auth warmup run                              do it now; asks nobody
  vega-auth warmup install --systemd                print it; read it, then: ... | sh
  (crontab -l; vega-auth warmup install --cron) | crontab -
  vega-auth warmup install --launchd > ~/Library/LaunchAgents/terminal.vega.warmup.plist

Nothing is ever installed by itself. docs/automation.md tells the rest.

"""
_RUN_CODES: Final = """
With --scheduled, 0 also means that no warm-up was due; and where another one was made already, its code.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    warmup = add_command(
        commands,
        "warmup",
        summary="the daily run before the market opens: do it, print a timer for it, say when it is next",
        description=(
            "The warm-up verifies every token at 08:00 IST, Monday to Friday and on weekends with a special"
            " session, and generates what is missing. A running terminal or server makes it by itself."
        ),
        epilog=_EPILOG + EXIT_CODES + _RUN_CODES,
    )
    actions = ("run", "install", "show")
    warmup.add_argument("action", nargs="?", choices=actions, default="show", help="show when left out")
    warmup.add_argument(
        "--scheduled",
        action="store_true",
        help="run: for timers; only if one is due and not made yet; silent unless it fails",
    )
    warmup.add_argument(
        "--time", type=_ist, metavar="HH:MM", help="IST, instead of UPSTOX_WARMUP_TIME of the settings"
    )
    _add_timers(warmup)
    add_no_input(warmup)
    add_common(warmup)


def _add_timers(warmup: Parser) -> None:
    kinds = warmup.add_mutually_exclusive_group()
    for kind, what in (
        ("systemd", "a service and its timer"),
        ("cron", "lines"),
        ("launchd", "a property list"),
    ):
        kinds.add_argument(
            f"--{kind}", dest="timer", action="store_const", const=kind, help=f"install: {what} for {kind}"
        )
    warmup.add_argument(
        "--user", metavar="NAME", help="install: for the whole machine, run as this user; needs root"
    )


def _ist(text: str) -> time:
    from vega_terminal.settings.parsers import warmup_time  # noqa: PLC0415 - only where it is given

    try:
        return warmup_time(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
