"""The operator's prompts, watched: who counts on an answer learns that somebody was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from vega_terminal.domain.secret import Secret
    from vega_terminal.engine.ports.people import CaptchaPrompt, DecisionPrompt, OperatorPrompts, OtpPrompt

Question: TypeAlias = Union["DecisionPrompt", "OtpPrompt", "CaptchaPrompt"]
Listener: TypeAlias = Callable[[Question], Callable[[], None]]
"""Called when a question is asked; returns what is called when it is answered, withdrawn or too late."""
StopListener: TypeAlias = Callable[[bool], None]
"""Called when a signal is about to stop the run, with whether the operator sent it."""


class WatchedPrompts:
    """Implements `OperatorPrompts` by passing everything on.

    Attributes:
        listener: who wants to know; None while nobody does.
        stop_listener: who wants to know that a run is stopped; None while nobody does.
    """

    def __init__(self, prompts: OperatorPrompts) -> None:
        self._prompts = prompts
        self.listener: Listener | None = None
        self.stop_listener: StopListener | None = None

    @property
    def available(self) -> bool:
        """Whether anybody can answer at all."""
        return self._prompts.available

    def stopping(self, *, by_operator: bool) -> None:
        """The run is about to be stopped: by the operator, who knows it, or by somebody else."""
        if self.stop_listener is not None:
            self.stop_listener(by_operator)

    async def decide(self, prompt: DecisionPrompt) -> tuple[str, ...] | None:
        """The slots to generate; None when nobody answered in time."""
        with self._asked(prompt):
            return await self._prompts.decide(prompt)

    async def otp(self, prompt: OtpPrompt) -> Secret | None:
        """The six digits; None when nobody answered in time or the operator declined."""
        with self._asked(prompt):
            return await self._prompts.otp(prompt)

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        """True when the operator says that it is solved, False when they give up or the time is up."""
        with self._asked(prompt):
            return await self._prompts.captcha(prompt)

    @contextmanager
    def _asked(self, question: Question) -> Iterator[None]:
        answered = None if self.listener is None else self.listener(question)
        try:
            yield
        finally:
            if answered is not None:
                answered()
