"""What the doctor found, one block a finding."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from vega_terminal.doctor.findings import Finding
from vega_terminal.ui.views.doctor import finding_lines
from vega_terminal.ui.widgets.painted import Painted

Findings = tuple[Finding, ...]


class FindingPage(Painted[Findings]):
    """Findings with their cures, wrapped."""

    def lines(self, value: Findings, width: int) -> tuple[Content, ...]:
        """All of them."""
        return finding_lines(value, width)


class FindingList(VerticalScroll):
    """Scrolls the findings where they are more than the screen holds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", "Up", show=False),
        Binding("j", "scroll_down", "Down", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The page."""
        yield FindingPage(())

    def show(self, findings: Findings) -> None:
        """Show these findings."""
        self.query_one(FindingPage).show(findings)
