"""What can happen. Everything that a person or a program sees is folded from these.

Every event carries `at`, the UTC instant at which it happened. None carries a secret.
"""

from __future__ import annotations

from datetime import datetime

from vega_terminal.domain.failure import Failure
from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.token import Verdict


@late_dataclass
class Event:
    """Something that happened at `at` (UTC)."""

    at: datetime


@late_dataclass
class SlotEvent(Event):
    """Something that happened to one slot."""

    slot: str


# --- what is stored -------------------------------------------------------------------------------


@late_dataclass
class TokenLoaded(SlotEvent):
    """A token was found in the database; nothing is proven yet."""

    generated_at: datetime
    expires_at: datetime
    checked_at: datetime | None
    refused: bool


@late_dataclass
class FailureRecalled(SlotEvent):
    """Why an earlier run, maybe of another process, left the slot without a token; the sentence says when."""

    failure: Failure


# --- a run ----------------------------------------------------------------------------------------


@late_dataclass
class RunStarted(Event):
    """An execution began."""

    execution_id: str
    requested_by: str


@late_dataclass
class RunFinished(Event):
    """An execution ended, with the exit code of contract section 1."""

    execution_id: str
    exit_code: int
    summary: str


@late_dataclass
class VerificationStarted(Event):
    """The named slots are being verified, all at once."""

    slots: tuple[str, ...]


@late_dataclass
class SlotVerified(SlotEvent):
    """A verdict on one slot; `failure` tells why it is not VALID."""

    verdict: Verdict
    failure: Failure | None


@late_dataclass
class DecisionTaken(Event):
    """Somebody, or the policy, decided what is generated."""

    slots: tuple[str, ...]
    decided_by: str


@late_dataclass
class LoginRequested(Event):
    """A login begins for the named slots."""

    slots: tuple[str, ...]


@late_dataclass
class Settled(Event):
    """A verification or a run came to rest; the state follows from the tokens."""


# --- generation of one slot -----------------------------------------------------------------------


@late_dataclass
class SlotStarted(SlotEvent):
    """The generation of one slot began."""


@late_dataclass
class StepReached(SlotEvent):
    """The generation of one slot reached a step; `until` (UTC) is when a wait for a person ends."""

    step: LoginStep
    until: datetime | None = None


@late_dataclass
class TokenIssued(SlotEvent):
    """The broker issued a token; it is not durable yet."""

    generated_at: datetime
    expires_at: datetime


@late_dataclass
class TokenHeld(SlotEvent):
    """The token is durable in the journal and waits for the database."""

    generated_at: datetime
    expires_at: datetime


@late_dataclass
class TokenStored(SlotEvent):
    """The token is in the database."""


@late_dataclass
class TokenReplayed(SlotEvent):
    """A held token is in the database now; the journal has let go of it."""

    generated_at: datetime
    expires_at: datetime


@late_dataclass
class TokenAdopted(SlotEvent):
    """Another host's token is held here now; nothing is proven yet."""

    generated_at: datetime
    expires_at: datetime


@late_dataclass
class TokenDiscarded(SlotEvent):
    """A held token was let go without being stored; the sentence says why."""

    why: str


@late_dataclass
class SignInBegun(SlotEvent):
    """The first click of a sign-in that counts at the broker is about to be made."""

    identity: str
    label: str


@late_dataclass
class SlotFailed(SlotEvent):
    """The generation of one slot ended without a token."""

    failure: Failure


@late_dataclass
class SlotParked(SlotEvent):
    """A CAPTCHA stopped this slot; its tab stays open, the others go on."""


@late_dataclass
class SlotFinished(SlotEvent):
    """The generation of one slot ended with a durable token; `SlotVerified` told what it is worth."""


# --- the machine's one login -----------------------------------------------------------------------


@late_dataclass
class LoginLockTaken(Event):
    """This process alone may drive a browser now; `waited` for another one to let go."""

    waited: bool


@late_dataclass
class LoginLockReleased(Event):
    """Others may drive a browser again."""


@late_dataclass
class SignInsRearmed(Event):
    """A person allowed sign-ins of an identity again after it had come close to the broker's block."""

    identity: str
    label: str
    by: str


# --- cooldown, gate, database ---------------------------------------------------------------------


@late_dataclass
class CooldownStarted(Event):
    """Nobody signs in with an identity before `until` (UTC); the reason says why.

    With `again` it is one that began before: found on record, or with its deadline by a corrected clock.
    """

    identity: str
    label: str
    until: datetime
    reason: str
    again: bool = False


@late_dataclass
class CooldownEnded(Event):
    """The cooldown of an identity is over."""

    identity: str


@late_dataclass
class GateProbed(Event):
    """The broker was asked with the PRIMARY token; `failure` is None when it answered 200."""

    failure: Failure | None


@late_dataclass
class GateOpened(Event):
    """PRIMARY is valid, durable and confirmed: the dashboard may open."""


@late_dataclass
class GateClosed(Event):
    """Readiness ended; the sentence says why."""

    why: str


@late_dataclass
class TokenExpired(SlotEvent):
    """03:30 IST passed for this slot's token."""


@late_dataclass
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


@late_dataclass
class Noticed(Event):
    """Something worth a line in the message list; changes no status."""

    text: str
