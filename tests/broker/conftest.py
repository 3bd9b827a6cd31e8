"""A scripted server, a clock that stands still, one slot, and the broker adapter between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from vega_terminal.broker.client import Timeouts, UpstoxBroker
from vega_terminal.broker.direct_transport import DirectTransport
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.broker.transport import HttpTransport
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.simulator import SimulatedBroker

from .scripted_server import ScriptedServer

NOW = datetime(2026, 10, 6, 9, 15, tzinfo=UTC)
TUESDAY_1100_IST = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)
WEDNESDAY_0200_IST = datetime(2026, 10, 6, 20, 30, tzinfo=UTC)


class StandingClock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def uptime(self) -> float:
        return 0.0

    def boot_id(self) -> str:
        return "this start"

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(f"the broker adapter never waits, but slept {seconds} s")


class SimulatedTime(StandingClock):
    """The simulated broker's own time."""

    def __init__(self, simulated: SimulatedBroker) -> None:
        self._simulated = simulated

    def now(self) -> datetime:
        return self._simulated.now()


@pytest.fixture
def slot() -> ApiSlot:
    return ApiSlot(
        name="PRIMARY",
        client_id="7f1c0a52-9d1e-4a6b-8a3e-2f60c1d4b7aa",
        client_secret=Secret("s3cr3t+/=&é"),
        redirect_uri="http://127.0.0.1:28020/callback?a=b c",
        identity=LoginIdentity("one", "…3210"),
    )


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


@pytest.fixture(params=[HttpxTransport, DirectTransport], ids=["httpx", "direct"])
def transport_to(request: pytest.FixtureRequest) -> Callable[[str], HttpTransport]:
    """Makes a transport to an address: both ways have to behave alike."""
    way: Callable[[str], HttpTransport] = request.param
    return way


@pytest_asyncio.fixture
async def broker(
    server: ScriptedServer, transport_to: Callable[[str], HttpTransport]
) -> AsyncIterator[UpstoxBroker]:
    upstox = UpstoxBroker(
        server.base_url,
        transport_to(server.base_url),
        StandingClock(),
        Timeouts(exchange=10.0, market=10.0),
    )
    yield upstox
    await upstox.aclose()


@pytest.fixture
def simulated(running: SimulatedBroker) -> SimulatedBroker:
    """The broker of the module's own `running`, as new, at eleven on a trading day."""
    running.reset()
    running.jump_to(TUESDAY_1100_IST)
    return running
