"""A loopback HTTP server that plays exact bytes, well-formed or not, and records what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), keep_blank_values=True, strict_parsing=True)


@dataclass(frozen=True)
class Wire:
    """The server's end of one connection, while it answers."""

    writer: asyncio.StreamWriter
    stopping: asyncio.Event

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()


Play = Callable[[Wire], Awaitable[None]]


def raw(data: bytes) -> Play:
    """Exactly these bytes."""

    async def play(wire: Wire) -> None:
        await wire.send(data)

    return play


def http(status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Play:
    """A well-formed answer; the connection stays open."""
    content = body.encode() if isinstance(body, str) else body
    lines = {"Content-Length": str(len(content)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return raw(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1") + content)


def as_json(status: int, document: object, headers: Mapping[str, str] | None = None) -> Play:
    return http(status, json.dumps(document), headers)


def success(data: object) -> Play:
    return as_json(200, {"status": "success", "data": data})


async def hang(wire: Wire) -> None:
    """Never say anything."""
    await wire.stopping.wait()


async def reset(wire: Wire) -> None:
    """Break the connection with a RST."""
    connection = wire.writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.writer.transport.abort()


async def close(wire: Wire) -> None:
    """Close without an answer."""
    wire.writer.close()


async def trickle(wire: Wire) -> None:
    """Promise a long body and send it byte by byte, faster than any time-out of a single read."""
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not wire.stopping.is_set():
        await wire.send(b" ")
        await _wait(wire.stopping, 0.01)


async def endless(wire: Wire) -> None:
    """Send a body without end."""
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not wire.stopping.is_set():
        await wire.send(b"[" * 65_536)


def half(data: bytes) -> Play:
    """Send these bytes and no more, but go on listening."""

    async def play(wire: Wire) -> None:
        await wire.send(data)
        wire.writer.write_eof()
        await wire.stopping.wait()

    return play


class ScriptedServer:
    """Answers every request with `play`, or with the play of its path."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.play: Play = http(404)
        self.plays: dict[str, Play] = {}
        self.requests: list[Received] = []
        self._stopping = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self._number = 0
        self._tls = tls

    @property
    def base_url(self) -> str:
        host, port = self._server.sockets[0].getsockname()
        return f"{'https' if self._tls else 'http'}://{host}:{port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._number += 1
        task = asyncio.create_task(self._serve(reader, writer, self._number))
        self._connections.add(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        try:
            while not writer.is_closing():
                request = await _read_request(reader, number)
                self.requests.append(request)
                await self.plays.get(request.path, self.play)(Wire(writer, self._stopping))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client left, as it may
        finally:
            writer.close()


async def _read_request(reader: asyncio.StreamReader, connection: int) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, body, connection)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
