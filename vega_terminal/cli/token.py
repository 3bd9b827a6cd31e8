"""`vega-auth token`: one token on stdout, for a script that uses it at once."""

from __future__ import annotations

import argparse
import sys

from vega_terminal.cli.handing_out import handed_out
from vega_terminal.cli.output import print_out, say
from vega_terminal.cli.settings import command_settings
from vega_terminal.cli.tone import is_screen
from vega_terminal.domain.errors import UsageError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.handoff.giving import Receiver, Way
from vega_terminal.handoff.receiver import parent_name
from vega_terminal.handoff.refusal import TokenUnavailable


async def token(options: argparse.Namespace) -> int:
    """Print the token and a line break, nothing else; exit code 1 when there is none to be had.

    Raises:
        UsageError: it would be shown on a screen unasked, or there is no such slot.
    """
    if not options.reveal and is_screen(sys.stdout):
        raise UsageError(
            "vega-auth token: the token would be shown on this screen, and could stay in its scroll-back."
            " Pipe it into a program, use `vega-auth exec`, or give --reveal."
        )
    async with command_settings(options) as settings:
        try:
            tokens = await handed_out(options, settings, (options.slot,), Receiver(parent_name(), Way.TOKEN))
        except TokenUnavailable as error:
            say(str(error))
            return ExitCode.PARTIAL
    print_out(f"{tokens[options.slot].reveal()}\n")
    return ExitCode.OK
