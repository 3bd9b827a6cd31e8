"""The banner while the database cannot be used."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from vega_terminal.domain.status import DatabaseStatus
from vega_terminal.ui.views.database import banner_detail, banner_lines


class LockBanner(Static):
    """Three lines that stay as long as the trouble does; never a toast."""

    def __init__(self) -> None:
        super().__init__(id="lock-banner", markup=False)
        self._shown: DatabaseStatus | None = None

    def show(self, database: DatabaseStatus) -> None:
        """Show the banner for this state of the database, or nothing."""
        lines = banner_lines(database)
        self.display = bool(lines)
        if lines and database != self._shown:
            self._shown = database
            self.update("\n".join(lines))
            # As Content: a plain title is markup, and the name of a program is anybody's choice.
            self.border_title = Content(banner_detail(database))
