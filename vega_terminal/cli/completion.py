"""`vega-auth completion`: the script that completes command lines in a shell."""

from __future__ import annotations

import argparse
import os

from vega_terminal.cli.arguments.completion import SLOTS
from vega_terminal.cli.output import print_out
from vega_terminal.domain.execution import ExitCode
from vega_terminal.wiring.settings import settings_of


async def completion(options: argparse.Namespace) -> int:
    """Print the script, or the names of the slots, which it asks for.

    Raises:
        SettingsError: the slots are not known.
    """
    if options.shell == SLOTS:
        async with settings_of(options.demo, options.env_file, os.environ) as settings:
            print_out("".join(f"{name}\n" for name in settings.roster.names))
    else:
        print_out(_script(options.shell))
    return ExitCode.OK


def _script(shell: str) -> str:
    import shtab  # noqa: PLC0415 - of no use to other commands

    from vega_terminal.cli.commands import parser  # noqa: PLC0415 - it loads this module, too

    return f"{shtab.complete(parser(()), shell)}\n"
