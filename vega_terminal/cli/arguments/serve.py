"""The arguments of `vega-auth serve`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_settings, port_number
from vega_terminal.cli.arguments.completed import by_files
from vega_terminal.domain.errors import UsageError

_EPILOG: Final = """examples:
  vega-auth serve                     on 127.0.0.1:8642, or where the settings say
  vega-auth serve --demo --port 9000  against the simulated broker
  vega-auth serve --token-file FILE   a token that outlives this start

  printf 'Authorization: Bearer %s' "$(cat FILE)" | curl -H @- http://127.0.0.1:8642/auth/status
  FILE is named on stderr at the start; every route stands in docs/rest.md.

exit codes:
  0   ended by Ctrl-C or SIGTERM
  3   nothing can be served: settings, storage, port or token file
  64  the command line was wrong
"""


def add(commands: Commands) -> None:
    """Add the command."""
    serve = add_command(
        commands,
        "serve",
        summary="the REST API, without a screen",
        description=(
            "Serve the REST API on loopback, behind a bearer token, until Ctrl-C or SIGTERM. Verifies every"
            " token at its start. Signs in when a refresh is asked for, and for the daily warm-up: one that"
            " was missed today is made up for at once, unless UPSTOX_DECISION_MODE is NEVER."
        ),
        epilog=_EPILOG,
    )
    serve.add_argument("--host", type=_host, metavar="H", help="of loopback; VEGA_API_HOST by default")
    serve.add_argument(
        "--port", type=port_number, metavar="N", help="VEGA_API_PORT by default; 0 takes a free one"
    )
    by_files(
        serve.add_argument(
            "--token-file",
            type=Path,
            metavar="FILE",
            help="take the token from FILE, made when there is none; a new one at each start by default",
        )
    )
    add_settings(serve)


def _host(text: str) -> str:
    """An address of this very machine."""
    from vega_terminal.loopback.place import loopback_host  # noqa: PLC0415 - of no use to other commands

    try:
        return loopback_host(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
