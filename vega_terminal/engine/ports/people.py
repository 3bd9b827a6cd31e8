"""Whoever is there to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vega_terminal.domain.decision import TokenDecisionReport
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import LoginIdentity


@dataclass(frozen=True, slots=True)
class DecisionPrompt:
    """What would be generated, for the operator to confirm or change.

    Attributes:
        report: the verdicts behind the question.
        preselected: what the default action would generate.
        timeout: seconds until the default is taken; None waits.
    """

    report: TokenDecisionReport
    preselected: tuple[str, ...]
    timeout: float | None


@dataclass(frozen=True, slots=True)
class OtpPrompt:
    """The broker sent or expects a six-digit one-time password.

    Attributes:
        slot: for which slot the page waits.
        identity: whose phone or authenticator it is.
        timeout: seconds until the wait ends.
    """

    slot: str
    identity: LoginIdentity
    timeout: float


@dataclass(frozen=True, slots=True)
class CaptchaPrompt:
    """A person has to solve a CAPTCHA in the browser window; the prompt only calls and shows the deadline.

    Attributes:
        slot: whose sign-in waits.
        timeout: seconds until it is given up.
        window_shown: whether the browser has a window that a person can see.
    """

    slot: str
    timeout: float
    window_shown: bool = True


class OperatorPrompts(Protocol):
    """Asks whoever is there. Cancelling an `ask` withdraws the question."""

    @property
    def available(self) -> bool:
        """Whether anybody can answer at all."""
        ...

    async def decide(self, prompt: DecisionPrompt) -> tuple[str, ...] | None:
        """The slots to generate; None when nobody answered in time."""
        ...

    async def otp(self, prompt: OtpPrompt) -> Secret | None:
        """The six digits; None when the operator declined, or nobody answered by the time that is given.

        None before that time means declined.
        """
        ...

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        """True when the operator says that it is solved, False when they give up or the time is up."""
        ...
