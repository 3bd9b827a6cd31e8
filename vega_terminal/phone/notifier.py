"""The listener for the broker's answers: POST, JSON, one secret path, small and quick, or nothing."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import h11

from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.phone.conversation import WrongCall, answered, read_call

READ_SECONDS: Final = 10.0
"""For one whole call, head and body; whoever is slower is hung up on."""
KEEP_SECONDS: Final = 30.0
"""Until a message is on disk; after that its sender is told to send it again."""
STOP_SECONDS: Final = 2.0
MOST_OPEN: Final = 128
"""Calls at once that are not yet known to be right; with one more, the oldest of them is hung up on."""
_HEAD_BYTES: Final = 8192
_FREE_MISTAKES: Final = 10
_LONGEST_PAUSE: Final = 2.0

Receive = Callable[[bytes], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where answers are taken. The path is secret: it is all that tells a call of the broker from another."""

    host: str
    port: int
    path: Secret


class Notifier:
    """Listens while it is started. A wrong call learns nothing and, after a few, waits for its answer."""

    def __init__(self, place: Place, receive: Receive, clock: Clock) -> None:
        """Listen at `place`; `receive` takes the body of each right call and says whether it was kept."""
        self._place = place
        self._receive = receive
        self._clock = clock
        self._server: asyncio.Server | None = None
        self._unproven: dict[asyncio.Task[None], None] = {}
        self._right: set[asyncio.Task[None]] = set()
        self._mistakes = 0

    @property
    def port(self) -> int:
        """The port that is listened on; 0 while nothing is."""
        sockets = self._server.sockets if self._server is not None else ()
        return int(sockets[0].getsockname()[1]) if sockets else 0

    async def start(self) -> None:
        """Listen; nothing happens when it does already.

        Raises:
            OSError: the port is taken, or the host is not this machine's.
        """
        if self._server is None:
            # What holds the port is known before anything is waited for: whoever is cut off can let it go.
            self._server = await asyncio.start_server(
                self._accept, self._place.host, self._place.port, start_serving=False
            )
            await self._server.start_serving()

    async def stop(self) -> None:
        """Take no more calls; those whose message is judged already get their answer."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        if self._right:
            await asyncio.wait(set(self._right), timeout=STOP_SECONDS)
        left = {*self._unproven, *self._right}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
        await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection is made: one call may come on it. The oldest that has not proven right makes room."""
        if len(self._unproven) >= MOST_OPEN:
            next(iter(self._unproven)).cancel()
        task = asyncio.ensure_future(self._call(reader, writer))
        self._unproven[task] = None
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._unproven.pop(task, None)
        self._right.discard(task)

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_BYTES)
        try:
            status = await self._status(connection, reader, writer)
            await answered(connection, writer, status)
        except (OSError, asyncio.CancelledError):
            pass  # whoever called is gone, or hung up on
        finally:
            writer.close()

    async def _status(
        self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> int:
        """Read the call and do what it asks for; the status of its answer."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                path, body = await read_call(connection, reader, writer)
        except WrongCall as wrong:
            return await self._after_pause(wrong.status)
        except TimeoutError:
            return 408
        if not hmac.compare_digest(path, self._place.path.reveal().encode()):
            return await self._after_pause(404)
        self._promote()
        return 200 if await self._kept(body) else 503

    def _promote(self) -> None:
        """The call under way is right: nothing hangs up on it any more."""
        task = next(each for each in self._unproven if each is asyncio.current_task())
        del self._unproven[task]
        self._right.add(task)

    async def _kept(self, body: bytes) -> bool:
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                return await self._receive(body)
        except TimeoutError:
            return False

    async def _after_pause(self, status: int) -> int:
        """The more wrong calls there were, the longer each of them waits; right ones never do."""
        self._mistakes += 1
        over = self._mistakes - _FREE_MISTAKES
        if over > 0:
            await self._clock.sleep(min(_LONGEST_PAUSE, 0.05 * over))
        return status
