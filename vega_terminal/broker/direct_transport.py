"""Carries calls over asyncio's own connections: nothing but the standard library is loaded.

For the calls of the first look, which are few and wait for nothing else; each has a connection of its own.
It knows no proxy: `transports.py` decides where it may be used.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

from vega_terminal.broker.http_address import HttpAddress, is_loopback
from vega_terminal.broker.http_answer import MAX_HEAD, NotHttp, read_answer
from vega_terminal.broker.tls import tls_context
from vega_terminal.broker.transport import HttpReply, HttpRequest
from vega_terminal.broker.transport_failures import (
    broken_off,
    gave_up,
    not_callable,
    shut_down,
    timed_out,
    unreachable,
)

_NEXT_ADDRESS_SECONDS: Final = 0.25
"""How long one address of the broker's name is tried alone (RFC 8305)."""


class DirectTransport:
    """`HttpTransport` without a library, for one broker address and one event loop."""

    def __init__(self, base_url: str) -> None:
        """Prepare for calls to `base_url`; nothing is opened yet."""
        self._base_url = base_url
        self._is_secure = base_url.lower().startswith("https:")
        self._context: ssl.SSLContext | None = None
        self._opening = asyncio.Lock()
        self._under_way: set[asyncio.StreamWriter] = set()
        self._closed = False

    async def open(self) -> None:
        """Read the certificates now, so that the first call need not wait for them.

        Raises:
            BrokerError: NETWORK, the environment's certificate settings cannot be used.
        """
        async with self._opening:
            if self._closed:
                raise shut_down()
            if self._is_secure and self._context is None:
                trust_env = not is_loopback(self._base_url)
                self._context = await asyncio.to_thread(tls_context, trust_env=trust_env)

    async def send(self, request: HttpRequest, *, timeout: float) -> HttpReply:
        """Send `request` once; see `HttpTransport.send`. Certificates are no part of the call's time."""
        address = HttpAddress.of(request.url)
        if address is None:
            raise not_callable()
        await self.open()
        try:
            async with asyncio.timeout(timeout):
                return await self._exchange(address, request)
        except TimeoutError:
            failure = timed_out(timeout)
        raise failure

    async def aclose(self) -> None:
        """Close every connection; calls under way and later ones fail with NETWORK."""
        self._closed = True
        for writer in self._under_way:
            writer.transport.abort()

    async def _exchange(self, address: HttpAddress, request: HttpRequest) -> HttpReply:
        reader, writer = await self._connected(address, request)
        self._under_way.add(writer)
        try:
            if self._closed:
                raise shut_down()
            return await _asked(reader, writer, address, request)
        finally:
            self._under_way.discard(writer)
            # At once, and not politely: nothing is said over this connection any more.
            writer.transport.abort()

    async def _connected(
        self, address: HttpAddress, request: HttpRequest
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_connection(
                address.host,
                address.port,
                limit=MAX_HEAD,
                ssl=self._context if address.secure else None,
                happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS,
            )
        except TimeoutError:
            failure = gave_up()
        except (OSError, ValueError) as error:  # ValueError: a name that no resolver takes
            failure = unreachable(error, request)
        raise failure


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: HttpAddress, request: HttpRequest
) -> HttpReply:
    """Send the request and read the answer. Its errors carry no cause, which would hold the secrets."""
    try:
        writer.write(_on_the_wire(address, request))
        return await read_answer(reader, has_body=request.method != "HEAD")
    except (NotHttp, EOFError, OSError, asyncio.LimitOverrunError):
        failure = broken_off()
    raise failure


def _on_the_wire(address: HttpAddress, request: HttpRequest) -> bytes:
    body = request.wire_body()
    headers = {"host": address.authority, "connection": "close", **request.wire_headers()}
    if body:
        headers["content-length"] = str(len(body))
    lines = [f"{request.method} {address.target} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body
