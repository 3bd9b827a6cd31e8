"""What is stored, as events: the status before anybody is asked."""

from __future__ import annotations

from datetime import datetime

from vega_terminal.domain.events import CooldownStarted, Settled, TokenLoaded
from vega_terminal.domain.slots import Roster
from vega_terminal.engine.ports import CooldownStore, StoredToken, TokenStore
from vega_terminal.engine.status_board import StatusBoard


async def publish_tokens(store: TokenStore, roster: Roster, board: StatusBoard) -> None:
    """Publish every stored token and let the state follow from them.

    Raises:
        StorageError: the database cannot be read.
    """
    for stored in (await store.load(roster.slots)).values():
        board.publish(_loaded(stored, board.now()))
    board.publish(Settled(board.now()))


async def publish_stored(
    tokens: TokenStore, cooldowns: CooldownStore, roster: Roster, board: StatusBoard
) -> None:
    """Publish tokens and running cooldowns, changing nothing in the store.

    Raises:
        StorageError: the database cannot be read.
    """
    await publish_tokens(tokens, roster, board)
    now = board.now()
    for cooldown in await cooldowns.load_cooldowns():
        if cooldown.remaining(now):
            board.publish(
                CooldownStarted(now, cooldown.identity, cooldown.label, cooldown.until, cooldown.reason)
            )


def _loaded(stored: StoredToken, now: datetime) -> TokenLoaded:
    token = stored.token
    return TokenLoaded(now, token.slot, token.issued_at, token.expires_at, stored.checked_at, stored.refused)
