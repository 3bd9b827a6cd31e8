"""The arguments of `vega-auth notices`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_common, add_no_input

_EPILOG: Final = """examples:
  vega-auth notices test           does a notice reach me on every way that is set?
  vega-auth notices test --json    the same, for scripts

exit codes:
  0   the notice got through on every way
  1   on at least one way it did not, or no way is set
  3   the settings could not be read
  64  the command line was wrong
"""


def add(commands: Commands) -> None:
    """Add the command."""
    notices = add_command(
        commands,
        "notices",
        summary="try out the notices: desktop, command, webhook",
        description=(
            "Send one test notice on every way that is set, and tell what became of each. The monitor of"
            " VEGA_DEAD_MAN_URL is left alone: a call would tell it of a run that did not happen."
        ),
        epilog=_EPILOG,
    )
    notices.add_argument("action", choices=("test",), metavar="test", help="send a test notice")
    add_common(notices)
    add_no_input(notices)
