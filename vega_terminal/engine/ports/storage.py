"""Where tokens are kept: the database, the buffer before it, and the way back after trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token as found on disk, with what was last known of it.

    Attributes:
        token: the token.
        checked_at: when the broker last gave a clear answer about it, UTC.
        refused: whether that answer was a refusal.
        held: whether it lies in the replay buffer and not (yet) in the database.
    """

    token: AccessToken
    checked_at: datetime | None
    refused: bool
    held: bool = False


class EpochSource(Protocol):
    """Numbers the logins."""

    async def next_epoch(self) -> int:
        """A number higher than any before, for one login.

        Raises:
            StorageError: it cannot be made sure of.
        """
        ...


class TokenStore(Protocol):
    """The single source of truth. Every method raises StorageError when the database cannot be used."""

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        """The stored token of each slot that has one; a token of another client id is none."""
        ...

    async def save(self, token: AccessToken) -> bool:
        """Store at once, in one statement; False when the database holds one of a higher epoch."""
        ...

    async def holds(self, token: AccessToken) -> bool:
        """Whether this very token, or one of a higher epoch, is committed; read back, not remembered."""
        ...

    async def record_verdicts(self, refused: Mapping[AccessToken, bool], at: datetime) -> None:
        """Remember the broker's clear answers, whether each refused, about these very tokens."""
        ...

    async def next_epoch(self) -> int:
        """A number higher than any before, for one login."""
        ...


@late_dataclass
class HeldToken:
    """A token in the replay buffer.

    Attributes:
        sequence: number of its record, drawn at random: no other record has it, so a late strike can
            never hit one that came after.
        token: what is held.
    """

    sequence: int
    token: AccessToken


class ReplayBuffer(Protocol):
    """Holds tokens that the database does not have yet. Every method raises StorageError when it cannot."""

    async def hold(self, token: AccessToken) -> int:
        """Hold `token`; durable on return. Returns the number to strike it by."""
        ...

    async def held(self) -> Sequence[HeldToken]:
        """Everything that is held, PRIMARY first, expired ones, too."""
        ...

    async def strike(self, sequences: Iterable[int]) -> None:
        """Hold these no longer; may be repeated."""
        ...


class TokenSharing(Protocol):
    """What hosts with the same roster and vault key have got for each other. Never raises: it is an extra."""

    async def offer(self, token: AccessToken) -> None:
        """Let the other hosts take `token` over, until it dies; a newer login's is not replaced."""
        ...

    async def offered(self, slots: Sequence[ApiSlot]) -> Sequence[AccessToken]:
        """The newest token of each slot that some host has offered, this one included."""
        ...


class RecoverableDatabase(Protocol):
    """The database's side of the lock flow (seed 3 section 8)."""

    def watch_trouble(self, listener: Callable[[StorageError], None]) -> None:
        """Call `listener` when a read or write failed; from then on every other one fails at once, too.

        That is the pause of all writes; only `reopen` ends it.
        """
        ...

    async def reopen(self) -> str | None:
        """Roll back, close, open again, check, and write down what was noted meanwhile.

        Returns:
            What the operator has to know, if anything: a damaged database was set aside.

        Raises:
            StorageError: it is not usable yet (DatabaseLocked: still held); it stays paused.
        """
        ...
