"""The simulated Upstox broker: sign-in pages, OAuth, profile, market data, and faults on demand.

It knows nothing of the rest of the product, so that it can judge it. Importing this package is cheap;
the server is loaded with `SimulatedBroker`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from vega_terminal.simulator.counts import Counts, Tally
from vega_terminal.simulator.faults import Call, Fault, FaultBoard, FaultKind
from vega_terminal.simulator.knobs import Knobs
from vega_terminal.simulator.population import DEFAULT_APPS
from vega_terminal.simulator.scenarios import Scenario, describe

if TYPE_CHECKING:
    from vega_terminal.simulator.server import SimulatedBroker

__all__ = [
    "DEFAULT_APPS",
    "Call",
    "Counts",
    "Fault",
    "FaultBoard",
    "FaultKind",
    "Knobs",
    "Scenario",
    "SimulatedBroker",
    "Tally",
    "describe",
]


def __getattr__(name: str) -> object:
    if name == "SimulatedBroker":
        return importlib.import_module("vega_terminal.simulator.server").SimulatedBroker
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
