"""The arguments of `vega-auth rearm`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_common, add_no_input

_EPILOG: Final = """examples:
  vega-auth rearm               show every login's failures; ask before anything is changed
  vega-auth rearm PRIMARY       the login that PRIMARY is signed in with
  vega-auth rearm 3210 --yes    the one with these last digits, without asking

exit codes:
  0   sign-ins are allowed
  1   declined, or nobody could be asked; nothing was changed
  3   the settings are wrong, or what is stored cannot be used
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
    add_no_input(rearm)
    add_common(rearm)
