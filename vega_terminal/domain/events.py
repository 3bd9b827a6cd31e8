"""What can happen. Everything that a person or a program sees is folded from these.

Every event carries `at`, the UTC instant at which it happened. None carries a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vega_terminal.domain.failure import Failure
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.token import Verdict


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at` (UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class SlotEvent(Event):
    """Something that happened to one slot."""

    slot: str


# --- what is stored -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TokenLoaded(SlotEvent):
    """A token was found in the database; nothing is proven yet."""

    generated_at: datetime
    expires_at: datetime
    checked_at: datetime | None
    refused: bool


# --- a run ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """An execution began."""

    execution_id: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """An execution ended, with the exit code of contract section 1."""

    execution_id: str
    exit_code: int
    summary: str


@dataclass(frozen=True, slots=True)
class VerificationStarted(Event):
    """The named slots are being verified, all at once."""

    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotVerified(SlotEvent):
    """A verdict on one slot; `failure` tells why it is not VALID."""

    verdict: Verdict
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class DecisionTaken(Event):
    """Somebody, or the policy, decided what is generated."""

    slots: tuple[str, ...]
    decided_by: str


@dataclass(frozen=True, slots=True)
class LoginRequested(Event):
    """A login begins for the named slots."""

    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled(Event):
    """A verification or a run came to rest; the state follows from the tokens."""


# --- generation of one slot -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SlotStarted(SlotEvent):
    """The generation of one slot began."""


@dataclass(frozen=True, slots=True)
class StepReached(SlotEvent):
    """The generation of one slot reached a step."""

    step: LoginStep


@dataclass(frozen=True, slots=True)
class TokenIssued(SlotEvent):
    """The broker issued a token; it is not durable yet."""

    generated_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenHeld(SlotEvent):
    """The token is durable in the journal and waits for the database."""

    generated_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenStored(SlotEvent):
    """The token is in the database."""


@dataclass(frozen=True, slots=True)
class TokenReplayed(SlotEvent):
    """A held token is in the database now; the journal has let go of it."""

    generated_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenAdopted(SlotEvent):
    """Another host's token is held here now; nothing is proven yet."""

    generated_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenDiscarded(SlotEvent):
    """A held token was let go without being stored; the sentence says why."""

    why: str


@dataclass(frozen=True, slots=True)
class SignInBegun(SlotEvent):
    """The first click of a sign-in that counts at the broker is about to be made."""

    identity: str
    label: str


@dataclass(frozen=True, slots=True)
class SlotFailed(SlotEvent):
    """The generation of one slot ended without a token."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class SlotParked(SlotEvent):
    """A CAPTCHA stopped this slot; its tab stays open, the others go on."""


@dataclass(frozen=True, slots=True)
class SlotFinished(SlotEvent):
    """The generation of one slot ended with a durable token; `SlotVerified` told what it is worth."""


# --- the machine's one login -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoginLockTaken(Event):
    """This process alone may drive a browser now; `waited` for another one to let go."""

    waited: bool


@dataclass(frozen=True, slots=True)
class LoginLockReleased(Event):
    """Others may drive a browser again."""


@dataclass(frozen=True, slots=True)
class SignInsRearmed(Event):
    """A person allowed sign-ins of an identity again after it had come close to the broker's block."""

    identity: str
    label: str
    by: str


# --- cooldown, gate, database ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CooldownStarted(Event):
    """Nobody signs in with an identity before `until` (UTC); the reason says why."""

    identity: str
    label: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CooldownEnded(Event):
    """The cooldown of an identity is over."""

    identity: str


@dataclass(frozen=True, slots=True)
class GateProbed(Event):
    """The broker was asked with the PRIMARY token; `failure` is None when it answered 200."""

    failure: Failure | None


@dataclass(frozen=True, slots=True)
class GateOpened(Event):
    """PRIMARY is valid, durable and confirmed: the dashboard may open."""


@dataclass(frozen=True, slots=True)
class GateClosed(Event):
    """Readiness ended; the sentence says why."""

    why: str


@dataclass(frozen=True, slots=True)
class TokenExpired(SlotEvent):
    """03:30 IST passed for this slot's token."""


@dataclass(frozen=True, slots=True)
class DatabaseChanged(Event):
    """The database became usable or unusable.

    Attributes:
        state: how it does now.
        attempts: how often it was tried.
        pending: how many tokens wait for it.
        detail: a sentence for people; empty when all is well.
        holder: the program that holds it, where the system tells.
        again: whether it does as before, and only another attempt was made.
    """

    state: DatabaseState
    attempts: int
    pending: int
    detail: str
    holder: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Noticed(Event):
    """Something worth a line in the message list; changes no status."""

    text: str
