"""What is remembered across processes besides the tokens: cooldowns, sign-ins, the last execution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.status import Cooldown


@late_dataclass
class CooldownRecord:
    """A cooldown as it is kept, with what makes it proof against changes of the clock.

    Attributes:
        cooldown: identity, label, deadline (UTC) and reason.
        started_at: when it began, UTC.
        boot_id: of the machine's start during which it began.
        started_uptime: seconds since that start.
        provisional: written before a click whose outcome is not known yet; in force only when the
            process that wrote it died before it knew.
    """

    cooldown: Cooldown
    started_at: datetime
    boot_id: str
    started_uptime: float
    provisional: bool = False


class CooldownStore(Protocol):
    """Cooldowns survive the process. Every method raises StorageError when nothing can be kept or read."""

    async def load_cooldowns(self) -> Sequence[CooldownRecord]:
        """Every cooldown on record, also those that are over."""
        ...

    async def save_cooldown(self, record: CooldownRecord) -> None:
        """Record or replace the cooldown of its identity; one in force that ends later stays."""
        ...

    async def clear_cooldown(self, record: CooldownRecord) -> None:
        """Forget this very record; another one of the same identity stays."""
        ...


class SignInOutcome(StrEnum):
    """How a sign-in ended, as far as the broker's count of failures is concerned."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    NOT_COUNTED = "NOT_COUNTED"


@dataclass(frozen=True, slots=True)
class SignInRecord:
    """What is known of an identity's sign-ins.

    Attributes:
        last_sign_in: when the last sign-in began, UTC.
        last_otp_step: the authenticator's time-step (30 s since the epoch) last used.
        failures: sign-ins in a row that did not succeed, one under way or cut off by a crash included.
    """

    last_sign_in: datetime | None = None
    last_otp_step: int | None = None
    failures: int = 0


class SignInLedger(Protocol):
    """Remembers sign-ins across processes, so that nothing is used or tried twice."""

    async def sign_in_record(self, identity: str) -> SignInRecord:
        """What is on record for an identity; an empty record for a new one."""
        ...

    async def record_sign_in(self, identity: str, at: datetime) -> None:
        """Record, before the first click, that a sign-in begins; it counts as failed until concluded.

        The same sign-in (identity and instant) counts once, however often it is recorded.
        """
        ...

    async def conclude_sign_in(self, identity: str, outcome: SignInOutcome) -> None:
        """Record how it ended: a success forgets every failure; what does not count is taken back."""
        ...

    async def rearm(self, identity: str) -> None:
        """A person takes the responsibility: the failures are forgotten."""
        ...

    async def claim_otp_step(self, identity: str, step: int) -> bool:
        """Record that the OTP of `step` is used; False when that step or a later one already was."""
        ...


@late_dataclass
class ExecutionState:
    """Where an execution stands, for whoever comes after a crash (seed 2 section 4.2).

    Attributes:
        execution_id: of the execution.
        requested_by: who asked for it.
        decided_by: who decided what is generated.
        planned: the slots to be generated, in order.
        done: those of them whose token is durable.
        given_up: those that failed for a reason of their own; nobody goes on with them unasked.
        current: the slot under way; None between two.
        started_at, updated_at: UTC.
        stopped: why it ended; None while it runs, and after a crash.
        finished: nothing is left that a later run should go on with.
    """

    execution_id: str
    requested_by: str
    decided_by: str
    planned: tuple[str, ...]
    done: tuple[str, ...]
    current: str | None
    started_at: datetime
    updated_at: datetime
    stopped: FailureKind | None = None
    finished: bool = False
    given_up: tuple[str, ...] = ()


class ExecutionStore(Protocol):
    """The last execution survives the process. Every method raises StorageError when nothing can be kept."""

    async def save_execution(self, state: ExecutionState) -> None:
        """Record or replace; only the latest is kept."""
        ...

    async def latest_execution(self) -> ExecutionState | None:
        """The last one on record."""
        ...


class ExecutionHistory(Protocol):
    """The last executions, so that an id is found after a restart. Every method raises StorageError."""

    async def save_record(self, record: ExecutionRecord) -> None:
        """Record or replace; one that has ended stays as it ended."""
        ...

    async def recent_records(self) -> Sequence[ExecutionRecord]:
        """The last ones of every process, the newest first."""
        ...
