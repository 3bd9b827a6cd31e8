"""Which apps' users were asked and have not answered, on disk: nobody is asked twice for one approval."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vega_terminal.private_files import replace_file

FILE_NAME: Final = "approvals.json"
_LARGEST: Final = 64 * 1024


class OpenRequests:
    """Remembers when each app's user was asked, also for the next process.

    Whoever uses it holds the machine's login, so there is one writer at a time. A file that cannot be read
    or written costs no more than a second question on somebody's phone.
    """

    def __init__(self, folder: Path, patience: timedelta) -> None:
        """Keep them in `folder`; a request is open for `patience`."""
        self._path = folder / FILE_NAME
        self._patience = patience
        self._turn = asyncio.Lock()

    async def asked_at(self, client_id: str, now: datetime) -> datetime | None:
        """When the app's user was asked (UTC), if that is still open at `now`."""
        async with self._turn:
            asked = await asyncio.to_thread(self._read)
        found = asked.get(_name(client_id))
        return found if found is not None and found <= now < found + self._patience else None

    async def note(self, client_id: str, now: datetime) -> None:
        """The app's user is asked at `now` (UTC); on disk on return.

        Raises:
            OSError: it cannot be written.
        """
        async with self._turn:
            await asyncio.to_thread(self._change, lambda asked: asked.update({_name(client_id): now}), now)

    async def forget(self, client_id: str, now: datetime) -> None:
        """The request is answered, or was not made.

        Raises:
            OSError: it cannot be written.
        """
        async with self._turn:
            await asyncio.to_thread(self._change, lambda asked: asked.pop(_name(client_id), None), now)

    def _change(self, change: Callable[[dict[str, datetime]], object], now: datetime) -> None:
        asked = self._read()
        change(asked)
        recent = {name: at.isoformat() for name, at in asked.items() if now < at + self._patience}
        replace_file(self._path, json.dumps({"asked": recent}, indent=1))

    def _read(self) -> dict[str, datetime]:
        try:
            with self._path.open("rb") as file:
                document = json.loads(file.read(_LARGEST))
            found = {str(name): datetime.fromisoformat(at) for name, at in document["asked"].items()}
        except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
            return {}
        return {name: at for name, at in found.items() if at.tzinfo is not None}


def _name(client_id: str) -> str:
    """The app by a digest: its API key has no business in a file."""
    return hashlib.sha256(client_id.encode()).hexdigest()[:16]
