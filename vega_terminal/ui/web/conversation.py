"""One page and one terminal: what is typed goes one way, what is drawn the other, until either ends."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from vega_terminal.ui.web.order import Size
from vega_terminal.ui.web.packets import Kind, Packet, meta_packet
from vega_terminal.ui.web.process import TerminalProcess

LONGEST_MESSAGE: Final = 64 * 1024
"""Bytes of one message from a page; the longest is a pasted text."""
_MOST_UNSENT: Final = 8 * 1024 * 1024
"""Bytes that wait for a page that does not read; then it is given up, so that its terminal never waits."""
_LONGEST_REASON: Final = 123
"""Bytes; RFC 6455, 5.5."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a page was closed: the code of RFC 6455 and a sentence for the page."""

    code: int
    reason: str

    @property
    def message(self) -> bytes:
        """The sentence as it is sent."""
        return self.reason.encode()[:_LONGEST_REASON].decode(errors="ignore").encode()


LEFT: Final = Ending(WSCloseCode.OK, "The terminal was left.")
BROKE: Final = Ending(
    WSCloseCode.INTERNAL_ERROR, "The terminal broke off. The reason stands where the server runs."
)
STOPPED: Final = Ending(WSCloseCode.GOING_AWAY, "The server was stopped.")
SLOW: Final = Ending(WSCloseCode.POLICY_VIOLATION, "The page did not keep up with its terminal.")
NONSENSE: Final = Ending(
    WSCloseCode.POLICY_VIOLATION, "The page sent something that no terminal understands."
)
GONE: Final = Ending(WSCloseCode.OK, "The page was closed.")


class NotUnderstood(ValueError):
    """A page sent something that is not in the protocol."""


def packet_of(message: str) -> Packet | str | None:
    """What a page's message means: a packet for the terminal, an answer for the page, or nothing.

    Raises:
        NotUnderstood: it is none of the messages that the page's script sends.
    """
    try:
        kind, *rest = json.loads(message)
        argument = rest[0] if rest else None
    except (ValueError, TypeError, RecursionError):
        raise NotUnderstood from None
    match kind, argument:
        case "stdin", str():
            return Packet(Kind.DATA, argument.encode(errors="replace"))
        case "resize", {"width": width, "height": height}:
            size = Size.of(width, height)
            return meta_packet(type="resize", width=size.width, height=size.height)
        case (("focus" | "blur"), _):
            return meta_packet(type=kind)
        case "ping", str():
            return json.dumps(["pong", argument])
    raise NotUnderstood


class Conversation:
    """Passes on what page and terminal say."""

    def __init__(self, page: web.WebSocketResponse, terminal: TerminalProcess) -> None:
        self._page = page
        self._terminal = terminal
        self._unsent: asyncio.Queue[bytes | str] = asyncio.Queue()
        self._unsent_bytes = 0

    async def hold(self) -> Ending:
        """Pass everything on until page or terminal ends; returns how."""
        ways = [asyncio.create_task(way) for way in (self._listen(), self._draw(), self._send())]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _listen(self) -> Ending:
        """Page to terminal."""
        async for message in self._page:
            if message.type is not WSMsgType.TEXT:
                return NONSENSE
            try:
                meant = packet_of(message.data)
            except NotUnderstood:
                return NONSENSE
            if isinstance(meant, Packet):
                await self._terminal.send(meant)
            elif meant is not None:
                self._queue(meant)
        return GONE

    async def _draw(self) -> Ending:
        """Terminal to page, as far as the page has room. Files and addresses are not passed on."""
        while (packet := await self._terminal.receive()) is not None:
            if packet.kind is Kind.DATA:
                self._queue(packet.payload)
            elif (document := packet.meta()).get("type") == "title":
                self._queue(json.dumps(["title", str(document.get("text", ""))]))
            if self._unsent_bytes > _MOST_UNSENT:
                return SLOW
        return BROKE if await self._terminal.code() else LEFT

    async def _send(self) -> Ending:
        with suppress(ConnectionResetError):
            while True:
                data = await self._unsent.get()
                if isinstance(data, str):
                    await self._page.send_str(data)
                else:
                    await self._page.send_bytes(data)
                self._unsent_bytes -= len(data)
        return GONE

    def _queue(self, data: bytes | str) -> None:
        self._unsent_bytes += len(data)
        self._unsent.put_nowait(data)
