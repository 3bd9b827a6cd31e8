"""What is stored, as events: the status before anybody is asked."""

from __future__ import annotations

from vega_terminal.domain.events import CooldownStarted, Settled, TokenLoaded
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.ports import CooldownStore, StoredToken, TokenStore
from vega_terminal.engine.status_board import StatusBoard


async def publish_tokens(store: TokenStore, roster: Roster, board: StatusBoard) -> None:
    """Publish every stored token and let the state follow from them.

    Raises:
        StorageError: the database cannot be read.
    """
    for stored in (await store.load(roster.slots)).values():
        publish_token(stored, board)
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


def publish_token(stored: StoredToken, board: StatusBoard) -> None:
    """Publish a stored token unless the status tells of it already; one that is held for it is newer."""
    token, known = stored.token, board.status.slot(stored.token.slot)
    told = known.persisted and known.generated_at == token.issued_at
    if told or known.verdict is Verdict.PENDING_PERSIST:
        return
    board.publish(
        TokenLoaded(
            board.now(), token.slot, token.issued_at, token.expires_at, stored.checked_at, stored.refused
        )
    )
