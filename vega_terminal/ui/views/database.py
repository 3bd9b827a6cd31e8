"""The database as the banner and the status line show it."""

from __future__ import annotations

from typing import Final

from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import DatabaseStatus
from vega_terminal.ui.safe_text import safe_text

LOCK_LINES: Final = (
    "⚠ Database temporarily locked.",
    "Access tokens are safely held in memory.",
    "Auto-recovery in progress.",
)
"""The contract's three lines (section 6)."""


def banner_lines(database: DatabaseStatus) -> tuple[str, ...]:
    """The banner while the database is not usable; nothing while it is."""
    return () if database.state is DatabaseState.OK else LOCK_LINES


def banner_detail(database: DatabaseStatus) -> str:
    """State, who holds it, attempts and how many tokens wait, for the banner's edge."""
    by = f" by {safe_text(database.holder)}" if database.holder else ""
    return f"{database.state}{by} · attempt {database.attempts} · {database.pending} held"
