"""The arguments of `vega-auth status`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_common, add_no_input

_EPILOG: Final = """examples:
  vega-auth status             what is stored, in a table
  vega-auth status --json      the status document, for scripts
  vega-auth status --verify    ask the broker about every token, too

exit codes:
  0   the state could be read
  3   it could not: wrong settings, or storage that cannot be used
  64  the command line was wrong
"""


def add(commands: Commands) -> None:
    """Add the command."""
    status = add_command(
        commands,
        "status",
        summary="show the stored state",
        description="Show the stored state. Opens no browser, and asks the broker only with --verify.",
        epilog=_EPILOG,
    )
    status.add_argument("--verify", action="store_true", help="ask the broker about every token")
    add_no_input(status)
    add_common(status)
