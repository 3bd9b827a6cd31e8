"""What other processes of this machine store while this one lives."""

from __future__ import annotations

from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.slots import Roster
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.status_board import StatusBoard

LOOK_SECONDS: Final = 5.0
"""How long a token of another process may be unknown here."""


class OutsideTokens:
    """Sees tokens that are stored and that the status does not know."""

    def __init__(self, shelf: TokenShelf, roster: Roster, board: StatusBoard, clock: Clock) -> None:
        self._shelf = shelf
        self._roster = roster
        self._board = board
        self._clock = clock

    async def arrived(self) -> tuple[str, ...]:
        """Wait until there are some; the names of their slots."""
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            if not self._board.status.running and (names := await self._strange()):
                return names

    async def _strange(self) -> tuple[str, ...]:
        try:
            stored = await self._shelf.load(self._roster.slots)
        except StorageError:  # the recovery tells of it, and what was missed is seen afterwards
            return ()
        if self._board.status.running:  # this process is about to make them itself
            return ()
        return tuple(
            slot.name
            for slot in self._board.status.slots
            if slot.name in stored and stored[slot.name].token.issued_at != slot.generated_at
        )
