"""The simulated broker as a program of its own."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

from vega_terminal.simulator.names import DEFAULT_APPS, Scenario
from vega_terminal.simulator.scenarios import describe
from vega_terminal.simulator.server import SimulatedBroker

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_USAGE_ERROR = 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT, SIGTERM or, if asked for, the end of stdin; prints one JSON line when ready.

    Returns:
        The exit code: 0, or 64 when it cannot be started like this.
    """
    options = _parser().parse_args(arguments)
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING_SIGNALS)
    try:
        broker = _broker(options)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"simulated broker: {error}\n")
        return _USAGE_ERROR
    with broker:
        sys.stdout.write(json.dumps(_ready_line(broker)) + "\n")
        sys.stdout.flush()
        if options.die_with_stdin:
            threading.Thread(target=_end_with_stdin, daemon=True).start()
        signal.sigwait(_ENDING_SIGNALS)
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with the usage and 64, never 2."""
        self.exit(_USAGE_ERROR, f"{self.format_usage()}simulated broker: {message}\n")


def _parser() -> argparse.ArgumentParser:
    scenarios = "\n".join(f"  {name:<16} {description}" for name, description in describe())
    parser = _Parser(
        prog="python -m vega_terminal.simulator",
        description="A simulated Upstox broker on loopback.",
        epilog=f"scenarios:\n{scenarios}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenario", nargs="?", default=Scenario.HAPPY.value, metavar="SCENARIO")
    parser.add_argument("--port", type=int, default=0, help="of the API; a free one by default")
    parser.add_argument(
        "--login-port", type=int, default=0, help="of the sign-in page; a free one by default"
    )
    parser.add_argument("--die-with-stdin", action="store_true", help="end when stdin ends")
    parser.add_argument(
        "--apps", default=",".join(DEFAULT_APPS), metavar="NAME,NAME", help="1 to 24 app names"
    )
    parser.add_argument("--identities", type=int, help="customers that the apps are dealt to")
    return parser


def _broker(options: argparse.Namespace) -> SimulatedBroker:
    return SimulatedBroker(
        _scenario(options.scenario),
        apps=options.apps.split(","),
        identities=options.identities,
        port=options.port,
        login_port=options.login_port,
    )


def _scenario(name: str) -> Scenario:
    try:
        return Scenario(name)
    except ValueError:
        raise ValueError(f"no scenario {name!r}; there are {', '.join(Scenario)}") from None


def _ready_line(broker: SimulatedBroker) -> dict[str, object]:
    return {
        "apiBaseUrl": broker.api_base_url,
        "loginUrl": broker.login_url,
        "controlUrl": broker.control_url,
        "scenario": broker.scenario.value,
        "environment": broker.environment(),
    }


def _end_with_stdin() -> None:
    with contextlib.suppress(OSError):  # stdin was closed from the start
        while os.read(0, 4096):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
