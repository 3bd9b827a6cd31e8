"""Carries calls over one shared httpx client, which is made when the first call needs it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from vega_terminal.broker.transport import HttpReply, HttpRequest
from vega_terminal.broker.transport_failures import shut_down, timed_out

if TYPE_CHECKING:
    from vega_terminal.broker.httpx_client import HttpxClient


class HttpxTransport:
    """`HttpTransport` over httpx, for one broker address and one event loop."""

    def __init__(self, base_url: str) -> None:
        """Prepare for calls to `base_url`; on plain loopback neither proxy nor certificates are read."""
        self._base_url = base_url
        self._client: HttpxClient | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    async def open(self) -> None:
        """Load httpx and make the client now, so that the first call need not wait for it.

        Raises:
            BrokerError: NETWORK, the environment's proxy or certificate settings cannot be used.
        """
        await self._opened()

    async def send(self, request: HttpRequest, *, timeout: float) -> HttpReply:
        """Send `request` once; see `HttpTransport.send`. Loading httpx is no part of the call's time."""
        client = await self._opened()
        try:
            async with asyncio.timeout(timeout):
                return await client.send(request)
        except TimeoutError:
            failure = timed_out(timeout)
        raise failure

    async def aclose(self) -> None:
        """Close every connection; calls under way and later ones fail with NETWORK."""
        self._closed = True
        async with self._opening:
            if self._client is not None:
                await self._client.aclose()

    async def _opened(self) -> HttpxClient:
        async with self._opening:
            if self._closed:
                raise shut_down()
            if self._client is None:
                self._client = await asyncio.to_thread(_make_client, self._base_url)
            return self._client


def _make_client(base_url: str) -> HttpxClient:
    from vega_terminal.broker.httpx_client import HttpxClient  # noqa: PLC0415 - takes a tenth of a second

    return HttpxClient(base_url)
