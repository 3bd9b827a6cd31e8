"""Everything about one slot, with what the audit trail tells of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from textual import work

from vega_terminal.domain.errors import VegaError
from vega_terminal.ui.modals.record_details import RecordDetails
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.session import Session
from vega_terminal.ui.views.account import slot_records
from vega_terminal.ui.views.audit import AuditRow, audit_rows
from vega_terminal.ui.views.records import Record, Steps
from vega_terminal.ui.widgets.field_page import Sections

LOOKED_THROUGH: Final = 2000
"""How many of the newest records are read for the history."""

LONGEST_HISTORY: Final = 30


class SlotPage(RecordDetails):
    """The details of a slot; its history appears below as soon as the trail was read.

    Args:
        session: whose engine keeps the trail.
        steps: goes through the slots.
        record: the slot to begin with.
    """

    def __init__(self, session: Session, steps: Steps, record: Record) -> None:
        self._session = session
        self._trail: tuple[AuditRow, ...] | None = None
        self._trouble = "reading the audit trail ..."
        super().__init__("SLOT", steps, record)

    def sections(self) -> Sections:
        """The slot above its history, newest first."""
        return (*super().sections(), ("HISTORY FROM THE AUDIT TRAIL, NEWEST FIRST", self._history()))

    def on_mount(self) -> None:
        """The trail is read beside the screen."""
        self._read()

    @work(group="history", exclusive=True)
    async def _read(self) -> None:
        engine = self._session.engine
        if engine is None:
            self._trouble = "The engine is starting."
        else:
            try:
                records = await engine.book.records(LOOKED_THROUGH)
                self._trail = await asyncio.to_thread(audit_rows, records)
            except (VegaError, OSError) as error:
                self._trouble = f"The trail cannot be read now. {error}"
        self.show_page()

    def _history(self) -> tuple[tuple[str, str], ...]:
        if self._trail is None:
            return (("", safe_text(self._trouble)),)
        found = history_of(str(self.record.key), self._trail)
        if found:
            return tuple(row.headline() for row in found)
        return (("", f"Nothing of this slot in the last {len(self._trail):,} records."),)


def history_of(slot: str, trail: Sequence[AuditRow]) -> tuple[AuditRow, ...]:
    """What the trail tells of a slot, newest first."""
    return tuple([row for row in trail if row.record.slot == slot][: -LONGEST_HISTORY - 1 : -1])


class SlotSteps:
    """Goes through the slots where no list does."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self._at = session.status.slots.index(session.status.slot(name))

    @property
    def place(self) -> str:
        """Which of the slots it is."""
        return f"{self._at + 1} of {len(self._session.status.slots)}"

    @property
    def here(self) -> Record:
        """The slot that it stands on."""
        return slot_records(self._session.view())[self._at]

    def step(self, by: int) -> Record | None:
        """To the slot after or before; None at the end."""
        if not 0 <= self._at + by < len(self._session.status.slots):
            return None
        self._at += by
        return self.here


def page_of(session: Session, name: str) -> SlotPage:
    """The page of the slot called `name`, for a screen without a list of slots."""
    steps = SlotSteps(session, name)
    return SlotPage(session, steps, steps.here)
