"""A site that is served on a free port of loopback, and a browser's way through it."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType, web

from vega_terminal.loopback.place import Place, listen
from vega_terminal.ui.web.keys import OneTimeKeys
from vega_terminal.ui.web.process import Launch
from vega_terminal.ui.web.site import Site
from vega_terminal.ui.web.terminals import Terminals

CHILD = Path(__file__).parent / "children" / "drawing_terminal.py"


@dataclass
class Served:
    """What is served, and what the operator heard.

    Attributes:
        place: where.
        token_file: holds the present token.
        terminals: behind the pages.
        runner: ends it all.
        links: tokens, as they were announced.
        complaints: exit codes and last words of terminals that broke off.
    """

    place: Place
    token_file: Path
    terminals: Terminals
    runner: web.AppRunner
    links: list[str] = field(default_factory=list)
    complaints: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    @property
    def link(self) -> str:
        """The link that opens the next page."""
        return f"{self.place.origin}/?token={self.links[-1]}"


class Browser:
    """One browser: its cookies, and the page that it is on."""

    def __init__(self, session: ClientSession, served: Served) -> None:
        self._session = session
        self._served = served
        self.page = ""

    async def enter(self) -> str:
        """Open the link; returns the page's HTML."""
        async with self._session.get(self._served.link) as answer:
            assert answer.status == 200
            self.page = str(answer.url)
            return await answer.text()

    async def connect(self, query: str = "?width=100&height=30", **headers: str) -> ClientWebSocketResponse:
        """Connect as the page's script does."""
        own = {"Origin": self._served.place.origin}
        return await self._session.ws_connect(f"{self.page}ws{query}", headers=own | headers)


@asynccontextmanager
async def served_site(folder: Path, command: tuple[str, ...] | None = None) -> AsyncIterator[Served]:
    """Serve terminals that draw what a test wants; none is left behind."""
    place, listening = listen("127.0.0.1", 0, "Choose another one.")
    links: list[str] = []
    complaints: list[tuple[int, tuple[str, ...]]] = []
    token_file = folder / "web.token"
    keys = OneTimeKeys(token_file, lambda token: links.append(token.reveal()))
    launch = Launch(command or (sys.executable, str(CHILD), str(folder)), os.environ, patience=20)
    terminals = Terminals(launch, lambda code, words: complaints.append((code, words)))
    runner = web.AppRunner(Site(place, keys, terminals).application(), access_log=None)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        await keys.settle()
        yield Served(place, token_file, terminals, runner, links, complaints)
    assert terminals.count == 0


@asynccontextmanager
async def browser(served: Served) -> AsyncIterator[Browser]:
    """A browser that has entered."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        visitor = Browser(session, served)
        await visitor.enter()
        yield visitor


async def drawn_until(socket: ClientWebSocketResponse, words: str) -> str:
    """What the terminal drew until these words stood there."""
    drawn = ""
    while words not in drawn:
        message = await socket.receive(timeout=20)
        assert message.type in {WSMsgType.BINARY, WSMsgType.TEXT}, (message, drawn)
        if message.type is WSMsgType.BINARY:
            drawn += message.data.decode()
    return drawn


async def closed(socket: ClientWebSocketResponse) -> tuple[int, str]:
    """Wait for the end of the page: code and reason."""
    while (message := await socket.receive(timeout=30)).type is not WSMsgType.CLOSE:
        assert message.type in {WSMsgType.BINARY, WSMsgType.TEXT}, message
    return message.data, message.extra or ""
