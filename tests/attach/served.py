"""A server of the product on a scripted engine, on a real socket, and terminals that attach to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.ui.scripted_engine import ScriptedEngine
from vega_terminal import __version__
from vega_terminal.api.attach import attachment
from vega_terminal.api.attach_feed import AttachFeed
from vega_terminal.api.serving import ServeOrder, Serving, serving
from vega_terminal.clock import Clock
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import OperatorPrompts
from vega_terminal.engine.prompt_hub import PromptHub
from vega_terminal.loopback.token_file import read_token
from vega_terminal.remote.address import address_of
from vega_terminal.remote.engine import RemoteEngine, attached
from vega_terminal.remote.link import Link, linked
from vega_terminal.wire.about import About


class NoExecutions:
    """Knows no execution: attached terminals do not ask for any by this way."""

    async def find(self, execution_id: str) -> ExecutionRecord | None:
        return None


class ServedDesk:
    """Started, ended and started again at the same port, each time with the engine that it is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.simulated = True
        self.feed: AttachFeed | None = None
        self.hub: PromptHub | None = None
        self._port = 0
        self._at: Serving | None = None
        self._open = AsyncExitStack()

    async def start(self, engine: ScriptedEngine) -> None:
        engine.backstage.folder = self.folder
        engine.backstage.log_file = self.folder / "vega.log"
        hub = self.hub = PromptHub(engine.clock)
        engine.prompts = hub
        enter = self._open.enter_async_context
        router, feed = await enter(
            attachment(engine, hub, engine.backstage, version=__version__, simulated=self.simulated)
        )
        order = ServeOrder(host="127.0.0.1", port=self._port, data_folder=self.folder)
        self._at = await enter(serving(order, engine, NoExecutions(), routers=(router,), at_end=(feed.end,)))
        self.feed = feed
        self._port = int(self.url.rpartition(":")[2])

    async def stop(self) -> None:
        await self._open.aclose()
        self._open = AsyncExitStack()

    @property
    def url(self) -> str:
        assert self._at is not None
        return self._at.url

    @property
    def token_file(self) -> Path:
        return self.folder / "api.token"

    def token(self) -> Secret:
        return read_token(self.token_file) or Secret("gone")

    @asynccontextmanager
    async def link(self, operator: str = "asha@desk-2") -> AsyncIterator[Link]:
        async with linked(address_of(self.url), self.token, operator) as link:
            await link.read_token()
            yield link

    @asynccontextmanager
    async def terminal(
        self, prompts: OperatorPrompts, operator: str = "asha@desk-2", clock: Clock | None = None
    ) -> AsyncIterator[RemoteEngine]:
        async with (
            self.link(operator) as link,
            attached(link, await link.get(About, "/about"), prompts, clock) as engine,
        ):
            await engine.start()
            yield engine


@asynccontextmanager
async def served(folder: Path, engine: ScriptedEngine) -> AsyncIterator[ServedDesk]:
    desk = ServedDesk(folder)
    await desk.start(engine)
    try:
        yield desk
    finally:
        await desk.stop()


async def until(holds: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Let everything work until `holds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"It never happened: {what}."
        await asyncio.sleep(0.005)
