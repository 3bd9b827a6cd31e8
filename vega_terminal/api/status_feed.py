"""Every change of the status document, for any number of readers: a slow one gets the newest."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any, Final

from vega_terminal.domain.document import status_document
from vega_terminal.domain.events import Event
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.status_board import StatusBoard

HEARTBEAT_SECONDS: Final = 15.0
HEARTBEAT: Final = b": alive\n\n"
"""A comment of the event stream: clients drop it, proxies see that the connection lives."""
_RETRY: Final = b"retry: 2000\n"
"""Milliseconds after which a client comes back."""
_COUNTDOWN: Final = "cooldownRemainingSec"


class StatusFeed:
    """Makes one event of each change, once for all readers, and keeps only the newest.

    Many events of the engine within one turn of the loop make one change. The countdown of a cooldown alone
    is none: a reader counts for itself.
    """

    def __init__(self, board: StatusBoard) -> None:
        self._board = board
        self._run = secrets.token_hex(4)
        self._number = 0
        self._seen: tuple[object, ...] = ()
        self._frame = b""
        self._changed = asyncio.Event()
        self._due: asyncio.Handle | None = None
        self._closed = False
        self._look()
        self._unwatch = board.watch(self._note)

    async def frames(self, heartbeat: float = HEARTBEAT_SECONDS) -> AsyncGenerator[bytes, None]:
        """The document as it is, then each change of it, until the feed is closed.

        Args:
            heartbeat: seconds without a change after which a comment is sent.
        """
        yield _RETRY + self._frame
        number = self._number
        while not self._closed:
            if number != self._number:
                number = self._number
                yield self._frame
            elif not await self._change_within(heartbeat):
                yield HEARTBEAT

    def close(self) -> None:
        """Let every reader go."""
        self._unwatch()
        self._closed = True
        if self._due is not None:
            self._due.cancel()
        self._changed.set()

    async def _change_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def _note(self, _event: Event, _status: AuthStatus) -> None:
        if self._due is None:
            self._due = asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        """Make an event of the present document if it is another one than the last."""
        self._due = None
        status, now = self._board.status, self._board.now()
        document = status_document(status, now)
        seen = _fingerprint(document, status)
        if seen != self._seen:
            self._seen = seen
            self._number += 1
            self._frame = self._event(document)
            self._changed.set()
            self._changed = asyncio.Event()

    def _event(self, document: dict[str, Any]) -> bytes:
        data = json.dumps(document, separators=(",", ":"))
        return f"event: status\nid: {self._run}-{self._number}\ndata: {data}\n\n".encode()


def _fingerprint(document: dict[str, Any], status: AuthStatus) -> tuple[str, datetime | None]:
    """What makes a document another one: everything in it but the countdown, of which the deadline counts."""
    deadline = max((cooldown.until for cooldown in status.cooldowns), default=None)
    return json.dumps(document | {_COUNTDOWN: 0}), deadline
