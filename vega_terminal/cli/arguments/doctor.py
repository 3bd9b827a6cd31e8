"""The arguments of `vega-auth doctor`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_common, add_no_input

_EPILOG: Final = """examples:
  vega-auth doctor             look at everything; nothing is changed, nobody is signed in
  vega-auth doctor --demo      the same for the simulated broker
  vega-auth doctor --bundle    also write a zip without secrets, for whoever helps; prints its path

exit codes:
  0   nothing fails; there may be warnings, and things that could not be looked at
  1   at least one thing fails; its cure stands below it
  3   nothing could be looked at, or the bundle could not be written
  64  the command line was wrong
"""


def add(commands: Commands) -> None:
    """Add the command."""
    doctor = add_command(
        commands,
        "doctor",
        summary="check settings, browser, driver, database, key, clock, redirect URI, folder rights",
        description=(
            "Look at everything that a login needs: one line each, with the cure below what is not right."
            " Changes nothing, opens no browser, signs nobody in."
        ),
        epilog=_EPILOG,
    )
    doctor.add_argument(
        "--bundle", action="store_true", help="write a diagnostics bundle; its path is printed"
    )
    add_no_input(doctor)
    add_common(doctor)
