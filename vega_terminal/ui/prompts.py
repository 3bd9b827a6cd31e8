"""The operator at the terminal: one queue of questions, one on the screen, none left behind."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from vega_terminal.ui.modals.prompt import PromptModal, Situation

if TYPE_CHECKING:
    from vega_terminal.clock import Clock
    from vega_terminal.domain.secret import Secret
    from vega_terminal.engine.ports import CaptchaPrompt, DecisionPrompt, OtpPrompt
    from vega_terminal.ui.session import Session

T = TypeVar("T")


class PromptHost(Protocol):
    """The part of the App that a prompt needs. Calls made with `later` run one after the other."""

    def later(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Run `callback` on the App's own message loop, wherever this is called from."""
        ...

    async def open_prompt(self, modal: PromptModal[Any]) -> None:
        """Put the modal on top of the active mode and call the operator."""
        ...

    def prompt_closed(self) -> None:
        """No prompt is on the screen any more."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock by which deadlines run."""
        ...

    @property
    def session(self) -> Session:
        """Which slots are approved on the phone, and whether the engine is elsewhere."""
        ...

    @property
    def holds_prompts_back(self) -> bool:
        """Whether a question of the operator's own (quit, stop) is on the screen."""
        ...


@dataclass(eq=False, slots=True)
class Ask(Generic[T]):
    """One question on its way: how to show it, when it ends, and where the answer goes."""

    make: Callable[[Callable[[], Situation]], PromptModal[T]]
    deadline: float | None
    answer: asyncio.Future[T | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class PromptBroker:
    """Implements `OperatorPrompts` with modals.

    A question lives exactly as long as its `ask`: an answer, the deadline and a cancellation all end in
    the same place, which takes the modal from the screen. `sync` alone opens and closes modals, on the
    App's message loop, so two of them can never be open and none can be answered twice.
    """

    available: Final = True

    def __init__(self, host: PromptHost) -> None:
        self._host = host
        self._queue: deque[Ask[Any]] = deque()
        self._shown: tuple[Ask[Any], PromptModal[Any]] | None = None
        self._done_in_row = 0

    @property
    def open(self) -> bool:
        """Whether a question waits or is on the screen."""
        return bool(self._queue) or self._shown is not None

    async def decide(self, prompt: DecisionPrompt) -> tuple[str, ...] | None:
        """The slots to generate; None when nobody answered in time."""
        from vega_terminal.ui.modals.decision import DecisionModal  # noqa: PLC0415 - loaded when asked

        on_phone = self._host.session.on_phone
        return await self._ask(lambda situation: DecisionModal(prompt, situation, on_phone), prompt.timeout)

    async def otp(self, prompt: OtpPrompt) -> Secret | None:
        """The six digits; None when nobody answered in time or the operator declined."""
        from vega_terminal.ui.modals.otp import OtpModal  # noqa: PLC0415 - loaded when asked

        return await self._ask(lambda situation: OtpModal(prompt, situation), prompt.timeout)

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        """True when the operator says that it is solved, False when they give up or the time is up."""
        from vega_terminal.ui.modals.captcha import CaptchaModal  # noqa: PLC0415 - loaded when asked

        elsewhere = self._host.session.elsewhere
        solved: bool | None = await self._ask(
            lambda situation: CaptchaModal(prompt, situation, elsewhere=elsewhere),
            prompt.timeout,
        )
        return solved is True

    async def _ask(
        self, make: Callable[[Callable[[], Situation]], PromptModal[T]], timeout: float | None
    ) -> T | None:
        deadline = None if timeout is None else self._host.clock.monotonic() + timeout
        ask: Ask[T] = Ask(make, deadline)
        self._queue.append(ask)
        self._host.later(self.sync)
        try:
            return await self._answer_or_deadline(ask)
        finally:
            self._queue.remove(ask)
            self._done_in_row = self._done_in_row + 1 if self._queue else 0
            self._host.later(self.sync)

    async def _answer_or_deadline(self, ask: Ask[T]) -> T | None:
        if ask.deadline is None:
            return await ask.answer
        left = ask.deadline - self._host.clock.monotonic()
        alarm = asyncio.ensure_future(self._host.clock.sleep(left))
        either: set[asyncio.Future[Any]] = {ask.answer, alarm}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()
        return ask.answer.result() if ask.answer.done() else None

    async def sync(self) -> None:
        """Make the screen agree with the queue; called on the App's message loop only."""
        first = self._queue[0] if self._queue else None
        if self._shown is not None and self._shown[0] is not first:
            self._shown[1].withdraw()
            self._shown = None
        if self._shown is None and first is not None and not self._host.holds_prompts_back:
            await self._show(first)
        if self._shown is None and first is None:
            self._host.prompt_closed()

    async def _show(self, ask: Ask[Any]) -> None:
        def answered(answer: object) -> None:
            if not ask.answer.done():
                ask.answer.set_result(answer)

        modal = ask.make(lambda: self._situation(ask))
        modal.answered = answered
        self._shown = (ask, modal)
        await self._host.open_prompt(modal)

    def _situation(self, ask: Ask[Any]) -> Situation:
        left = None if ask.deadline is None else max(0.0, ask.deadline - self._host.clock.monotonic())
        return Situation(self._done_in_row + 1, self._done_in_row + len(self._queue), left)
