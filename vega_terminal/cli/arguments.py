"""The command line of `vega-auth`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from vega_terminal import __version__
from vega_terminal.domain.execution import ExitCode
from vega_terminal.simulator.names import Scenario
from vega_terminal.simulator.scenarios import describe

_EXIT_CODES = """exit codes:
  0   every slot holds a valid token
  1   partial: at least one slot has none (declined, cooldown, unknown, refused)
  2   an unsolved CAPTCHA left at least one slot without a token
  3   fatal: nothing could be done (settings, credentials, browser, storage)
  64  the command line was wrong
"""

_REFRESH_EXAMPLES = """examples:
  vega-auth refresh                      verify all; ask before generating
  vega-auth refresh --no-input           for cron: decide by UPSTOX_DEFAULT_ACTION
  vega-auth refresh --only PRIMARY --yes generate PRIMARY if it needs it, without asking
  vega-auth refresh --demo --yes         try it all against the simulated broker

"""


_AUDIT_EPILOG = """examples:
  vega-auth audit                                  the last 50 records
  vega-auth audit verify                           is every record there, unchanged, in its place?
  vega-auth audit export --output trail.jsonl      everything, one JSON document a line
  vega-auth audit export --format csv --output -   for a spreadsheet, on stdout

exit codes of verify:
  0   the trail is whole
  1   it is broken, or cannot be proven; the first bad record is named
  3   it cannot be read
"""

_REARM_EPILOG = """exit codes:
  0   sign-ins are allowed
  1   declined; nothing was changed
  64  the command line was wrong
"""

_DOCTOR_EPILOG = """examples:
  vega-auth doctor             look at everything; nothing is changed, nobody is signed in
  vega-auth doctor --demo      the same for the simulated broker
  vega-auth doctor --bundle    also write a zip without secrets, for whoever helps; prints its path

exit codes:
  0   nothing fails; there may be warnings, and things that could not be looked at
  1   at least one thing fails; its cure stands below it
  3   nothing could be looked at, or the bundle could not be written
  64  the command line was wrong
"""


class Parser(argparse.ArgumentParser):
    """Ends with 64 on a wrong command line: 2 means a CAPTCHA here."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, show the usage, and leave."""
        self.print_usage(sys.stderr)
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}\n")


def parser() -> Parser:
    """The parser of all commands."""
    top = Parser(
        prog="vega-auth",
        description="Gets, proves and keeps the daily Upstox access tokens.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EXIT_CODES,
    )
    top.add_argument("--version", action="version", version=f"vega-auth {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    _add_refresh(commands)
    _add_status(commands)
    _add_audit(commands)
    _add_rearm(commands)
    _add_doctor(commands)
    _add_simulate(commands)
    return top


def _add_refresh(commands: argparse._SubParsersAction[Parser]) -> None:
    refresh = commands.add_parser(
        "refresh",
        help="verify every token; generate what is missing, expired or refused",
        description="Verify every token. If all are valid, stop at once; otherwise generate, prove, save.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_REFRESH_EXAMPLES + _EXIT_CODES,
    )
    refresh.add_argument("--all", action="store_true", help="generate valid tokens anew, too")
    refresh.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="this slot only; may be repeated"
    )
    refresh.add_argument("--yes", action="store_true", help="generate without asking")
    refresh.add_argument("--no-input", action="store_true", help="never ask; decide by the settings")
    _add_common(refresh)


def _add_status(commands: argparse._SubParsersAction[Parser]) -> None:
    status = commands.add_parser(
        "status",
        help="show the stored state",
        description="Show the stored state. Opens no browser, and asks the broker only with --verify.",
    )
    status.add_argument("--verify", action="store_true", help="ask the broker about every token")
    _add_common(status)


def _add_audit(commands: argparse._SubParsersAction[Parser]) -> None:
    audit = commands.add_parser(
        "audit",
        help="the audit trail: list it, prove that it is whole, write it to a file",
        description="Show, prove or export what was done, when and by whom. Changes nothing.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_AUDIT_EPILOG,
    )
    actions = ("show", "verify", "export")
    audit.add_argument("action", nargs="?", choices=actions, default="show", help="show when left out")
    audit.add_argument("--limit", type=_count, metavar="N", help="show: the last N records, 50 by default")
    audit.add_argument("--format", choices=("jsonl", "csv"), help="export: jsonl by default")
    audit.add_argument("--output", metavar="FILE", help="export: a new file; - is stdout, the default")
    _add_common(audit)


def _add_rearm(commands: argparse._SubParsersAction[Parser]) -> None:
    rearm = commands.add_parser(
        "rearm",
        help="allow sign-ins again after four failures in a row",
        description=(
            "Allow sign-ins again after four failures in a row; the broker blocks the account at five."
            " Only after the credentials were checked."
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_REARM_EPILOG,
    )
    rearm.add_argument("identity", nargs="?", metavar="IDENTITY", help="this login only; all by default")
    rearm.add_argument("--yes", action="store_true", help="without asking")
    _add_common(rearm)


def _add_doctor(commands: argparse._SubParsersAction[Parser]) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="check settings, browser, driver, database, key, clock, redirect URI, folder rights",
        description=(
            "Look at everything that a login needs: one line each, with the cure below what is not right."
            " Changes nothing, opens no browser, signs nobody in."
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_DOCTOR_EPILOG,
    )
    doctor.add_argument(
        "--bundle", action="store_true", help="write a diagnostics bundle; its path is printed"
    )
    _add_common(doctor)


def _add_simulate(commands: argparse._SubParsersAction[Parser]) -> None:
    lines = "\n".join(f"  {name:<16} {description}" for name, description in describe())
    simulate = commands.add_parser(
        "simulate",
        help="run the simulated broker on its own",
        description="Run the simulated broker on loopback until Ctrl-C. Prints the settings for a client.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"scenarios:\n{lines}\n",
    )
    _scenario(simulate, "scenario", nargs="?")
    simulate.add_argument(
        "--port", type=_port, default=0, metavar="N", help="of the API; a free one by default"
    )
    simulate.add_argument("--json", action="store_true", help="print the settings as one JSON document")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text} is no port; choose 1 to 65535, or 0 for a free one")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text} is no count; give 1 or more")
    return int(text)


def _add_common(command: Parser) -> None:
    command.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    command.add_argument("--env-file", type=Path, metavar="FILE", help="settings file instead of ./.env")
    _scenario(command, "--demo", nargs="?", const=Scenario.HAPPY.value, default=None)


def _scenario(command: Parser, name: str, **options: object) -> None:
    settings: dict[str, object] = {
        "metavar": "SCENARIO",
        "choices": [scenario.value for scenario in Scenario],
        "help": "against the simulated broker" if name == "--demo" else "what the broker does",
        "default": Scenario.HAPPY.value,
    }
    command.add_argument(name, **(settings | options))  # type: ignore[arg-type]
