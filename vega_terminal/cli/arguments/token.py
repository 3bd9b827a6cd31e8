"""The arguments of `vega-auth token`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_no_input, add_settings
from vega_terminal.cli.arguments.completed import by_slots

_EPILOG: Final = """examples:
  TOKEN=$(vega-auth token PRIMARY) || exit     in a script; used at once, kept nowhere
  vega-auth token PRIMARY --verify | ./feed    let the broker say first that it is valid
  vega-auth token PRIMARY --reveal             show it on this screen

There is no --json: a token does not belong in a document that may be kept. What is known about the tokens is
told by vega-auth status --json.

exit codes:
  0   the token is on stdout
  1   there is none to be had (missing, expired, refused by the broker, unreadable); the reason is on stderr
  3   the settings are wrong
  64  the command line was wrong: no such slot, or a screen without --reveal
"""


def add(commands: Commands) -> None:
    """Add the command."""
    token = add_command(
        commands,
        "token",
        summary="print the token of one slot, for a script",
        description=(
            "Print today's token of a slot and a line break. Reads what is stored: opens no browser, and asks"
            " the broker only with --verify. Each hand-out is recorded in the audit trail, with the calling"
            " program's name."
        ),
        epilog=_EPILOG,
    )
    by_slots(token.add_argument("slot", metavar="NAME", help="of the slot, such as PRIMARY"))
    token.add_argument("--reveal", action="store_true", help="also when stdout is a screen")
    token.add_argument("--verify", action="store_true", help="ask the broker first")
    add_no_input(token)
    add_settings(token)
