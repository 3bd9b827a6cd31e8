"""The arguments of `vega-auth refresh`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import EXIT_CODES, Commands, add_command, add_common
from vega_terminal.cli.arguments.completed import by_slots

_EXAMPLES: Final = """examples:
  vega-auth refresh                        verify all; ask before generating
  vega-auth refresh --no-input             for cron: decide by UPSTOX_DEFAULT_ACTION
  vega-auth refresh --only PRIMARY --yes   generate PRIMARY if it needs it, without asking
  vega-auth refresh --demo --yes           try it all against the simulated broker

"""


def add(commands: Commands) -> None:
    """Add the command."""
    refresh = add_command(
        commands,
        "refresh",
        summary="verify every token; generate what is missing, expired or refused",
        description="Verify every token. If all are valid, stop at once; otherwise generate, prove, save.",
        epilog=_EXAMPLES + EXIT_CODES,
    )
    refresh.add_argument("--all", action="store_true", help="generate valid tokens anew, too")
    by_slots(
        refresh.add_argument(
            "--only", action="append", default=[], metavar="NAME", help="this slot only; may be repeated"
        )
    )
    refresh.add_argument("--yes", action="store_true", help="generate without asking")
    refresh.add_argument("--no-input", action="store_true", help="never ask; decide by the settings")
    add_common(refresh)
