"""One terminal as a process: started, spoken to, and ended."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.ui.web.order import Size, StartOrder
from vega_terminal.ui.web.packets import Packet, greeted, next_packet

_PATIENCE: Final = 45.0
"""Seconds that a terminal may take to end its run and its browser once nobody is there any more."""
_LAST_WORDS: Final = 2.0
"""Seconds that its output is read once it is gone: something that it started may hold it open."""
_LAST_LINES: Final = 20
_LAST_BYTES: Final = 8192
_DRAWING: Final = {
    "COLORTERM": "truecolor",
    "TERM": "xterm-256color",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
}


@dataclass(frozen=True, slots=True)
class Launch:
    """How terminals are started.

    Attributes:
        command: the program and its arguments; nothing secret stands among them.
        environment: of each terminal; here lie its settings.
        env_file: a settings file instead of `./.env`.
        patience: seconds until a terminal that does not end is killed.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    env_file: Path | None = None
    patience: float = _PATIENCE


class TerminalProcess:
    """A running terminal, in a session of its own: a Ctrl-C at the server is not for it."""

    def __init__(self, process: asyncio.subprocess.Process, patience: float) -> None:
        self._process = process
        self._patience = patience
        self._last_bytes = b""
        self._listening = asyncio.create_task(self._listen())
        self._greeted = False

    @classmethod
    async def start(cls, launch: Launch, size: Size) -> TerminalProcess:
        """Start a terminal of some size.

        Raises:
            OSError: no process could be started.
        """
        process = await asyncio.create_subprocess_exec(
            *launch.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**launch.environment, **_DRAWING},
            start_new_session=True,
        )
        terminal = cls(process, launch.patience)
        await terminal._write(StartOrder(size, launch.env_file).line())
        return terminal

    @property
    def last_words(self) -> tuple[str, ...]:
        """The last lines that it wrote to stderr."""
        return tuple(self._last_bytes.decode(errors="replace").splitlines()[-_LAST_LINES:])

    async def receive(self) -> Packet | None:
        """What it sends next; None when it has ended."""
        stdout = self._process.stdout
        if stdout is None:
            return None
        if not self._greeted and not await greeted(stdout):
            return None
        self._greeted = True
        return await next_packet(stdout)

    async def send(self, packet: Packet) -> None:
        """Send it something; nothing happens when it has ended."""
        await self._write(packet.encoded())

    async def code(self) -> int:
        """Wait until it has ended by itself; its exit code."""
        return await self._process.wait()

    async def end(self) -> int:
        """Hang up: it ends its run and its browser itself, or is killed. Returns its exit code."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        draining = asyncio.create_task(self._drain())
        try:
            async with asyncio.timeout(self._patience):
                await self._process.wait()
        except TimeoutError:
            self.kill()
        code = await self._process.wait()
        reading = {draining, self._listening}
        await asyncio.wait(reading, timeout=_LAST_WORDS)
        for task in reading:
            task.cancel()
        return code

    def kill(self) -> None:
        """End it at once, with all that it started; its browser dies with its driver."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def _write(self, data: bytes) -> None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError, ConnectionResetError):
                self._process.stdin.write(data)
                await self._process.stdin.drain()

    async def _drain(self) -> None:
        """Read what nobody wants to see any more, so that it never waits for a reader."""
        while self._process.stdout is not None and await self._process.stdout.read(65536):
            pass

    async def _listen(self) -> None:
        stderr = self._process.stderr
        while stderr is not None and (chunk := await stderr.read(4096)):
            self._last_bytes = (self._last_bytes + chunk)[-_LAST_BYTES:]
