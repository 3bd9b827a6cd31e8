"""The listener on a real socket: what it takes, what it refuses, and who cannot keep the right one out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Final

import pytest

from vega_terminal.clock import SystemClock
from vega_terminal.domain.secret import Secret
from vega_terminal.phone import notifier as module
from vega_terminal.phone.notifier import MOST_OPEN, Notifier, Place

PATH: Final = "/upstox/0123456789abcdef0123456789abcdef"
BODY: Final = b'{"client_id":"x"}'


class Taken:
    """What was taken, and whether it could be kept."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.keeps = True
        self.came = asyncio.Event()
        self.until: asyncio.Event | None = None

    async def receive(self, body: bytes) -> bool:
        self.bodies.append(body)
        self.came.set()
        if self.until is not None:
            await self.until.wait()
        return self.keeps


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
async def notifier(taken: Taken) -> AsyncIterator[Notifier]:
    listening = Notifier(Place("127.0.0.1", 0, Secret(PATH)), taken.receive, SystemClock())
    await listening.start()
    yield listening
    await listening.stop()
    assert listening.port == 0


def call(
    path: str = PATH,
    body: bytes = BODY,
    *,
    method: str = "POST",
    kind: str = "application/json",
    more: str = "",
) -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if "Transfer" not in more else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{length}{more}\r\n"
    return head.encode() + body


async def answer(notifier: Notifier, sent: bytes, *, close: bool = False) -> bytes:
    """Everything that comes back; a reset counts as silence."""
    reader, writer = await asyncio.open_connection("127.0.0.1", notifier.port)
    try:
        writer.write(sent)
        if close:
            writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def status(reply: bytes) -> int:
    return int(reply.split()[1]) if reply else 0


async def test_the_right_call_is_taken_once(notifier: Notifier, taken: Taken) -> None:
    reply = await answer(notifier, call(kind="application/json; charset=utf-8", path=f"{PATH}?a=b"))
    assert status(reply) == 200
    assert reply.endswith(b'{"status":"received"}')
    assert taken.bodies == [BODY]
    chunked = call(body=b"11\r\n" + BODY + b"\r\n0\r\n\r\n", more="Transfer-Encoding: chunked\r\n")
    assert status(await answer(notifier, chunked)) == 200
    patient = call(more="Expect: 100-continue\r\n")
    assert b"200" in await answer(notifier, patient)
    assert taken.bodies == [BODY] * 3


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (call("/"), 404),
        (call(PATH[:-1]), 404),
        (call(PATH + "/"), 404),
        (call(PATH.upper()), 404),
        (call("http://127.0.0.1" + PATH), 404),
        (call(method="GET"), 404),
        (call(method="PUT"), 404),
        (call(kind="text/plain"), 415),
        (call(kind="application/x-www-form-urlencoded"), 415),
        (call(body=b"x" * (16 * 1024 + 1)), 413),
        (call(more="Content-Length: 99999999999999999999\r\n"), 400),
        (call(body=b"4e20\r\n" + b"x" * 20_000, more="Transfer-Encoding: chunked\r\n"), 413),
        (b"\x16\x03\x01\x02\x00", 400),
        (b"GARBAGE\r\n\r\n", 400),
        (call(more="X: " + "x" * 20_000 + "\r\n"), 431),
    ],
)
async def test_a_wrong_call_is_refused_and_learns_nothing(
    notifier: Notifier, taken: Taken, sent: bytes, expected: int
) -> None:
    reply = await answer(notifier, sent, close=True)
    unread = expected in (413, 431)  # who still sends may see a reset instead
    assert status(reply) == expected or (unread and reply == b"")
    assert reply == b"" or reply.endswith(b'{"status":"refused"}')
    assert PATH.encode() not in reply
    assert taken.bodies == []
    assert status(await answer(notifier, call())) == 200


async def test_half_a_call_is_nothing(notifier: Notifier, taken: Taken) -> None:
    assert status(await answer(notifier, call()[:-5], close=True)) == 400
    assert taken.bodies == []


async def test_what_cannot_be_kept_is_to_be_sent_again(
    notifier: Notifier, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken.keeps = False
    assert status(await answer(notifier, call())) == 503
    taken.until = asyncio.Event()
    monkeypatch.setattr(module, "KEEP_SECONDS", 0.01)
    assert status(await answer(notifier, call())) == 503


async def test_whoever_is_slow_is_hung_up_on(notifier: Notifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_SECONDS", 0.01)
    assert status(await answer(notifier, call()[:-5])) == 408


async def test_a_crowd_of_wrong_callers_does_not_keep_the_right_one_out(
    notifier: Notifier, taken: Taken
) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", notifier.port) for _ in range(MOST_OPEN)]
    wrong = [asyncio.create_task(answer(notifier, call("/"))) for _ in range(MOST_OPEN)]
    assert status(await asyncio.wait_for(answer(notifier, call()), 5)) == 200
    assert taken.bodies == [BODY]
    for task in wrong:
        task.cancel()
    await asyncio.gather(*wrong, return_exceptions=True)
    for _, writer in silent:
        writer.close()


async def test_the_more_wrong_calls_the_longer_each_waits(taken: Taken) -> None:
    slept: list[float] = []

    class Counting(SystemClock):
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    listening = Notifier(Place("127.0.0.1", 0, Secret(PATH)), taken.receive, Counting())
    await listening.start()
    for _ in range(60):
        assert status(await answer(listening, call("/"))) == 404
    assert status(await answer(listening, call())) == 200
    await listening.stop()
    assert len(slept) == 50
    assert slept == sorted(slept)
    assert (slept[0], slept[-1]) == (0.05, 2.0)


async def test_stopping_lets_the_answer_of_the_last_call_out(notifier: Notifier, taken: Taken) -> None:
    taken.until = asyncio.Event()
    pending = asyncio.create_task(answer(notifier, call()))
    await taken.came.wait()
    stopping = asyncio.create_task(notifier.stop())
    await asyncio.sleep(0)
    taken.until.set()
    assert status(await pending) == 200
    await stopping


async def test_a_taken_port_is_an_error_that_tells_why(taken: Taken) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            await Notifier(Place("127.0.0.1", port, Secret(PATH)), taken.receive, SystemClock()).start()


@pytest.mark.parametrize("turns", range(5))
async def test_a_start_that_is_cut_off_leaves_the_port_free(taken: Taken, turns: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    notifier = Notifier(Place("127.0.0.1", port, Secret(PATH)), taken.receive, SystemClock())
    starting = asyncio.create_task(notifier.start())
    for _ in range(turns):
        await asyncio.sleep(0)
    starting.cancel()
    await asyncio.wait({starting})
    await notifier.stop()
    with socket.create_server(("127.0.0.1", port)):
        assert notifier.port == 0
