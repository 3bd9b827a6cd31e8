"""One HTTP call as bytes: read within limits, answered, done (RFC 9112, by h11)."""

from __future__ import annotations

import asyncio
from typing import Final

import h11

MOST_BYTES: Final = 16 * 1024
"""Of a body; the broker's message is about 1 KB."""
_BODIES: Final = {200: b'{"status":"received"}'}
_REFUSED: Final = b'{"status":"refused"}'
_CHUNK: Final = 4096


class WrongCall(Exception):
    """The call is answered with `status` and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read_call(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[bytes, bytes]:
    """Read one call to its end.

    Returns:
        Its path, without a query, and its body.

    Raises:
        WrongCall: it is not HTTP, not a POST, not JSON, or too large.
        OSError: the connection broke.
    """
    try:
        path, body = b"", bytearray()
        while not isinstance(event := await _next(connection, reader, writer), h11.EndOfMessage):
            if isinstance(event, h11.Request):
                path = _path_of(event)
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MOST_BYTES:
                    raise WrongCall(413)
            else:
                raise ConnectionError
    except h11.RemoteProtocolError as error:
        raise WrongCall(error.error_status_hint) from None
    return path, bytes(body)


async def answered(connection: h11.Connection, writer: asyncio.StreamWriter, status: int) -> None:
    """Send the one answer that there is for `status`; nothing in it depends on the call."""
    body = _BODIES.get(status, _REFUSED)
    headers = [
        ("content-type", "application/json"),
        ("content-length", str(len(body))),
        ("cache-control", "no-store"),
        ("connection", "close"),
    ]
    try:
        for event in (h11.Response(status_code=status, headers=headers), h11.Data(body), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")
    except h11.LocalProtocolError:
        return  # whoever called has broken the protocol in a way that leaves nothing to say
    await writer.drain()


async def _next(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        if connection.they_are_waiting_for_100_continue:
            go_on = connection.send(h11.InformationalResponse(status_code=100, headers=[]))
            writer.write(go_on or b"")
        connection.receive_data(await reader.read(_CHUNK))
    return event


def _path_of(request: h11.Request) -> bytes:
    headers = dict(request.headers)
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    length = headers.get(b"content-length", b"0")
    if request.method != b"POST":
        raise WrongCall(404)
    if kind != b"application/json":
        raise WrongCall(415)
    if len(length) > 9 or int(length) > MOST_BYTES:
        raise WrongCall(413)
    return request.target.partition(b"?")[0]
