"""Reads and proves the audit trail for the screens; what was read last stays when a read fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VegaError
from vega_terminal.engine.ports.audit import AuditBook, AuditRecord
from vega_terminal.ui.views.audit import AuditRow, audit_rows, merged
from vega_terminal.ui.views.audit_proof import TrailState

PAGE: Final = 500
"""How many records are read at first, and how many of the newest each time after that."""


class TrailReader:
    """Keeps what was read last.

    Args:
        book: reads and proves.
        clock: dates what was read.
        changed: called after every change of `rows` or `state`.

    Attributes:
        rows: what was read last, oldest first.
        state: how fresh it is, and what is known of its wholeness.
    """

    def __init__(self, book: AuditBook, clock: Clock, changed: Callable[[], None]) -> None:
        self.rows: tuple[AuditRow, ...] = ()
        self.state = TrailState()
        self._book = book
        self._clock = clock
        self._changed = changed

    async def read(self) -> None:
        """Read the newest records and add them to those that are known."""
        fresh = await self._read(PAGE)
        if fresh is not None:
            self._take(merged(self.rows, await asyncio.to_thread(audit_rows, fresh)))

    async def read_all(self) -> None:
        """Read the whole trail."""
        everything = await self._read(None)
        if everything is not None:
            self._take(await asyncio.to_thread(audit_rows, everything))

    async def prove(self) -> None:
        """Check the whole trail."""
        self._tell(is_proving=True, proof_trouble=None)
        try:
            proof = await self._book.verify()
        except (VegaError, OSError) as error:
            self._tell(is_proving=False, proof=None, proof_trouble=str(error))
        else:
            self._tell(is_proving=False, proof=proof, proven_at=self._clock.now())

    @property
    def title(self) -> str:
        """What of the trail is in the list."""
        return "AUDIT TRAIL  the newest" if self.rows and self.rows[0].record.seq > 1 else "AUDIT TRAIL"

    async def _read(self, limit: int | None) -> Sequence[AuditRecord] | None:
        try:
            return await self._book.records(limit)
        except (VegaError, OSError) as error:
            self._tell(trouble=str(error))
            return None

    def _take(self, rows: tuple[AuditRow, ...]) -> None:
        self.rows = rows
        newest = rows[-1].record.seq if rows else 0
        self._tell(newest=newest, read_at=self._clock.now(), trouble=None)

    def _tell(self, **changes: Any) -> None:  # noqa: ANN401 - the attributes of `TrailState`
        self.state = replace(self.state, **changes)
        self._changed()
