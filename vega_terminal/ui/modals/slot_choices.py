"""A list of slots with a mark each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from vega_terminal.domain.decision import TokenCheckResult
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import fit
from vega_terminal.ui.views.slots import SIGNS


class SlotChoices(OptionList, inherit_bindings=False):
    """Space marks and unmarks. Enter is not its business: it says yes to the whole question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", "Up", show=False),
        Binding("down,j", "cursor_down", "Down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("space", "mark", "Mark", id="prompt.mark"),
    ]

    def __init__(self, checks: Sequence[TokenCheckResult], marked: Sequence[str]) -> None:
        self._checks = tuple(checks)
        self._marked = set(marked)
        super().__init__(*(Option(self._line(check)) for check in self._checks), id="choices", markup=False)

    @property
    def marked(self) -> frozenset[str]:
        """The names of the marked slots."""
        return frozenset(self._marked)

    def action_mark(self) -> None:
        """Mark or unmark the slot under the cursor."""
        if self.highlighted is None:
            return
        check = self._checks[self.highlighted]
        self._marked ^= {check.slot}
        self.replace_option_prompt_at_index(self.highlighted, self._line(check))

    def on_option_list_option_selected(self) -> None:
        """A click marks, too."""
        self.action_mark()

    def _line(self, check: TokenCheckResult) -> Content:
        sign = SIGNS[check.verdict]
        mark = "[x] " if check.slot in self._marked else "[ ] "
        why = safe_text(str(check.failure)) if check.failure else ""
        return Content.assemble(
            (mark, Tone.HEADING),
            fit(Content.styled(check.slot, Tone.STRONG), 18),
            fit(Content.styled(f"{sign.glyph} {check.verdict.value}", sign.tone), 19),
            (why, Tone.MUTED),
        )
