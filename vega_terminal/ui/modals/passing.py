"""The base of pages that only tell something: they go by themselves when anything more important comes."""

from __future__ import annotations

from textual.screen import ModalScreen


class PassingModal(ModalScreen[None]):
    """Help and details: no question is lost when they go."""

    def action_close(self) -> None:
        """Back to the screen beneath."""
        self.dismiss()
