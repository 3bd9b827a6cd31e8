"""The one status: an immutable value that every front end shows and nobody infers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from vega_terminal.domain.failure import Failure
from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.token import COUNTS_AS_GENERATED, Verdict


class Probe(StrEnum):
    """What is known of the authenticated call with the PRIMARY token."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"


class Reason(StrEnum):
    """Why the gate is open or closed (contract section 4)."""

    PRIMARY_VALIDATED = "PRIMARY_VALIDATED"
    PRIMARY_MISSING = "PRIMARY_MISSING"
    PRIMARY_EXPIRED = "PRIMARY_EXPIRED"
    PRIMARY_REFUSED = "PRIMARY_REFUSED"
    PROBE_PENDING = "PROBE_PENDING"
    PROBE_FAILED = "PROBE_FAILED"


class Activity(StrEnum):
    """What is going on with a slot right now."""

    IDLE = "IDLE"
    VERIFYING = "VERIFYING"
    QUEUED = "QUEUED"
    GENERATING = "GENERATING"
    PARKED = "PARKED"


_GOOD: Final = frozenset({Verdict.VALID, Verdict.PENDING_PERSIST})


@dataclass(frozen=True, slots=True)
class SlotStatus:
    """One slot as shown. All times UTC; None where nothing is known.

    Attributes:
        name: the slot.
        verdict: what was last known of its token; use `verdict_at` for now.
        generated_at, expires_at: of the token, if there is one.
        checked_at: when the broker last gave a clear answer about it.
        persisted: whether the token is in the database.
        failure: why the last verification or generation did not succeed.
        activity, step: what is going on with it.
        step_until: when that step is given up, where a person is waited for.
        held: whether the token is durable outside the database and waits for it.
        verified: whether the last verification of this very token was a clear yes.
    """

    name: str
    verdict: Verdict = Verdict.MISSING
    generated_at: datetime | None = None
    expires_at: datetime | None = None
    checked_at: datetime | None = None
    persisted: bool = False
    failure: Failure | None = None
    activity: Activity = Activity.IDLE
    step: LoginStep | None = None
    held: bool = False
    step_until: datetime | None = None
    verified: bool = False

    def verdict_at(self, now: datetime) -> Verdict:
        """The verdict at `now`: a token past its expiry is EXPIRED, whatever was known before."""
        dead = self.expires_at is not None and now >= self.expires_at
        if dead and self.verdict in COUNTS_AS_GENERATED:
            return Verdict.EXPIRED
        return self.verdict

    @property
    def proven(self) -> bool:
        """Whether the broker's last answer about this very token was that it is good.

        A sign-in for another one that failed since then says nothing about it.
        """
        return self.verified and self.verdict in _GOOD

    def holds_token(self, now: datetime) -> bool:
        """Whether the slot counts as generated at `now`."""
        return self.expires_at is not None and self.verdict_at(now) in COUNTS_AS_GENERATED


@late_dataclass
class Cooldown:
    """A pause that the broker forced on one identity."""

    identity: str
    label: str
    until: datetime
    reason: str

    def remaining(self, now: datetime) -> int:
        """Whole seconds left at `now`, rounded up; 0 when it is over."""
        return max(0, math.ceil((self.until - now).total_seconds()))


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """How the database does, how many tokens wait for it, and who holds it, where the system tells."""

    state: DatabaseState = DatabaseState.OK
    attempts: int = 0
    pending: int = 0
    detail: str = ""
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class AuthStatus:
    """Everything that can be seen of the login. Folded from events, never changed in place."""

    slots: tuple[SlotStatus, ...]
    state: LoginState = LoginState.INIT
    execution_id: str | None = None
    cooldowns: tuple[Cooldown, ...] = ()
    probe: Probe = Probe.PENDING
    database: DatabaseStatus = DatabaseStatus()

    @classmethod
    def for_names(cls, names: tuple[str, ...]) -> AuthStatus:
        """The status before anything is known."""
        return cls(slots=tuple(SlotStatus(name) for name in names))

    def slot(self, name: str) -> SlotStatus:
        """The status of one slot.

        Raises:
            KeyError: no such slot.
        """
        for slot in self.slots:
            if slot.name == name:
                return slot
        raise KeyError(name)

    @property
    def primary(self) -> SlotStatus:
        """The slot on which readiness hangs."""
        return self.slot(PRIMARY)

    @property
    def running(self) -> bool:
        """Whether an execution is under way."""
        return self.execution_id is not None

    def generated(self, now: datetime) -> int:
        """How many slots hold a token which is not expired and not refused."""
        return sum(slot.holds_token(now) for slot in self.slots)

    @property
    def pending_persist(self) -> int:
        """How many tokens are held in the journal and wait for the database."""
        return sum(slot.held for slot in self.slots)

    def all_valid(self, now: datetime) -> bool:
        """Whether every slot's token is proven and alive."""
        return all(slot.verdict_at(now) is Verdict.VALID for slot in self.slots)

    def complete(self, now: datetime) -> bool:
        """Whether every slot has a valid token, in the database or held for it: the aim of the day."""
        return all(slot.verdict_at(now) in _GOOD for slot in self.slots)

    def cooldown_remaining(self, now: datetime) -> int:
        """Seconds until the last cooldown ends; 0 without one."""
        return max((cooldown.remaining(now) for cooldown in self.cooldowns), default=0)

    def reason(self, now: datetime) -> Reason:
        """Why the gate is open or closed at `now`."""
        by_verdict = {
            Verdict.MISSING: Reason.PRIMARY_MISSING,
            Verdict.EXPIRED: Reason.PRIMARY_EXPIRED,
            Verdict.INVALID: Reason.PRIMARY_REFUSED,
        }
        if not self.primary.holds_token(now):
            return by_verdict.get(self.primary.verdict_at(now), Reason.PRIMARY_MISSING)
        by_probe = {
            Probe.PENDING: Reason.PROBE_PENDING,
            Probe.FAILED: Reason.PROBE_FAILED,
            Probe.CONFIRMED: Reason.PRIMARY_VALIDATED,
        }
        durable = self.primary.persisted or self.primary.verdict is Verdict.PENDING_PERSIST
        return by_probe[self.probe] if durable else Reason.PROBE_PENDING

    def ready(self, now: datetime) -> bool:
        """Logged in: PRIMARY present, alive, durable, and confirmed by the broker (seed 3 section 1)."""
        return self.reason(now) is Reason.PRIMARY_VALIDATED
