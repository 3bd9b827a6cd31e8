"""The arguments of `vega-auth exec`."""

from __future__ import annotations

import argparse
from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_no_input, add_settings
from vega_terminal.cli.arguments.completed import by_files, by_slots

_EPILOG: Final = """examples:
  vega-auth exec -- python bot.py                       every slot's token
  vega-auth exec --only PRIMARY -- ./orders --paper     this one alone
  vega-auth exec --demo -- python bot.py                against the simulated broker

The program finds:
  UPSTOX_ACCESS_TOKEN          PRIMARY's token
  UPSTOX_ACCESS_TOKEN_<NAME>   the token of each slot
  UPSTOX_API_BASE_URL          where the broker's API is
Of our settings in the environment it sees the names and client ids of the slots alone: PIN, authenticator
secret, client secrets and all else that begins with UPSTOX_ or VEGA_ are taken out.

exit codes:
  the program's own, and:
  1    a token is not to be had; the reason is on stderr, and the program was not started
  3    the settings are wrong; the program was not started
  64   the command line was wrong: no program, or no such slot
  126  the program cannot be executed
  127  the program was not found
"""


def add(commands: Commands) -> None:
    """Add the command."""
    command = add_command(
        commands,
        "exec",
        summary="run a program with today's tokens in its environment",
        description=(
            "Run a program with today's tokens in its environment, in the place of this process. Without"
            " --only every slot must have a token. Each hand-out is recorded in the audit trail, with the"
            " program's name and never its arguments."
        ),
        epilog=_EPILOG,
    )
    by_slots(
        command.add_argument(
            "--only", action="append", default=[], metavar="NAME", help="this slot only; may be repeated"
        )
    )
    command.add_argument("--verify", action="store_true", help="ask the broker first")
    add_no_input(command)
    add_settings(command)
    by_files(
        command.add_argument(
            "program", nargs=argparse.REMAINDER, metavar="CMD ARG...", help="the program and its arguments"
        )
    )
    options = "[--only NAME]... [--verify] [--no-input] [--env-file FILE] [--demo [SCENARIO]]"
    command.usage = f"{command.prog} {options} -- CMD ARG..."
