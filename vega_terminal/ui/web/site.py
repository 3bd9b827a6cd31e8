"""The HTTP side: three addresses, each behind the same checks."""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from typing import Final

from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler

from vega_terminal.domain.secret import Secret
from vega_terminal.loopback.place import Place
from vega_terminal.ui.web.conversation import LONGEST_MESSAGE, STOPPED, Conversation, Ending
from vega_terminal.ui.web.denial import Denial, denial_of_address, denial_of_page
from vega_terminal.ui.web.headers import security_headers
from vega_terminal.ui.web.keys import Keys, Visit
from vega_terminal.ui.web.order import Size
from vega_terminal.ui.web.pages import ASSETS, denial_page, terminal_page
from vega_terminal.ui.web.terminals import NoTerminal, Terminals

TOKEN_KEY: Final = "token"
_LARGEST_BODY: Final = 1024
_CLOSING: Final = 3.0
"""Seconds that a page may take to agree to its end."""
_HEARTBEAT: Final = 15.0
"""Seconds between two questions whether a page is still there."""


class Site:
    """What is served.

    Args:
        place: where.
        keys: what opens it.
        terminals: what stands behind each page.
    """

    def __init__(self, place: Place, keys: Keys, terminals: Terminals) -> None:
        self._place = place
        self._keys = keys
        self._terminals = terminals
        self._visit = Visit()
        self._headers = security_headers(place)
        self._pages: weakref.WeakSet[web.WebSocketResponse] = weakref.WeakSet()
        self._stopping = False

    def application(self) -> web.Application:
        """The application for aiohttp's runner."""
        application = web.Application(middlewares=[self._check], client_max_size=_LARGEST_BODY)
        path = self._visit.path
        application.router.add_get("/", self._enter, allow_head=False)
        application.router.add_get(path, self._page, allow_head=False)
        application.router.add_get(f"{path}ws", self._connect, allow_head=False)
        for name in ASSETS:
            application.router.add_get(path + name, self._asset, allow_head=False)
        application.on_response_prepare.append(self._secure)
        application.on_shutdown.append(self._end)
        return application

    async def _secure(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(self._headers)

    @web.middleware
    async def _check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        denial = denial_of_address(request.headers, self._place)
        if denial is None and request.path != "/":
            denial = denial_of_page(
                request.headers, may_enter=self._visit.is_of(request.cookies.get(Visit.NAME))
            )
        return await handler(request) if denial is None else _denied(denial)

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """The token for a cookie; the address with the token is left at once."""
        if not self._keys.opens(Secret(request.query.get(TOKEN_KEY, ""))):
            return _denied(Denial.NO_TOKEN)
        await self._keys.settle()
        answer = web.Response(status=303, headers={"Location": self._visit.path})
        answer.set_cookie(
            Visit.NAME, self._visit.cookie.reveal(), path=self._visit.path, httponly=True, samesite="Strict"
        )
        return answer

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if request.query_string:  # textual-serve's script takes orders from there
            return web.Response(status=303, headers={"Location": self._visit.path})
        address = f"ws://{self._place.authority}{self._visit.path}ws"
        return web.Response(text=terminal_page(address), content_type="text/html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        asset = ASSETS[request.path.removeprefix(self._visit.path)]
        body = await asyncio.to_thread(asset.file.read_bytes)
        return web.Response(body=body, content_type=asset.media_type)

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        """A page and its terminal, for as long as both are there."""
        if request.headers.get("Origin") != self._place.origin:
            return _denied(Denial.FOREIGN_PAGE)
        page = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=LONGEST_MESSAGE, compress=False)
        await page.prepare(request)
        self._pages.add(page)
        ending = await self._converse(page, Size.of(request.query.get("width"), request.query.get("height")))
        await _close(page, ending)
        return page

    async def _converse(self, page: web.WebSocketResponse, size: Size) -> Ending:
        if self._stopping:
            return STOPPED
        try:
            async with self._terminals.terminal(size) as terminal:
                ending = await Conversation(page, terminal).hold()
                # The page is told before its terminal has ended: that can take as long as a login step.
                await _close(page, ending)
                return ending
        except NoTerminal as error:
            return Ending(WSCloseCode.TRY_AGAIN_LATER, str(error))

    async def _end(self, _application: web.Application) -> None:
        """Hang up on every terminal, and wait until all are gone."""
        self._stopping = True
        await asyncio.gather(*(_close(page, STOPPED) for page in tuple(self._pages)))
        await self._terminals.all_gone()


async def _close(page: web.WebSocketResponse, ending: Ending) -> None:
    """Tell a page why it ends; one that does not take it in is not waited for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_CLOSING):
            await page.close(code=ending.code, message=ending.message)


def _denied(denial: Denial) -> web.Response:
    return web.Response(status=denial.status, text=denial_page(denial), content_type="text/html")
