"""A program without the token cannot keep its owner out, whatever it does with connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from vega_terminal.api.limits import Limits

from .scripted import Desk, served

ROOM: Final = 32
CALLS: Final = 40
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def asking(desk: Desk, path: str = "/auth/ready", *, token: str | None = None, stays: bool = True) -> bytes:
    shown = [f"Authorization: Bearer {token}"] if token else []
    goes = [] if stays else ["Connection: close"]
    return "\r\n".join(
        [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{desk.port}", *shown, *goes, "", ""]
    ).encode()


async def owners_call(desk: Desk) -> bytes:
    """The status of the answer that whoever has the token gets on a connection of its own."""
    return (await desk.raw(asking(desk, token=desk.token, stays=False)))[9:12]


async def ended(reader: asyncio.StreamReader) -> None:
    """Wait until the server has ended a connection, and take what it said until then."""
    with contextlib.suppress(ConnectionError):
        await reader.read()


@asynccontextmanager
async def known(desk: Desk) -> AsyncIterator[Ends]:
    """A connection that has shown the token and stays."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    try:
        await ask_again(desk, (reader, writer))
        yield reader, writer
    finally:
        writer.transport.abort()


async def ask_again(desk: Desk, ends: Ends) -> None:
    reader, writer = ends
    writer.write(asking(desk, token=desk.token))
    assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200")


def connecting() -> socket.socket:
    sock = socket.socket()
    sock.setblocking(False)  # noqa: FBT003 - of the socket
    return sock


@asynccontextmanager
async def reopening(desk: Desk, many: int) -> AsyncIterator[None]:
    """So many connections that say nothing, each opened again as soon as it was ended."""
    opened = asyncio.Semaphore(0)

    async def hold() -> None:
        loop = asyncio.get_running_loop()
        while True:
            with connecting() as sock, contextlib.suppress(ConnectionError):
                await loop.sock_connect(sock, ("127.0.0.1", desk.port))
                opened.release()
                while await loop.sock_recv(sock, 4096):
                    pass

    async with asyncio.TaskGroup() as group:
        holders = [group.create_task(hold()) for _ in range(many)]
        for _ in holders:
            await opened.acquire()
        yield
        for holder in holders:
            holder.cancel()


@asynccontextmanager
async def never_reading(desk: Desk, asked: bytes) -> AsyncIterator[asyncio.Task[None]]:
    """Somebody with a small buffer who asks on and on; yields what ends when the server has enough of it."""
    sock = connecting()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", desk.port))

    async def ask() -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.get_running_loop().sock_sendall(sock, asked * 100)

    cut_off = asyncio.create_task(ask())
    try:
        yield cut_off
    finally:
        cut_off.cancel()
        await asyncio.wait({cut_off})
        sock.close()


async def test_connections_that_are_opened_again_at_once_do_not_keep_the_owner_out(tmp_path: Path) -> None:
    async with (
        served(tmp_path, limits=Limits(connections=ROOM)) as desk,
        reopening(desk, ROOM + 8),
        asyncio.timeout(30),
    ):
        answers = [await owners_call(desk) for _ in range(CALLS)]
    assert answers == [b"200"] * CALLS


async def test_a_burst_of_newcomers_displaces_nobody_who_is_about_to_show_the_token(
    tmp_path: Path,
) -> None:
    """All of them wait in one queue before the server has looked at the first, who is the owner."""
    async with served(tmp_path, limits=Limits(connections=ROOM)) as desk, asyncio.timeout(10):
        with contextlib.ExitStack() as burst:
            owner = socket.create_connection(("127.0.0.1", desk.port))
            owner.sendall(asking(desk, token=desk.token, stays=False))
            for _ in range(ROOM * 3):
                burst.enter_context(socket.create_connection(("127.0.0.1", desk.port)))
            reader, writer = await asyncio.open_connection(sock=owner)
            assert (await reader.read()).startswith(b"HTTP/1.1 200")
            writer.close()
            assert await owners_call(desk) == b"200", "whoever comes after all of them gets in, too"


async def test_a_newcomer_takes_the_place_of_the_oldest_stranger_and_of_nobody_known(tmp_path: Path) -> None:
    async with (
        served(tmp_path, limits=Limits(connections=3)) as desk,
        known(desk) as owner,
        asyncio.timeout(10),
    ):
        first, _ = oldest = await asyncio.open_connection("127.0.0.1", desk.port)
        second, still_there = await asyncio.open_connection("127.0.0.1", desk.port)
        assert await owners_call(desk) == b"200"
        await ended(first)
        still_there.write(asking(desk, "/healthz", stays=False))
        assert (await second.read()).startswith(b"HTTP/1.1 200")
        await ask_again(desk, owner)
        oldest[1].close()
        still_there.close()


async def test_where_all_are_known_one_too_many_is_refused_and_the_others_live(tmp_path: Path) -> None:
    async with (
        served(tmp_path, limits=Limits(connections=2)) as desk,
        known(desk) as first,
        asyncio.timeout(10),
    ):
        async with known(desk):
            answer = await desk.raw(asking(desk, token=desk.token))
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b'"TOO_MANY"' in answer
            await ask_again(desk, first)
        while (await owners_call(desk)) != b"200":
            pass


async def test_whoever_asks_without_the_token_and_never_reads_does_not_stay(tmp_path: Path) -> None:
    limits = Limits(connections=ROOM, stranger_seconds=0.3)
    async with (
        served(tmp_path, limits=limits) as desk,
        never_reading(desk, asking(desk, "/healthz")) as cut_off,
        known(desk) as owner,
        asyncio.timeout(20),
    ):
        await cut_off
        await ask_again(desk, owner)


async def test_connections_that_never_read_do_not_keep_the_owner_out(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as open_ones, asyncio.timeout(30):
        desk = await open_ones.enter_async_context(served(tmp_path, limits=Limits(connections=4)))
        asked = asking(desk, "/healthz")
        cut_off = [await open_ones.enter_async_context(never_reading(desk, asked)) for _ in range(4)]
        answers = [await owners_call(desk) for _ in range(4)]
        assert answers == [b"200"] * 4
        await asyncio.wait(cut_off, return_when=asyncio.FIRST_COMPLETED)


async def test_whoever_has_the_token_and_never_reads_is_cut_off_all_the_same(tmp_path: Path) -> None:
    limits = Limits(send_seconds=0.2)
    async with served(tmp_path, limits=limits) as desk, asyncio.timeout(20):
        asked = asking(desk, "/openapi.json", token=desk.token)
        async with never_reading(desk, asked) as cut_off:
            await cut_off
