"""One connection of the server, with the limits that uvicorn leaves to a proxy in front of it."""

from __future__ import annotations

import asyncio
import logging
import sys
from http import HTTPStatus
from typing import Any, ClassVar, Final

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from vega_terminal.api.limits import Limits
from vega_terminal.api.problems import BAD_REQUEST, HEAD_TOO_LARGE, TOO_MANY, TOO_SLOW, Problem
from vega_terminal.api.strangers import KNOWN, Strangers
from vega_terminal.api.unread import UnreadLimit

_logger: Final = logging.getLogger(__name__)
_logger.setLevel(logging.CRITICAL)  # the guard tells of every defect, and whoever has no token fills no log


class LimitedConnection(H11Protocol):
    """Ends a connection that takes too long to ask or to read, or that is one too many."""

    limits: ClassVar[Limits]
    strangers: ClassVar[Strangers]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, KNOWN: self._become_known}, _loop)
        self.logger = _logger
        self._header_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent
        """Let it in if there is room, and begin to wait for the first request."""
        super().connection_made(transport)
        self._unread = UnreadLimit(self.loop, transport, self.limits.send_seconds)
        transport.set_write_buffer_limits(0)  # whatever is not taken at once counts as unread
        if len(self.connections) > self.limits.connections and not self.strangers.make_room():
            self._refuse(TOO_MANY)
        else:
            self.strangers.come(self)
            self._watch_header()

    def data_received(self, data: bytes) -> None:
        """Take what came; from here to the last header the time is limited."""
        super().data_received(data)
        self._watch_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_timer()
        self._unread.end()
        self.strangers.leave(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Something waits to be read."""
        super().pause_writing()
        self._unread.begin()

    def resume_writing(self) -> None:
        """Everything was read."""
        super().resume_writing()
        self._unread.end()

    def abort(self) -> None:
        """End it at once, whatever was not read."""
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the parent's words are for its log
        """Refuse what is no HTTP, in the same form as every other refusal."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._refuse(_problem_of(sys.exception()))
        else:
            self.abort()

    def _watch_header(self) -> None:
        """Limit the time as long as no request is being answered."""
        cycle: RequestResponseCycle | None = self.cycle  # its parent leaves it out before the first request
        if cycle is not None and not cycle.response_complete:
            self._stop_timer()
        elif self._header_timer is None:
            self._header_timer = self.loop.call_later(self.limits.header_seconds, self._refuse, TOO_SLOW)

    def on_response_complete(self) -> None:
        """Wait for the next request; what follows of the last one's body counts as waiting, too."""
        self._stop_timer()
        super().on_response_complete()

    def _refuse(self, problem: Problem) -> None:
        """Answer without the application, and close."""
        if not self.transport.is_closing():
            self.transport.write(_raw(problem))
            self.transport.close()

    def _become_known(self) -> None:
        self.strangers.leave(self)

    def _stop_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None


def limited(connection_limits: Limits) -> type[LimitedConnection]:
    """The connections of a server with these limits."""

    class Connection(LimitedConnection):
        limits = connection_limits
        strangers = Strangers(connection_limits.stranger_seconds)

    return Connection


def _problem_of(error: BaseException | None) -> Problem:
    """What h11 found, which its caller keeps to itself."""
    too_large = isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == 431
    return HEAD_TOO_LARGE if too_large else BAD_REQUEST


def _raw(problem: Problem) -> bytes:
    """The answer as it stands on the wire."""
    headers = {
        **dict(problem.headers),
        "Content-Type": "application/json",
        "Content-Length": str(len(problem.body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + problem.body
