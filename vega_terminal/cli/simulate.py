"""`vega-auth simulate`: the simulated broker on its own, for use from another terminal."""

from __future__ import annotations

import argparse
import asyncio
import signal

from vega_terminal.cli.output import print_json, print_out, say
from vega_terminal.domain.errors import UsageError
from vega_terminal.simulator import SimulatedBroker
from vega_terminal.simulator.names import Scenario


async def simulate(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; prints the settings that a client needs.

    Raises:
        UsageError: the port cannot be had.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with _broker(options) as broker:
        _print(broker, as_json=options.json)
        say(f"Simulated broker at {broker.api_base_url} ({options.scenario}). Ctrl-C ends it.")
        await stop.wait()
    return 0


def _broker(options: argparse.Namespace) -> SimulatedBroker:
    try:
        return SimulatedBroker(Scenario(options.scenario), port=options.port)
    except OSError as error:
        raise UsageError(
            f"--port: {options.port} cannot be used ({error.strerror}). Choose another, or leave it out for a"
            " free one."
        ) from error


def _print(broker: SimulatedBroker, *, as_json: bool) -> None:
    environment = broker.environment()
    if as_json:
        print_json({"controlUrl": broker.control_url, "environment": environment})
    else:
        print_out("".join(f"{key}={value}\n" for key, value in environment.items()))
