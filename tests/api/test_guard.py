"""What is turned away before anything is parsed: addresses, origins, tokens, bodies, and whoever is slow."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

import pytest

from vega_terminal.api.limits import Limits

from .scripted import Desk, served

REFRESH: Final = "POST /api/auth/upstox/tokens/refresh"
STATUS: Final = "GET /auth/status"
JSON: Final = "Content-Type: application/json"
TOKEN: Final = "Authorization: Bearer {token}"
HOST: Final = "Host: 127.0.0.1:{port}"

CASES: Final = {
    # who has the token and asks for what is there
    "plain": (STATUS, [HOST, TOKEN], "", 200),
    "localhost": (STATUS, ["Host: localhost:{port}", TOKEN], "", 200),
    "small letters of the scheme": (STATUS, [HOST, "Authorization: bearer {token}"], "", 200),
    "its own origin": (STATUS, [HOST, TOKEN, "Origin: http://127.0.0.1:{port}"], "", 200),
    "an address that was typed": (STATUS, [HOST, TOKEN, "Sec-Fetch-Site: none"], "", 200),
    "health without a token": ("GET /healthz", [HOST], "", 200),
    "refresh without a body": (REFRESH, [HOST, TOKEN], "", 202),
    "refresh with a body": (REFRESH, [HOST, TOKEN, JSON], "{}", 202),
    "refresh with a charset": (REFRESH, [HOST, TOKEN, f"{JSON}; charset=UTF-8"], "{}", 202),
    # Host
    "no port": (STATUS, ["Host: 127.0.0.1", TOKEN], "", 421),
    "another port": (STATUS, ["Host: 127.0.0.1:1", TOKEN], "", 421),
    "another name": (STATUS, ["Host: evil.example:{port}", TOKEN], "", 421),
    "the address as a prefix": (STATUS, ["Host: 127.0.0.1.evil.example:{port}", TOKEN], "", 421),
    "a port with a tail": (STATUS, ["Host: 127.0.0.1:{port}.evil.example", TOKEN], "", 421),
    "a user before the name": (STATUS, ["Host: evil@127.0.0.1:{port}", TOKEN], "", 421),
    "capital letters": (STATUS, ["Host: LOCALHOST:{port}", TOKEN], "", 421),
    "a dot at the end": (STATUS, ["Host: localhost.:{port}", TOKEN], "", 421),
    "another address of loopback": (STATUS, ["Host: 127.0.0.2:{port}", TOKEN], "", 421),
    "the other family": (STATUS, ["Host: [::1]:{port}", TOKEN], "", 421),
    "an empty one": (STATUS, ["Host: ", TOKEN], "", 421),
    "two of them": (STATUS, [HOST, HOST, TOKEN], "", 400),
    "none": (STATUS, [TOKEN], "", 400),
    "a proxy's word for it": (
        STATUS,
        ["Host: evil.example", "X-Forwarded-Host: localhost:{port}", TOKEN],
        "",
        421,
    ),
    "health elsewhere": ("GET /healthz", ["Host: evil.example:{port}"], "", 421),
    # Origin
    "a foreign origin": (STATUS, [HOST, TOKEN, "Origin: http://evil.example"], "", 403),
    "an opaque origin": (STATUS, [HOST, TOKEN, "Origin: null"], "", 403),
    "the origin of another port": (STATUS, [HOST, TOKEN, "Origin: http://127.0.0.1:1"], "", 403),
    "its own origin over TLS": (STATUS, [HOST, TOKEN, "Origin: https://127.0.0.1:{port}"], "", 403),
    "a page of another site": (STATUS, [HOST, TOKEN, "Sec-Fetch-Site: cross-site"], "", 403),
    "a page of the same site": (STATUS, [HOST, TOKEN, "Sec-Fetch-Site: same-site"], "", 403),
    "a preflight": ("OPTIONS /auth/status", [HOST, "Origin: http://evil.example"], "", 403),
    # token
    "no token": (STATUS, [HOST], "", 401),
    "an empty token": (STATUS, [HOST, "Authorization: Bearer "], "", 401),
    "another token": (STATUS, [HOST, "Authorization: Bearer aaaa"], "", 401),
    "the token and more": (STATUS, [HOST, f"{TOKEN}x"], "", 401),
    "another scheme": (STATUS, [HOST, "Authorization: Basic {token}"], "", 401),
    "bytes that are no text": (STATUS, [HOST, "Authorization: Bearer \xff\xfe"], "", 401),
    "two tokens": (STATUS, [HOST, TOKEN, TOKEN], "", 401),
    "a token in the address": (f"{STATUS}?token={{token}}", [HOST], "", 401),
    "a token as a cookie": (STATUS, [HOST, "Cookie: token={token}"], "", 401),
    "metrics without one": ("GET /metrics", [HOST], "", 401),
    "the description without one": ("GET /openapi.json", [HOST], "", 401),
    "events without one": ("GET /auth/events", [HOST], "", 401),
    "what is not there, without one": ("GET /nowhere", [HOST], "", 401),
    "posting to health": ("POST /healthz", [HOST], "", 401),
    "tracing without one": ("TRACE /auth/status", [HOST], "", 401),
    # body
    "a form": (REFRESH, [HOST, TOKEN, "Content-Type: application/x-www-form-urlencoded"], "a=b", 415),
    "text, which needs no preflight": (REFRESH, [HOST, TOKEN, "Content-Type: text/plain"], "{}", 415),
    "no type": (REFRESH, [HOST, TOKEN], "{}", 415),
    "two types": (REFRESH, [HOST, TOKEN, JSON, "Content-Type: text/plain"], "{}", 415),
    "a type that begins alike": (REFRESH, [HOST, TOKEN, f"{JSON}-patch"], "{}", 415),
    "another charset": (REFRESH, [HOST, TOKEN, f"{JSON}; charset=utf-16"], "{}", 415),
    "packed": (REFRESH, [HOST, TOKEN, JSON, "Content-Encoding: gzip"], "{}", 415),
    "a type without a body": (REFRESH, [HOST, TOKEN, "Content-Type: text/plain"], "", 415),
    "too large": (REFRESH, [HOST, TOKEN, JSON], "9" * 65_537, 413),
    "a length that is none": (REFRESH, [HOST, TOKEN, JSON, "Content-Length: -1"], "", 400),
    "two lengths": (REFRESH, [HOST, TOKEN, JSON, "Content-Length: 2", "Content-Length: 3"], "", 400),
    # no HTTP at all
    "a line that is none": ("HELLO", [HOST], "", 400),
    "a header that is none": (STATUS, [HOST, "no colon here"], "", 400),
    "one long header": (STATUS, [HOST, TOKEN, f"X-Long: {'x' * 17_000}"], "", 431),
    "headers without an end in sight": (STATUS, [HOST, f"X-Long: {'x' * 70_000}"], "", 431),
}


def request(case: tuple[str, list[str], str, int], desk: Desk) -> bytes:
    line, headers, body, _ = case
    announced = [f"Content-Length: {len(body)}"] if body else []
    lines = [f"{line} HTTP/1.1", *headers, *announced, "Connection: close", "", ""]
    text = "\r\n".join(lines).format(port=desk.port, token=desk.token) + body
    return text.encode("latin-1")


def code(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


async def test_who_comes_in_and_who_does_not(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    answers = {name: await desk.raw(request(case, desk)) for name, case in CASES.items()}
    assert {name: code(answer) for name, answer in answers.items()} == {
        name: case[3] for name, case in CASES.items()
    }
    for name, answer in answers.items():
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"cache-control: no-store" in head.lower(), name
        assert b"x-content-type-options: nosniff" in head.lower(), name
        assert b"access-control" not in head.lower(), name
        assert b"server:" not in head.lower(), name
        if code(answer) >= 400:
            assert body.startswith(b'{"error": "'), name
            assert desk.token.encode() not in answer
    assert desk.engine.begun == 1
    assert caplog.records == [], "whoever has no token must not be able to fill the log"


async def test_a_body_is_counted_while_it_comes(desk: Desk) -> None:
    chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
    chunked = "Transfer-Encoding: chunked\r\nConnection: close"
    head = f"{REFRESH} HTTP/1.1\r\n{HOST}\r\n{TOKEN}\r\n{JSON}\r\n{chunked}\r\n\r\n"
    announced = head.format(port=desk.port, token=desk.token).encode()
    assert code(await desk.raw(announced, chunk * 16, b"0\r\n\r\n")) == 422
    assert code(await desk.raw(announced, chunk * 17, b"0\r\n\r\n")) == 413
    assert desk.engine.requests == []


async def test_whoever_does_not_ask_in_time_is_cut_off(tmp_path: Path) -> None:
    limits = Limits(header_seconds=0.2, body_seconds=0.2, idle_seconds=1)
    async with served(tmp_path, limits=limits) as desk:
        head = f"{REFRESH} HTTP/1.1\r\n{HOST}\r\n{TOKEN}\r\n{JSON}\r\nContent-Length: 9\r\n\r\n"
        begun = head.format(port=desk.port, token=desk.token).encode()
        silent, half, half_body, trickled = await asyncio.gather(
            desk.raw(),
            desk.raw(b"GET /healthz HTTP/1.1\r\nHost:"),
            desk.raw(begun + b"{"),
            _trickle(desk, b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 1_000),
        )
        assert [code(answer) for answer in (silent, half, half_body)] == [408, 408, 408]
        assert code(trickled) in (0, 408), "a byte now and then buys no time"
        async with desk.client() as client:
            assert (await client.get("/auth/ready")).status_code == 200


async def _trickle(desk: Desk, data: bytes) -> bytes:
    """Send one byte each 10 ms until the server has enough of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    answer = asyncio.ensure_future(reader.read())
    begun = time.monotonic()
    try:
        for byte in data:
            writer.write(bytes([byte]))
            await asyncio.wait({answer}, timeout=0.01)
            if answer.done():
                break
        assert time.monotonic() - begun < 5
        return await answer
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_one_connection_asks_again_after_a_refused_body(desk: Desk) -> None:
    """What follows of a refused body is not taken for the next request."""
    refused = request(CASES["too large"], desk).replace(b"Connection: close\r\n", b"")
    answer = await desk.raw(refused + request(CASES["plain"], desk))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"HTTP/1.1 200 OK" in answer
    assert answer.count(b"HTTP/1.1 ") == 2
