"""The same bytes mean the same over both ways to the broker."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from vega_terminal.broker.direct_transport import DirectTransport
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.broker.transport import HttpReply, HttpRequest, HttpTransport
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret

from .scripted_server import ScriptedServer, half, raw

OK = b"HTTP/1.1 200 OK\r\n"
WELL_FORMED = {
    "by its length": OK + b"Content-Length: 2\r\nRetry-After: 5 \r\n\r\n{}",
    "in chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n1\r\n}\r\n0\r\nTrailer: 1\r\n\r\n",
    "in chunks, with a length to be ignored": OK
    + b"Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "without a body": b"HTTP/1.1 204 No Content\r\n\r\n",
    "after others on the way": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    + OK
    + b"Content-Length: 0\r\n\r\n",
    "without a reason": b"HTTP/1.1 503\r\nContent-Length: 1\r\n\r\n<",
    "the same length twice": OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a field twice": OK + b"X: a\r\nX: b\r\nContent-Length: 0\r\n\r\n",
    "a folded field": OK + b"X: a\r\n  b\r\nContent-Length: 0\r\n\r\n",
    "elsewhere": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
}
TO_THE_END = b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n{}"
MALFORMED = {
    "no HTTP": b"+OK ready\r\n\r\n",
    "another version": b"HTTP/2 200\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a field without a name": OK + b": x\r\n\r\n",
    "no field": OK + b"nonsense\r\n\r\n",
    "two lengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "no number": OK + b"Content-Length: two\r\n\r\n{}",
    "an unknown coding": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a chunk of no size": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk that is longer": OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "a head without end": OK + b"X: " + b"y" * 200_000,
    "a body cut short": OK + b"Content-Length: 9\r\n\r\n{}",
    "chunks cut short": OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{}",
    "a head cut short": OK + b"Content-Le",
    "nothing": b"",
}
WAYS = (HttpxTransport, DirectTransport)


async def asked(way: type[HttpTransport], server: ScriptedServer) -> HttpReply | FailureKind:
    """The reply, or what went wrong; every call carries a form, so a body is sent, too."""
    transport: HttpTransport = way(server.base_url)  # type: ignore[call-arg]  # both take the address
    request = HttpRequest("POST", f"{server.base_url}/path?a=b", bearer=Secret("t"), form={"code": "1"})
    try:
        return await transport.send(request, timeout=10)
    except BrokerError as error:
        return error.kind
    finally:
        await transport.aclose()


def without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    """All but one."""
    return {each: value for each, value in headers.items() if each != name}


@pytest.mark.parametrize("answer", [*WELL_FORMED.values(), TO_THE_END], ids=[*WELL_FORMED, "to the end"])
async def test_a_well_formed_answer_is_the_same_reply(answer: bytes, server: ScriptedServer) -> None:
    server.play = half(answer) if answer is TO_THE_END else raw(answer)
    by_httpx, directly = [await asked(way, server) for way in WAYS]
    assert isinstance(directly, HttpReply)
    assert isinstance(by_httpx, HttpReply)
    assert (directly.status, directly.body) == (by_httpx.status, by_httpx.body)
    assert without(directly.headers, "content-length") == without(by_httpx.headers, "content-length")
    first, second = server.requests
    assert (first.method, first.path, first.form) == (second.method, second.path, second.form)
    assert without(first.headers, "connection") == without(second.headers, "connection")


@pytest.mark.parametrize("answer", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_answer_is_the_same_failure(answer: bytes, server: ScriptedServer) -> None:
    server.play = half(answer)
    assert [await asked(way, server) for way in WAYS] == [FailureKind.NETWORK, FailureKind.NETWORK]
