"""The simulated Upstox broker: sign-in pages, OAuth, profile, market data, and faults on demand.

It knows nothing of the rest of the product, so that it can judge it. Importing this package loads nothing:
each name brings its module when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.late_names import late_names

if TYPE_CHECKING:
    from vega_terminal.simulator.counts import Counts, Tally
    from vega_terminal.simulator.faults import Call, Fault, FaultBoard, FaultKind
    from vega_terminal.simulator.knobs import Knobs
    from vega_terminal.simulator.names import DEFAULT_APPS, Scenario
    from vega_terminal.simulator.scenarios import describe
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

if not TYPE_CHECKING:
    __getattr__ = late_names(
        __name__,
        {
            "DEFAULT_APPS": "names",
            "Call": "faults",
            "Counts": "counts",
            "Fault": "faults",
            "FaultBoard": "faults",
            "FaultKind": "faults",
            "Knobs": "knobs",
            "Scenario": "names",
            "SimulatedBroker": "server",
            "Tally": "counts",
            "describe": "scenarios",
        },
    )
