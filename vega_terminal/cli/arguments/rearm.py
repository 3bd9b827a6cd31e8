"""The arguments of `vega-auth rearm`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_common

_EPILOG: Final = """exit codes:
  0   sign-ins are allowed
  1   declined; nothing was changed
  64  the command line was wrong
"""


def add(commands: Commands) -> None:
    """Add the command."""
    rearm = add_command(
        commands,
        "rearm",
        summary="allow sign-ins again after four failures in a row",
        description=(
            "Allow sign-ins again after four failures in a row; the broker blocks the account at five."
            " Only after the credentials were checked."
        ),
        epilog=_EPILOG,
    )
    rearm.add_argument("identity", nargs="?", metavar="IDENTITY", help="this login only; all by default")
    rearm.add_argument("--yes", action="store_true", help="without asking")
    add_common(rearm)
