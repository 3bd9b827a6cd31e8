"""Server-sent events: the whole document, then each change of it, whatever the reader does."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from httpx_sse import EventSource, ServerSentEvent, aconnect_sse

from vega_terminal.api.limits import Limits
from vega_terminal.api.models import StatusDocument
from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.lifecycle import LoginState

from .scripted import IDENTITY, Desk, ScriptedEngine, served


class StillClock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def uptime(self) -> float:
        return 0.0

    def boot_id(self) -> str:
        return ""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@asynccontextmanager
async def listening(desk: Desk) -> AsyncIterator[AsyncIterator[ServerSentEvent]]:
    async with desk.client() as client, aconnect_sse(client, "GET", "/auth/events") as source:
        assert isinstance(source, EventSource)
        yield source.aiter_sse()


def document(event: ServerSentEvent) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event.data)
    StatusDocument.model_validate(found)
    return found


async def test_the_document_comes_first_and_then_every_change(desk: Desk) -> None:
    async with listening(desk) as events:
        first = await anext(events)
        assert (first.event, first.retry) == ("status", 2000)
        assert document(first)["state"] == "INIT"
        execution = desk.engine.begin(TokenExecutionRequest("cli")).execution_id
        second = await anext(events)
        assert document(second)["executionId"] == execution
        assert second.id != first.id
        desk.engine.generate("PRIMARY")
        assert document(await anext(events))["primaryPresent"] is True


async def test_a_countdown_alone_is_no_change_but_a_new_deadline_is(tmp_path: Path) -> None:
    clock = StillClock()
    engine = ScriptedEngine(clock)
    until = clock.at + timedelta(minutes=11)
    engine.say(ev.CooldownStarted(clock.at, IDENTITY.key, IDENTITY.label, until, "Too early."))
    async with served(tmp_path, engine=engine) as desk, listening(desk) as events:
        assert document(await anext(events))["cooldownRemainingSec"] == 660
        clock.at += timedelta(seconds=60)
        engine.board.say("A line for the message list.")
        await asyncio.sleep(0)
        later = until + timedelta(minutes=1)
        engine.say(ev.CooldownStarted(clock.at, IDENTITY.key, IDENTITY.label, later, "Again."))
        assert document(await anext(events))["cooldownRemainingSec"] == 660


MANY_NAMES = ("PRIMARY", *(f"WEBSOCKET{number}" for number in range(23)))


@asynccontextmanager
async def sleeping(desk: Desk) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.WriteTransport]]:
    """A reader of events who got the first one and then reads nothing; its own buffers are small."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)  # noqa: FBT003 - of the socket
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", desk.port))
    reader, writer = await asyncio.open_connection(sock=sock, limit=8192)
    head = f"Host: 127.0.0.1:{desk.port}\r\nAuthorization: Bearer {desk.token}\r\n\r\n"
    writer.write(f"GET /auth/events HTTP/1.1\r\n{head}".encode())
    await reader.readuntil(b"id: ")
    try:
        yield reader, writer.transport
    finally:
        writer.transport.abort()


async def change(engine: ScriptedEngine) -> None:
    """One change of the document, and time for everybody to tell of it."""
    if engine.board.status.running:
        engine.end()
    else:
        engine.begin(TokenExecutionRequest("cli"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_whoever_sleeps_gets_the_newest_and_not_all_that_was_missed(tmp_path: Path) -> None:
    """Three thousand changes of 5 kB pass a reader; the buffers of two sockets hold but a part of them."""
    changes = 3_000
    async with (
        served(tmp_path, engine=ScriptedEngine(names=MANY_NAMES)) as desk,
        sleeping(desk) as (reader, _),
    ):
        for _ in range(changes):
            await change(desk.engine)
        received, number = 0, 0
        while number <= changes:
            number = int((await _next_id(reader)).rpartition(b"-")[2])
            received += 1
        assert received < changes


async def _next_id(reader: asyncio.StreamReader) -> bytes:
    while True:
        try:
            await reader.readuntil(b"\nid: ")
            return await reader.readline()
        except asyncio.LimitOverrunError as error:
            await reader.readexactly(error.consumed)


async def test_a_reader_who_never_reads_is_cut_off(tmp_path: Path) -> None:
    engine = ScriptedEngine(names=MANY_NAMES)
    async with (
        served(tmp_path, engine=engine, limits=Limits(send_seconds=0.2)) as desk,
        sleeping(desk),
        asyncio.timeout(20),
    ):
        assert streams()
        while streams():
            await change(engine)


def streams() -> list[asyncio.Task[Any]]:
    """What the server sends to readers."""
    return [task for task in asyncio.all_tasks() if task.get_name() == "event stream"]


async def test_without_a_change_the_reader_hears_that_the_server_lives(tmp_path: Path) -> None:
    async with (
        served(tmp_path, limits=Limits(heartbeat_seconds=0.05)) as desk,
        desk.client() as client,
        client.stream("GET", "/auth/events") as answer,
    ):
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        async for line in answer.aiter_lines():
            if line == ": alive":
                break


async def test_readers_do_not_hold_up_the_end(tmp_path: Path) -> None:
    ended: list[list[str]] = []

    async def read(desk: Desk, begun: asyncio.Event) -> None:
        async with listening(desk) as events:
            ids = [(await anext(events)).id]
            begun.set()
            ids += [event.id async for event in events]
            ended.append(ids)

    async with (
        asyncio.timeout(10),
        asyncio.TaskGroup() as readers,
        served(tmp_path, limits=Limits(end_seconds=1)) as desk,
    ):
        for _ in range(3):
            begun = asyncio.Event()
            readers.create_task(read(desk, begun))
            await begun.wait()
    assert len(ended) == 3
    assert desk.engine.board.status.state is LoginState.INIT


async def test_two_hundred_readers_get_the_same_change(desk: Desk) -> None:
    async def read(client: httpx.AsyncClient, begun: asyncio.Semaphore) -> str:
        async with aconnect_sse(client, "GET", "/auth/events") as source:
            events = source.aiter_sse()
            await anext(events)
            begun.release()
            return str(document(await anext(events))["executionId"])

    begun = asyncio.Semaphore(0)
    async with desk.client() as client:
        readers = [asyncio.ensure_future(read(client, begun)) for _ in range(200)]
        for _ in readers:
            await begun.acquire()
        execution = desk.engine.begin(TokenExecutionRequest("cli")).execution_id
        assert set(await asyncio.gather(*readers)) == {execution}
