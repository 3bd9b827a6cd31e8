"""Reads one HTTP/1.1 answer (RFC 9112) from a stream, strictly: what is not well-formed is no answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Final

from vega_terminal.broker.transport import MAX_BODY, HttpReply
from vega_terminal.broker.transport_failures import too_large

MAX_HEAD: Final = 100_000
"""Bytes of status line and header fields together, and of one line of a chunked body."""
_PIECE: Final = 65_536
_STATUS_LINE: Final = re.compile(rb"HTTP/1\.[0-9] ([1-5][0-9]{2})(?: [^\x00-\x08\n\x0b-\x1f\x7f]*)?")
_FIELD: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*)")
_LENGTH: Final = re.compile(r"[0-9]{1,20}")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,20})[ \t]*(?:;[^\r\n]*)?")
_WITHOUT_BODY: Final = frozenset({101, 204, 304})
Fields = Mapping[str, str]


class NotHttp(Exception):
    """What came is no well-formed HTTP/1.1 answer."""


async def read_answer(reader: asyncio.StreamReader, *, has_body: bool = True) -> HttpReply:
    """Read one answer to its last byte; answers on the way to it (1xx) are passed over.

    Args:
        reader: with a limit of `MAX_HEAD`.
        has_body: False for an answer to HEAD.

    Raises:
        NotHttp: it is malformed.
        asyncio.IncompleteReadError: it ends too early.
        asyncio.LimitOverrunError: its head is too long.
        BrokerError: UNEXPECTED_ANSWER, its body is larger than `MAX_BODY`.
    """
    while True:
        status, fields = _parsed_head(await reader.readuntil(b"\r\n\r\n"))
        if status >= 200 or status == 101:
            break
    if not has_body or status in _WITHOUT_BODY:
        return HttpReply(status, fields, b"")
    return HttpReply(status, fields, await _body(reader, fields))


def _parsed_head(head: bytes) -> tuple[int, Fields]:
    first, *lines = head[:-4].split(b"\r\n")
    line = _STATUS_LINE.fullmatch(first)
    if line is None:
        raise NotHttp
    fields: dict[str, str] = {}
    for each in _unfolded(lines):
        field = _FIELD.fullmatch(each)
        if field is None:
            raise NotHttp
        name, value = (part.decode("latin-1") for part in field.groups())
        known = fields.get(name.lower())
        fields[name.lower()] = value.rstrip() if known is None else f"{known}, {value.rstrip()}"
    return int(line[1]), fields


def _unfolded(lines: list[bytes]) -> list[bytes]:
    """The header's lines; one that begins with a blank goes on with the line before (section 5.2)."""
    whole: list[bytes] = []
    for line in lines:
        if line[:1] in {b" ", b"\t"} and whole:
            whole[-1] += b" " + line.strip()
        else:
            whole.append(line)
    return whole


async def _body(reader: asyncio.StreamReader, fields: Fields) -> bytes:
    """The body as section 6.3 frames it: in chunks, by its length, or to the end of the connection."""
    if "transfer-encoding" in fields:
        if fields["transfer-encoding"].lower() != "chunked":
            raise NotHttp
        return await _chunked(reader)
    if "content-length" in fields:
        return await _exactly(reader, _length(fields["content-length"]))
    return await _to_the_end(reader)


def _length(text: str) -> int:
    (length, *others) = {each.strip() for each in text.split(",")}
    if others or not _LENGTH.fullmatch(length):
        raise NotHttp
    return int(length)


async def _exactly(reader: asyncio.StreamReader, length: int) -> bytes:
    if length > MAX_BODY:
        raise too_large()
    return await reader.readexactly(length)


async def _to_the_end(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while piece := await reader.read(_PIECE):
        body += piece
        if len(body) > MAX_BODY:
            raise too_large()
    return bytes(body)


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := await _chunk_size(reader):
        body += await _exactly(reader, size)
        if len(body) > MAX_BODY:
            raise too_large()
        if await reader.readexactly(2) != b"\r\n":
            raise NotHttp
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass  # a trailer field, of no use to anybody
    return bytes(body)


async def _chunk_size(reader: asyncio.StreamReader) -> int:
    line = _CHUNK.fullmatch((await reader.readuntil(b"\r\n"))[:-2])
    if line is None:
        raise NotHttp
    return int(line[1], 16)
