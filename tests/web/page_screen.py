"""A page as a program sees it: the WebSocket of a real server, and what stands on its screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pyte
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType
from yarl import URL

COLUMNS, ROWS = 120, 36
LIMIT_SECONDS = 60.0


class PageScreen:
    """One page: press keys, wait for words, close it."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._news = asyncio.Event()
        self._ended = False

    @property
    def text(self) -> str:
        """What can be read on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    async def press(self, *keys: str) -> None:
        """Type keys as they come from the page."""
        for key in keys:
            await self._socket.send_json(["stdin", key])

    async def wait_for(self, words: str) -> str:
        """Wait until the words stand on the screen, and return it."""
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                while words not in self.text:
                    assert not self._ended, f"The page was closed. The screen:\n{self.text}"
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{words!r} did not come. The screen:\n{self.text}") from None
        return self.text

    async def look(self) -> None:
        """Take in what is drawn, and answer the server's questions, until the page is closed."""
        async for message in self._socket:
            if message.type is WSMsgType.BINARY:
                self._stream.feed(message.data)
                self._news.set()
        self._ended = True
        self._news.set()


@asynccontextmanager
async def page_screen(link: str) -> AsyncIterator[PageScreen]:
    """Open a link in a browser of its own; the page is closed at the end."""
    origin = str(URL(link).origin())
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(link) as page:
            address = page.url / "ws" % {"width": COLUMNS, "height": ROWS}
        async with session.ws_connect(address, headers={"Origin": origin}) as socket:
            screen = PageScreen(socket)
            looking = asyncio.create_task(screen.look())
            yield screen
            await socket.close()
            await looking
