"""The boards of the option chain, one for each set of columns."""

from __future__ import annotations

from vega_terminal.ui.views.option_columns import Preset, option_columns
from vega_terminal.ui.widgets.quote_board import QuoteBoard


class OptionChainBoard(QuoteBoard):
    """One set of columns; can put a row into the middle.

    Args:
        preset: the columns.
    """

    def __init__(self, preset: Preset) -> None:
        super().__init__(option_columns(preset), ages=False, id=f"chain-{preset.name.lower()}")
        self.preset = preset
        self._wished: str | None = None

    def centre_on(self, key: str) -> None:
        """Put the cursor on this row and the row into the middle, as soon as it is shown."""
        self._wished = key
        self._centre()

    def flush(self) -> None:
        """Rows may have come that somebody waits for."""
        super().flush()
        self._centre()

    def _centre(self) -> None:
        index = self._rows.index_of(self._wished)
        if index is None or not self._can_be_seen():
            return
        self._wished = None
        self._put_cursor(index)
        self.scroll_to(y=max(0, index - self._room() // 2), animate=False, force=True)
