"""The ways that a notice can take, as a Protocol, and one try at one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final, Protocol

from vega_terminal.engine.defects import defect

if TYPE_CHECKING:
    from vega_terminal.notices.notice import Notice

LIMIT_SECONDS: Final = 10.0
"""What one channel gets for one notice."""


class NotDelivered(Exception):
    """A notice did not get through; the sentence says why, and never an address."""


class Channel(Protocol):
    """One way to reach people."""

    @property
    def name(self) -> str:
        """What it is, in a few words, such as `the desktop`."""
        ...

    @property
    def key(self) -> str:
        """The setting that it comes from."""
        ...

    async def deliver(self, notice: Notice) -> None:
        """Hand the notice over; cancelling leaves nothing behind.

        Raises:
            NotDelivered: it did not get through.
        """
        ...


async def attempt(work: Coroutine[Any, Any, None], seconds: float = LIMIT_SECONDS) -> str | None:
    """Do `work` within the limit; returns why it did not succeed, as a sentence, or None. Raises nothing."""
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()
        await asyncio.wait({task})
    if not done:
        return f"It took longer than {seconds:g} seconds and was ended."
    error = task.exception()
    if error is None:
        return None
    return str(error) if isinstance(error, NotDelivered) else defect(error).message
