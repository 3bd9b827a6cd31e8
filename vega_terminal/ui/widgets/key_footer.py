"""The keys at the foot of a screen or a question."""

from __future__ import annotations

from textual.binding import Binding
from textual.widgets import Footer

_Shown = tuple[tuple[Binding, bool, str], ...]


class KeyFooter(Footer):
    """What can be pressed here, made anew only when another key, word or state is to stand there.

    Textual asks for that whenever the focus moves and whenever keys may have changed: several times for each
    screen that is entered, mostly for the very same keys.

    Args:
        compact: whether the keys stand close together.
    """

    def __init__(self, *, compact: bool = False) -> None:
        super().__init__(show_command_palette=False, compact=compact)
        self._shown: _Shown | None = None

    async def recompose(self) -> None:
        """Make the keys anew, unless they are there already; a screen that is gone needs none."""
        if not self.is_attached:
            return
        wanted = self._wanted()
        if wanted != self._shown:
            self._shown = wanted
            await super().recompose()

    def _wanted(self) -> _Shown:
        active = self.screen.active_bindings.values()
        return tuple((one.binding, one.enabled, one.tooltip) for one in active if one.binding.show)
