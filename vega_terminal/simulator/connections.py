"""The open connections, so that one can be broken on purpose."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Scope

_LINGER_NOT = struct.pack("ii", 1, 0)


class Connections:
    """Transports by the client's address."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        """A client connected."""
        self._transports[transport.get_extra_info("peername")] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        """A connection is gone."""
        self._transports.pop(transport.get_extra_info("peername"), None)

    def reset(self, scope: Scope) -> None:
        """Break the connection of a request with a TCP reset, without an orderly end."""
        transport = self._of(scope)
        if transport is not None:
            raw: socket.socket = transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            transport.abort()

    def close(self, scope: Scope) -> None:
        """End the connection of a request in order, whatever was promised on it."""
        transport = self._of(scope)
        if transport is not None:
            transport.close()

    def _of(self, scope: Scope) -> asyncio.Transport | None:
        host, port = scope["client"]
        return self._transports.get((host, port))


def tracking_protocol(connections: Connections) -> type[H11Protocol]:
    """An HTTP protocol for uvicorn that registers its connections."""

    class TrackedProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent
            super().connection_made(transport)
            connections.opened(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.closed(self.transport)
            super().connection_lost(exc)

    return TrackedProtocol
