"""`vega-terminal`: from its arguments to its exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from vega_terminal import __version__
from vega_terminal.domain.errors import SettingsError, UsageError, VegaError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.loopback.place import DEFAULT_HOST, loopback_host
from vega_terminal.simulator.names import Scenario
from vega_terminal.ui import first_frame

if TYPE_CHECKING:
    from vega_terminal.ui.backstage import EngineFactory
    from vega_terminal.ui.facade import AppInfo

DEFAULT_SCENARIO: Final = Scenario.HAPPY.value
SERVE: Final = "serve"
PAGE_PORT: Final = 8643
"""Of `vega-terminal serve`; the port beside the API's."""
_HIGHEST_PORT: Final = 65535
_AS_SET: Final = -1
"""Stands for the port of the settings."""

_DESCRIPTION: Final = (
    "The full-screen terminal: verifies the daily access tokens, signs in for what is missing in one visible "
    "browser after asking you, saves every token and opens the dashboard once the broker confirmed PRIMARY."
)
_EPILOG: Final = (
    "Keys: g generate, v verify, 1-4 screens, ? help, ctrl+q quit. "
    "Without a full-screen terminal use vega-auth. "
    "On an engine that a server runs: vega-terminal --attach URL. "
    f"In a web page on this machine: vega-terminal {SERVE} (see vega-terminal {SERVE} --help). "
    "Exit codes: 0 left by the operator, 3 settings wrong or not startable, 64 wrong command line."
)
_SERVE_DESCRIPTION: Final = (
    "The same terminal in a web page, on loopback alone and behind a token. Prints the link that opens the "
    "page. Each page is a terminal of its own; closing the page ends it in order and keeps every token. "
    "Needs no terminal itself."
)
_SERVE_EPILOG: Final = (
    "Ctrl-C ends the server with every terminal. Exit codes: 0 ended by the operator, "
    "3 settings wrong or nothing can be served, 64 wrong command line."
)


class _Parser(argparse.ArgumentParser):
    """An argument parser that ends with the contract's code for a wrong command line."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong and end with 64."""
        self.print_usage(sys.stderr)
        self.exit(ExitCode.USAGE, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="vega-terminal", description=_DESCRIPTION, epilog=_EPILOG)
    demo = _add_settings(parser)
    demo.add_argument(
        "--attach",
        metavar="URL",
        help="show the engine of a server, such as http://127.0.0.1:8642, instead of one of your own",
    )
    parser.add_argument(
        "--serve",
        nargs="?",
        const=_AS_SET,
        type=_port,
        metavar="PORT",
        help="serve the API beside the screens; on VEGA_API_PORT by default, 0 takes a free port",
    )
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="with --attach: holds the token of the server, by default api.token in the data folder of this "
        "machine; with --serve: holds the token, made when there is none, by default a new one at each start",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _serve_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=f"vega-terminal {SERVE}", description=_SERVE_DESCRIPTION, epilog=_SERVE_EPILOG)
    parser.add_argument(
        "--port", type=_port, default=PAGE_PORT, help="default %(default)s; 0 takes a free one"
    )
    parser.add_argument("--host", type=_host, default=DEFAULT_HOST, help="of loopback; default %(default)s")
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="take the token from FILE, made when it is not there; without it each link opens one page",
    )
    _add_settings(parser)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Where the settings come from; returns the group of those ways of which only one can be taken."""
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--demo",
        nargs="?",
        const=DEFAULT_SCENARIO,
        choices=[scenario.value for scenario in Scenario],
        metavar="SCENARIO",
        help="start the embedded simulated broker and use its own data folder; nothing has to be configured",
    )
    parser.add_argument(
        "--env-file",
        type=Path,
        metavar="FILE",
        help="read settings from FILE instead of .env; the environment wins over both",
    )
    return instead


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port: write a number from 0 to {_HIGHEST_PORT}")
    return int(text)


def _host(text: str) -> str:
    try:
        return loopback_host(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run_terminal(given: Sequence[str]) -> int:
    """Run the terminal with these arguments and return the exit code."""
    if given[:1] == [SERVE]:
        return _serve(_serve_parser().parse_args(given[1:]))
    parser = _parser()
    arguments = parser.parse_args(given)
    if arguments.attach is not None and arguments.serve is not None:
        parser.error("--serve needs an engine of its own; with --attach it is elsewhere")
    if arguments.token_file is not None and arguments.attach is None and arguments.serve is None:
        parser.error("--token-file belongs to --attach or --serve")
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return _complain(
            ExitCode.USAGE,
            "vega-terminal needs a terminal to draw on and this is none. In scripts and pipes use vega-auth.",
        )
    return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    """Everything heavy is imported here, after the command line is known to be right."""
    first_frame.begin()
    from vega_terminal.ui.terminal_app import TerminalApp  # noqa: PLC0415 - Textual

    try:
        info, engine_factory = _way_to_engine(arguments)
    except SettingsError as error:
        return _complain(ExitCode.FATAL, *(str(problem) for problem in error.problems))
    except UsageError as error:
        return _complain(ExitCode.USAGE, f"vega-terminal: {error}. See vega-terminal --help.")
    except VegaError as error:
        return _complain(ExitCode.FATAL, str(error))
    app = TerminalApp(info, engine_factory)
    app.run()
    return app.return_code or 0


def _way_to_engine(arguments: argparse.Namespace) -> tuple[AppInfo, EngineFactory]:
    if arguments.attach is not None:
        from vega_terminal.ui.attached import attached_terminal  # noqa: PLC0415 - HTTP

        return attached_terminal(arguments.attach, arguments.token_file, arguments.env_file)
    from vega_terminal.ui.serving import ServeToo  # noqa: PLC0415 - with it
    from vega_terminal.ui.startup import terminal_factory  # noqa: PLC0415 - reads the settings

    if arguments.serve is None:
        return terminal_factory(arguments.demo, arguments.env_file)
    port = None if arguments.serve == _AS_SET else arguments.serve
    return terminal_factory(arguments.demo, arguments.env_file, ServeToo(port, arguments.token_file))


def _serve(arguments: argparse.Namespace) -> int:
    from vega_terminal.ui.web.serving import ServeOrder, serve  # noqa: PLC0415 - aiohttp

    return serve(ServeOrder(**vars(arguments)))


def _complain(code: ExitCode, *lines: str) -> int:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return int(code)
