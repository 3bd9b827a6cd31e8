"""Makes a token durable the moment it exists."""

from __future__ import annotations

from vega_terminal.domain.errors import SlotError, StorageError
from vega_terminal.domain.events import DatabaseChanged, DatabaseState, TokenStored
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import TokenStore
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard


class TokenPersistence:
    """Writes each token at once and on its own; there are no deferred writes (seed 1 section 6)."""

    def __init__(self, store: TokenStore, registry: HotTokenRegistry, board: StatusBoard) -> None:
        self._store = store
        self._registry = registry
        self._board = board

    async def keep(self, token: AccessToken) -> None:
        """Store `token` and tell it.

        Raises:
            SlotError: with STORAGE when the database cannot take it, with LOGIN_BUSY when a newer login
                of another process has been faster.
        """
        try:
            newest = await self._store.save(token)
        except StorageError as error:
            self._tell(DatabaseState.UNAVAILABLE, str(error))
            raise SlotError(
                Failure(FailureKind.STORAGE, f"{token.slot}: the token could not be saved. {error}")
            ) from error
        if self._board.status.database.state is not DatabaseState.OK:
            self._tell(DatabaseState.OK, "")
        if not newest:
            raise SlotError(_overtaken(token))
        self._registry.put(token)
        self._board.publish(TokenStored(self._board.now(), token.slot))

    def _tell(self, state: DatabaseState, detail: str) -> None:
        pending = self._board.status.database.pending
        self._board.publish(DatabaseChanged(self._board.now(), state, 1, pending, detail))


def _overtaken(token: AccessToken) -> Failure:
    return Failure(
        FailureKind.LOGIN_BUSY,
        f"{token.slot}: another process has stored the token of a newer login; this one was dropped."
        " Press v to verify the newer one.",
    )
