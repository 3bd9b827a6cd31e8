"""A running broker for each test; restarting it is rarely needed, resetting it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vega_terminal.simulator import Scenario, SimulatedBroker

from .walker import Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def running() -> Iterator[SimulatedBroker]:
    with SimulatedBroker(Scenario.HAPPY) as broker:
        yield broker


@pytest.fixture
def broker(running: SimulatedBroker, caplog: pytest.LogCaptureFixture) -> Iterator[SimulatedBroker]:
    running.reset()
    yield running
    assert not [record for record in caplog.records if record.name.startswith("uvicorn")]


@pytest.fixture
def walker(broker: SimulatedBroker) -> Iterator[Walker]:
    walker = Walker(broker)
    yield walker
    walker.close()


@pytest.fixture
def scenario() -> Iterator[Callable[..., Walker]]:
    """Starts a broker in another scenario and gives a browser for it."""
    started: list[tuple[SimulatedBroker, Walker]] = []

    def start(name: Scenario, **options: int | tuple[str, ...]) -> Walker:
        broker = SimulatedBroker(name, **options)  # type: ignore[arg-type]  # the options of one test each
        broker.start()
        started.append((broker, Walker(broker)))
        return started[-1][1]

    yield start
    for broker, walker in started:
        walker.close()
        broker.stop()
