"""What a verification found, and what is to be generated because of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vega_terminal.domain.failure import Failure
from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.token import NEEDS_LOGIN, Verdict


class DecisionMode(StrEnum):
    """`UPSTOX_DECISION_MODE` (contract section 2)."""

    AUTO = "AUTO"
    ASK = "ASK"
    NEVER = "NEVER"


class DefaultAction(StrEnum):
    """`UPSTOX_DEFAULT_ACTION`: what happens when nobody answers in time."""

    INVALID_ONLY = "INVALID_ONLY"
    ALL = "ALL"
    NONE = "NONE"


REPORTED: Final = f"mode {DecisionMode.NEVER}"
UNANSWERED: Final = f"mode {DecisionMode.ASK}"
DECLINED_BY_DEFAULT: Final = f"default {DefaultAction.NONE}"
"""Who decided, when nothing is generated without anybody having said so."""


@dataclass(frozen=True, slots=True)
class TokenCheckResult:
    """The verdict on one slot; `failure` tells why it is not VALID."""

    slot: str
    verdict: Verdict
    failure: Failure | None = None

    @property
    def needs_login(self) -> bool:
        """Whether only a new login can make this slot valid."""
        return self.verdict in NEEDS_LOGIN


@dataclass(frozen=True, slots=True)
class TokenDecisionReport:
    """The verdicts on all slots in question, in order of importance."""

    checks: tuple[TokenCheckResult, ...]

    @property
    def all_valid(self) -> bool:
        """Whether there is nothing to do: no browser, no prompt (seed 1 section 3)."""
        return all(check.verdict is Verdict.VALID for check in self.checks)

    @property
    def names(self) -> tuple[str, ...]:
        """Every slot of the report."""
        return tuple(check.slot for check in self.checks)

    @property
    def needing_login(self) -> tuple[str, ...]:
        """The slots whose token is missing, expired or clearly refused."""
        return tuple(check.slot for check in self.checks if check.needs_login)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The slots that could not be checked; they keep their token."""
        return tuple(check.slot for check in self.checks if check.verdict is Verdict.UNKNOWN)


@late_dataclass
class GenerationPlan:
    """Which slots are generated, in order of importance, and who decided it."""

    slots: tuple[str, ...]
    decided_by: str

    def __bool__(self) -> bool:
        return bool(self.slots)


@dataclass(frozen=True, slots=True)
class DecisionPolicy:
    """The rules of `UPSTOX_DECISION_MODE` and `UPSTOX_DEFAULT_ACTION`.

    Attributes:
        mode: whether anybody is asked at all.
        default_action: what AUTO does when the time is up or nobody can answer.
        timeout: seconds that AUTO waits for an answer.
    """

    mode: DecisionMode = DecisionMode.AUTO
    default_action: DefaultAction = DefaultAction.INVALID_ONLY
    timeout: float = 5.0

    @property
    def asks(self) -> bool:
        """Whether an operator is asked where there is one."""
        return self.mode is not DecisionMode.NEVER

    @property
    def patience(self) -> float | None:
        """Seconds until the default is taken; None waits for the operator."""
        return self.timeout if self.mode is DecisionMode.AUTO else None

    def by_default(self, report: TokenDecisionReport) -> GenerationPlan:
        """The plan when nobody answered. A slot that could not be checked is never in it."""
        if self.mode is not DecisionMode.AUTO or not report.needing_login:
            return GenerationPlan((), f"mode {self.mode}")
        return GenerationPlan(self.slots_for(self.default_action, report), f"default {self.default_action}")

    def preselected(self, report: TokenDecisionReport) -> tuple[str, ...]:
        """The slots that a prompt proposes."""
        if self.default_action is DefaultAction.NONE:
            return ()
        return self.slots_for(self.default_action, report)

    @staticmethod
    def slots_for(action: DefaultAction, report: TokenDecisionReport) -> tuple[str, ...]:
        """The slots that an action means for this report."""
        if action is DefaultAction.NONE:
            return ()
        if action is DefaultAction.INVALID_ONLY:
            return report.needing_login
        return tuple(name for name in report.names if name not in report.unknown)


def in_order_of(importance: Iterable[str], chosen: Iterable[str]) -> tuple[str, ...]:
    """The chosen names in the roster's order, without duplicates and strangers."""
    wanted = set(chosen)
    return tuple(name for name in importance if name in wanted)
