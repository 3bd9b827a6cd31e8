"""The simulated broker whose redirects lead into a trap, and browsers on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio

from vega_terminal.browser.walk import WalkRules
from vega_terminal.simulator import SimulatedBroker

from .bench import USUAL, Bench, browser_bench
from .trap import Trap


class OpenBrowser(Protocol):
    """Opens a browser of its own for one test."""

    def __call__(self, rules: WalkRules = USUAL) -> AbstractAsyncContextManager[Bench]: ...


@pytest.fixture(scope="session")
def trap() -> Iterator[Trap]:
    with Trap() as trap:
        yield trap


@pytest.fixture(scope="session")
def running(trap: Trap) -> Iterator[SimulatedBroker]:
    with SimulatedBroker(redirect_uri=trap.redirect_uri) as broker:
        yield broker


@pytest.fixture
def broker(running: SimulatedBroker, trap: Trap) -> Iterator[SimulatedBroker]:
    running.reset()
    yield running
    assert trap.heard == (), "something connected to the redirect address"


@pytest.fixture
def open_browser(broker: SimulatedBroker, tmp_path: Path) -> OpenBrowser:
    return partial(browser_bench, broker, tmp_path)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(running: SimulatedBroker, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """One browser for all tests of a module; each finds the broker as on its first day."""
    async with browser_bench(running, tmp_path_factory.mktemp("shared")) as bench:
        yield bench


@pytest.fixture
def bench(shared: Bench, broker: SimulatedBroker) -> Bench:
    """The module's browser, on a broker that has forgotten everything."""
    return shared
