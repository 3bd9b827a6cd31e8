"""Notices to a program of the operator's own: one JSON document on its stdin, no shell, no secret."""

from __future__ import annotations

import json
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from typing import Final

from vega_terminal.child_session import child_session
from vega_terminal.notices.channel import NotDelivered
from vega_terminal.notices.notice import Notice

_OURS: Final = ("UPSTOX_", "VEGA_", "CREDENTIALS_DIRECTORY")
"""What the environment may hold secrets of ours under; a program that is told of things needs none of it."""


class CommandChannel:
    """Starts the program anew for each notice, in a session of its own, so that its children end with it."""

    name: Final = "the command"
    key: Final = "VEGA_NOTIFY_COMMAND"

    def __init__(self, command: tuple[str, ...], environ: Mapping[str, str]) -> None:
        """Run `command` with what is harmless of `environ`."""
        self._command = command
        self._environ = {key: value for key, value in environ.items() if not key.startswith(_OURS)}

    async def deliver(self, notice: Notice) -> None:
        """Run it to its end; at a cancellation it is killed with all its children."""
        try:
            async with child_session(*self._command, environ=self._environ, stdin=PIPE) as process:
                await process.communicate(json.dumps(notice.document()).encode())
        except OSError as error:
            raise NotDelivered(
                f"The program {self._command[0]} could not be started ({error.strerror})."
            ) from error
        if process.returncode != 0:
            raise NotDelivered(f"The program {self._command[0]} ended with exit code {process.returncode}.")
