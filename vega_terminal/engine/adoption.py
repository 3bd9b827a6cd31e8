"""Takes over the tokens that another host has got, so that one sign-in serves every host."""

from __future__ import annotations

from collections.abc import Sequence

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.events import TokenAdopted
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import ReplayBuffer, StoredToken, TokenSharing
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.engine.status_board import StatusBoard


class NothingShared:
    """Implements `TokenSharing` for a machine that knows of no other."""

    async def offer(self, _token: AccessToken) -> None:
        """Nobody takes it."""

    async def offered(self, _slots: Sequence[ApiSlot]) -> Sequence[AccessToken]:
        """Nobody offers anything."""
        return ()


class TokenAdoption:
    """Brings other hosts' tokens the way of one's own: journal first, then the database. Proves nothing."""

    def __init__(
        self,
        sharing: TokenSharing,
        shelf: TokenShelf,
        buffer: ReplayBuffer,
        replay: TokenReplay,
        board: StatusBoard,
    ) -> None:
        self._sharing = sharing
        self._shelf = shelf
        self._buffer = buffer
        self._replay = replay
        self._board = board

    async def adopt(self, slots: Sequence[ApiSlot]) -> bool:
        """Take over what is newer than what is stored here; whether anything was. It is to be verified.

        Raises:
            StorageError: the stored tokens cannot be read.
        """
        offered = await self._sharing.offered(slots)
        if not offered:
            return False
        stored = await self._shelf.load(slots)
        newer = [token for token in offered if self._is_newer(token, stored.get(token.slot))]
        return await to_the_end(self._take_over(newer))

    def _is_newer(self, token: AccessToken, stored: StoredToken | None) -> bool:
        alive = not token.is_expired(self._board.now())
        return alive and (stored is None or token.epoch > stored.token.epoch)

    async def _take_over(self, tokens: Sequence[AccessToken]) -> bool:
        try:
            for token in tokens:
                await self._buffer.hold(token)
                now = self._board.now()
                self._board.publish(TokenAdopted(now, token.slot, token.issued_at, token.expires_at))
            await self._replay.run()
        except StorageError as error:
            # What is held already counts; what could not be held is got by a sign-in as ever.
            self._board.say(f"Tokens of another host are not in the database yet. {error}")
        return bool(tokens)
