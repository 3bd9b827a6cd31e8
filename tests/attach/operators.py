"""Operators who answer when a test says so."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import CaptchaPrompt, DecisionPrompt, OtpPrompt
from vega_terminal.engine.prompt_hub import Prompt

T = TypeVar("T")


class Operator:
    """Sees questions; `say` answers the one that is open, and it is gone when it is taken away."""

    available = True

    def __init__(self) -> None:
        self.seen: list[Prompt] = []
        self.open: dict[Prompt, asyncio.Future[object]] = {}

    async def decide(self, prompt: DecisionPrompt) -> tuple[str, ...] | None:
        answer = await self._ask(prompt)
        return answer if isinstance(answer, tuple) else None

    async def otp(self, prompt: OtpPrompt) -> Secret | None:
        answer = await self._ask(prompt)
        return answer if isinstance(answer, Secret) else None

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        return await self._ask(prompt) is True

    def say(self, answer: object) -> None:
        (waiting,) = self.open.values()
        waiting.set_result(answer)

    async def _ask(self, prompt: Prompt) -> object:
        self.seen.append(prompt)
        self.open[prompt] = asyncio.get_running_loop().create_future()
        try:
            return await self.open[prompt]
        finally:
            del self.open[prompt]
