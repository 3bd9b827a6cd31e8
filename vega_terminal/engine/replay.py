"""Carries held tokens over into the database once it takes them (seed 3 section 8)."""

from __future__ import annotations

from vega_terminal.domain.events import TokenDiscarded, TokenReplayed
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import HeldToken, ReplayBuffer, TokenStore
from vega_terminal.engine.status_board import StatusBoard

EXPIRED = "It ended at 03:30 IST before the database took it."
OVERTAKEN = "The database has the token of a newer login."


class TokenReplay:
    """PRIMARY first, each on its own, at most once; nothing leaves the journal before it is proven saved."""

    def __init__(self, store: TokenStore, buffer: ReplayBuffer, roster: Roster, board: StatusBoard) -> None:
        self._store = store
        self._buffer = buffer
        self._names = frozenset(roster.names)
        self._board = board

    async def run(self) -> int:
        """Replay everything that is held; returns how many tokens reached the database.

        May be repeated after any failure: what was done is done, and the rest is still held.

        Raises:
            StorageError: journal or database failed; nothing was lost.
        """
        return sum([await self._replay(held) for held in await self._buffer.held()])

    async def _replay(self, held: HeldToken) -> bool:
        token = held.token
        if token.is_expired(self._board.now()):
            await self._discard(held, EXPIRED)
            return False
        if not await self._store.save(token):
            await self._discard(held, OVERTAKEN)
            return False
        if not await self._store.holds(token):
            return False
        # Told first: if the process dies in between, the audit knows of it and a second replay is harmless.
        self._tell_replayed(token)
        await self._buffer.strike([held.sequence])
        return True

    async def _discard(self, held: HeldToken, why: str) -> None:
        if held.token.slot in self._names:
            self._board.publish(TokenDiscarded(self._board.now(), held.token.slot, why))
        else:
            self._board.say(f"{held.token.slot}: the held token was let go. {why}")
        await self._buffer.strike([held.sequence])

    def _tell_replayed(self, token: AccessToken) -> None:
        now = self._board.now()
        if token.slot in self._names:
            self._board.publish(TokenReplayed(now, token.slot, token.issued_at, token.expires_at))
        else:
            text = f"{token.slot}: the held token is in the database now; the roster lacks the slot."
            self._board.say(text)
