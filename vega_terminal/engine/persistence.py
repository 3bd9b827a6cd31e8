"""Makes a token durable the moment it exists: journal first, then the database, then out of the journal."""

from __future__ import annotations

from vega_terminal.domain.errors import SlotError, StorageError
from vega_terminal.domain.events import TokenDiscarded, TokenHeld, TokenStored
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.adoption import NothingShared
from vega_terminal.engine.ports import ReplayBuffer, TokenSharing, TokenStore
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard


class TokenPersistence:
    """One way for good days and bad days; there are no deferred writes (seed 1 section 6).

    A token is held in the journal before anything else happens to it. It leaves the journal when the
    database was seen to have it, and only then.
    """

    def __init__(
        self,
        store: TokenStore,
        buffer: ReplayBuffer,
        registry: HotTokenRegistry,
        board: StatusBoard,
        sharing: TokenSharing | None = None,
    ) -> None:
        """Keep tokens; `sharing` lets other hosts take them over."""
        self._store = store
        self._buffer = buffer
        self._registry = registry
        self._board = board
        self._sharing = sharing or NothingShared()

    async def hold(self, token: AccessToken) -> int | None:
        """Make `token` survive whatever happens from here on, and tell it.

        Returns:
            The number to strike it by; None when the journal cannot be written and the database has it.

        Raises:
            SlotError: with STORAGE when neither journal nor database takes it.
        """
        try:
            sequence = await self._buffer.hold(token)
        except StorageError as error:
            await self._save_at_once(token, error)
            return None
        self._board.publish(TokenHeld(self._board.now(), token.slot, token.issued_at, token.expires_at))
        return sequence

    async def shelter(self, token: AccessToken) -> int | None:
        """Hold a token of which nothing is known yet, not even whether the broker made it: nothing is told.

        Returns:
            The number to strike it by; None when the journal cannot be written.
        """
        try:
            return await self._buffer.hold(token)
        except StorageError:
            return None

    async def turn_away(self, sequence: int | None) -> None:
        """Hold a sheltered token no longer: it is none."""
        if sequence is not None:
            await self._strike(sequence)

    async def adopt(self, token: AccessToken, sequence: int | None) -> int | None:
        """Tell that a sheltered token is held; without a journal the database gets it now, as in `hold`.

        Raises:
            SlotError: with STORAGE when neither journal nor database takes it.
        """
        if sequence is None:
            return await self.hold(token)
        self._board.publish(TokenHeld(self._board.now(), token.slot, token.issued_at, token.expires_at))
        return sequence

    async def keep(self, token: AccessToken, sequence: int | None) -> None:
        """Put a proven `token` into the database; one that has to wait for it stays held.

        Raises:
            SlotError: with LOGIN_BUSY when a newer login of another process has been faster.
        """
        self._registry.put(token)
        if sequence is not None:
            await self._into_database(token, sequence)
        await self._sharing.offer(token)

    async def _into_database(self, token: AccessToken, sequence: int) -> None:
        try:
            newest = await self._store.save(token)
            proven = await self._store.holds(token)
        except StorageError:
            return  # held; the database's recovery replays it
        if not newest:
            await self.let_go(token, sequence, _OVERTAKEN)
            raise SlotError(_overtaken(token))
        if proven:
            self._board.publish(TokenStored(self._board.now(), token.slot))
            await self._strike(sequence)

    async def let_go(self, token: AccessToken, sequence: int | None, why: str) -> None:
        """Hold a token no longer that must not be used; `why` is a sentence."""
        self._registry.drop(token)
        self._board.publish(TokenDiscarded(self._board.now(), token.slot, why))
        if sequence is not None:
            await self._strike(sequence)

    async def _save_at_once(self, token: AccessToken, trouble: StorageError) -> None:
        """Without a journal the database is all there is: it gets the token before it is proven."""
        try:
            newest = await self._store.save(token)
        except StorageError as error:
            message = f"{token.slot}: the token could be saved nowhere. {trouble} {error}"
            raise SlotError(Failure(FailureKind.STORAGE, message)) from error
        if not newest:
            raise SlotError(_overtaken(token))
        self._board.say(f"{token.slot}: saved to the database alone. {trouble}")
        self._board.publish(TokenStored(self._board.now(), token.slot))

    async def _strike(self, sequence: int) -> None:
        try:
            await self._buffer.strike([sequence])
        except StorageError as error:
            # Harmless: a second replay of the same token changes nothing.
            self._board.say(f"A saved token stays in the journal for now. {error}")


_OVERTAKEN = "Another process has stored the token of a newer login."


def _overtaken(token: AccessToken) -> Failure:
    return Failure(
        FailureKind.LOGIN_BUSY,
        f"{token.slot}: another process has stored the token of a newer login; this one was dropped."
        " Verify the newer one.",
    )
