"""Sentences for the operator that come up before anybody listens: kept, and told once somebody does."""

from __future__ import annotations

from vega_terminal.engine.status_board import StatusBoard


class Notices:
    """Takes sentences from the first moment on. A board forgets what nobody watched."""

    def __init__(self, board: StatusBoard) -> None:
        self._board = board
        self._early: list[str] | None = []

    def __call__(self, text: str) -> None:
        """Tell `text`, now or as soon as somebody listens."""
        if self._early is None:
            self._board.say(text)
        else:
            self._early.append(text)

    def release(self) -> None:
        """Somebody listens from now on: tell what was kept, and everything else at once."""
        early, self._early = self._early or [], None
        for text in early:
            self._board.say(text)
