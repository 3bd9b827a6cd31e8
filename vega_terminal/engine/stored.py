"""What is stored, as events: the status before anybody is asked."""

from __future__ import annotations

from vega_terminal.clock import Clock
from vega_terminal.domain.events import CooldownStarted, Settled, TokenHeld, TokenLoaded
from vega_terminal.domain.slots import Roster
from vega_terminal.engine.cooldown_span import ending_in, seconds_left
from vega_terminal.engine.ports import CooldownStore, StoredToken
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.status_board import StatusBoard


async def publish_tokens(shelf: TokenShelf, roster: Roster, board: StatusBoard) -> None:
    """Publish every durable token and let the state follow from them.

    Raises:
        StorageError: the database cannot be read.
    """
    for stored in (await shelf.load(roster.slots)).values():
        publish_token(stored, board)
    board.publish(Settled(board.now()))


async def publish_stored(
    shelf: TokenShelf, cooldowns: CooldownStore, roster: Roster, board: StatusBoard, clock: Clock
) -> None:
    """Publish tokens and running cooldowns, changing nothing in the store.

    Raises:
        StorageError: the database cannot be read.
    """
    await publish_tokens(shelf, roster, board)
    for record in await cooldowns.load_cooldowns():
        left = seconds_left(record, clock)
        if left and not record.provisional:
            cooldown = ending_in(record.cooldown, left, clock)
            board.publish(
                CooldownStarted(
                    board.now(),
                    cooldown.identity,
                    cooldown.label,
                    cooldown.until,
                    cooldown.reason,
                    again=True,
                )
            )


def publish_token(stored: StoredToken, board: StatusBoard) -> None:
    """Publish a stored token unless the status tells of it already."""
    token, known = stored.token, board.status.slot(stored.token.slot)
    same = known.generated_at == token.issued_at
    if same and (known.held if stored.held else known.persisted):
        return
    if stored.held:
        board.publish(TokenHeld(board.now(), token.slot, token.issued_at, token.expires_at))
        return
    board.publish(
        TokenLoaded(
            board.now(), token.slot, token.issued_at, token.expires_at, stored.checked_at, stored.refused
        )
    )
