"""An operator who answers as told, is silent, or is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import CaptchaPrompt, DecisionPrompt, OtpPrompt

Choice = Callable[[DecisionPrompt], tuple[str, ...]]


def as_proposed(prompt: DecisionPrompt) -> tuple[str, ...]:
    """Say yes to what is preselected."""
    return prompt.preselected


def nothing(_prompt: DecisionPrompt) -> tuple[str, ...]:
    """Say no."""
    return ()


OTP: Final = Secret("123456")


class ScriptedPrompts:
    """Implements `OperatorPrompts`; an answer of None is an operator who lets the time run out.

    Attributes:
        declines_otp: whether an OTP of None is said at once.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        available: bool = True,
        choice: Choice | None = as_proposed,
        otp: Secret | None = OTP,
        solves_captcha: bool = True,
    ) -> None:
        self._clock = clock
        self.available = available
        self.choice = choice
        self.answer_otp = otp
        self.solves_captcha = solves_captcha
        self.declines_otp = False
        self.decisions: list[DecisionPrompt] = []
        self.otps: list[OtpPrompt] = []
        self.captchas: list[CaptchaPrompt] = []

    async def decide(self, prompt: DecisionPrompt) -> tuple[str, ...] | None:
        self._require_available()
        self.decisions.append(prompt)
        await asyncio.sleep(0)
        if self.choice is not None:
            return self.choice(prompt)
        await (asyncio.Event().wait() if prompt.timeout is None else self._clock.sleep(prompt.timeout))
        return None

    async def otp(self, prompt: OtpPrompt) -> Secret | None:
        self._require_available()
        self.otps.append(prompt)
        if self.answer_otp is None and not self.declines_otp:
            await self._clock.sleep(prompt.timeout)
        return self.answer_otp

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        self._require_available()
        self.captchas.append(prompt)
        if not self.solves_captcha:
            await self._clock.sleep(prompt.timeout)
        return self.solves_captcha

    def _require_available(self) -> None:
        assert self.available, "Nobody is there, and yet somebody was asked."
