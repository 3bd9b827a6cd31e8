"""What is kept across processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.status import Cooldown
from vega_terminal.domain.token import AccessToken


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token as found in the database, with what was last known of it."""

    token: AccessToken
    checked_at: datetime | None
    refused: bool


class TokenStore(Protocol):
    """The single source of truth. Every method raises StorageError when the database cannot be used."""

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        """The stored token of each slot that has one; a token of another client id is none."""
        ...

    async def save(self, token: AccessToken) -> bool:
        """Store at once, in one statement; False when the database holds one of a higher epoch."""
        ...

    async def record_verdict(self, token: AccessToken, *, refused: bool, at: datetime) -> None:
        """Remember the broker's clear answer about this very token."""
        ...

    async def next_epoch(self) -> int:
        """A number higher than any before, for one login."""
        ...


class CooldownStore(Protocol):
    """Cooldowns survive the process."""

    async def load_cooldowns(self) -> Sequence[Cooldown]:
        """Every cooldown on record, also those that are over."""
        ...

    async def save_cooldown(self, cooldown: Cooldown) -> None:
        """Record or replace the cooldown of its identity."""
        ...

    async def clear_cooldown(self, identity: str) -> None:
        """Forget the cooldown of an identity."""
        ...


@dataclass(frozen=True, slots=True)
class SignInRecord:
    """What is known of an identity's sign-ins.

    Attributes:
        last_sign_in: when the last sign-in began, UTC.
        last_otp_step: the authenticator's time-step (30 s since the epoch) last used.
    """

    last_sign_in: datetime | None = None
    last_otp_step: int | None = None


class SignInLedger(Protocol):
    """Remembers sign-ins across processes, so that nothing is used or tried twice."""

    async def sign_in_record(self, identity: str) -> SignInRecord:
        """What is on record for an identity; an empty record for a new one."""
        ...

    async def record_sign_in(self, identity: str, at: datetime) -> None:
        """Record that a sign-in begins now, before the first click."""
        ...

    async def claim_otp_step(self, identity: str, step: int) -> bool:
        """Record that the OTP of `step` is used; False when that step or a later one already was."""
        ...
