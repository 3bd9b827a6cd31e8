"""The way by approval: the broker asks the app's user on the phone, and sends the token by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vega_terminal.domain.token import IssuedToken


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell while an approval is waited for, in a sentence; the wait goes on."""

    text: str


class TokenOffer(Protocol):
    """A whole token that claims to be the answer. It is not signed: anybody may have sent it."""

    @property
    def issued(self) -> IssuedToken:
        """What came."""
        ...

    def acknowledge(self) -> None:
        """Tell the sender that it arrived: it is durable, or nothing to keep. Once told, it stays told."""
        ...

    def decline(self) -> None:
        """Tell the sender that it could not be kept; who is in earnest may send it again."""
        ...


class Asked(Protocol):
    """The broker was asked for a slot, and a person has until `until` (UTC) to approve."""

    @property
    def until(self) -> datetime:
        """When the wait is given up, UTC."""
        ...

    async def answer(self) -> TokenOffer | Remark | None:
        """What comes next; None when the time is up and nothing that came before is left.

        Cancelling loses nothing: what was not returned is not acknowledged.
        """
        ...

    async def close(self, *, done: bool) -> None:
        """Wait no longer; `done` tells whether the slot has its token. May be repeated."""
        ...
