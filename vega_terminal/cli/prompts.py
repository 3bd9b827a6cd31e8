"""Who answers on the command line: somebody at the terminal, or nobody."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import termios
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from vega_terminal.cli.output import ask, say
from vega_terminal.domain.secret import Secret

if TYPE_CHECKING:
    from vega_terminal.engine.ports import CaptchaPrompt, DecisionPrompt, OtpPrompt

LINE_BYTES: Final = 4096
"""More than a terminal's line editor takes; it hands over one line at a time."""


class NobodyThere:
    """Implements `OperatorPrompts` for cron, pipes and `--no-input`: nothing is ever asked."""

    available = False

    async def decide(self, _prompt: DecisionPrompt) -> tuple[str, ...] | None:
        """Nobody answers."""
        return None

    async def otp(self, _prompt: OtpPrompt) -> Secret | None:
        """Nobody answers."""
        return None

    async def captcha(self, _prompt: CaptchaPrompt) -> bool:
        """Nobody solves it."""
        return False


class TerminalPrompts:
    """Implements `OperatorPrompts` with lines typed at the terminal, each with its deadline."""

    available = True

    async def decide(self, prompt: DecisionPrompt) -> tuple[str, ...] | None:
        """Ask what to generate until the answer makes sense or the time is up."""
        report = prompt.report
        for check in report.checks:
            say(f"  {check.slot:<16}{check.verdict}")
        answers = {"": prompt.preselected, "y": prompt.preselected, "a": report.names, "n": ()}
        answers["i"] = report.needing_login
        wait = "" if prompt.timeout is None else f" ({prompt.timeout:.0f} s)"
        chosen = ", ".join(prompt.preselected) or "nothing"
        question = f"Generate {chosen}?{wait} [Y]es, [i]nvalid only, [a]ll, [n]othing, or names: "
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(prompt.timeout):
                return await self._until_sensible(question, answers, report.names)
        say("")
        return None

    async def _until_sensible(
        self, question: str, answers: dict[str, tuple[str, ...]], names: tuple[str, ...]
    ) -> tuple[str, ...]:
        while True:
            typed = await _line(question)
            line = "n" if typed is None else typed.strip()
            if line.lower() in answers:
                return answers[line.lower()]
            chosen = tuple(line.upper().replace(",", " ").split())
            if chosen and set(chosen) <= set(names):
                return chosen
            say(f"Please answer y, i, a, n, or name slots out of {', '.join(names)}.")

    async def otp(self, prompt: OtpPrompt) -> Secret | None:
        """Ask for six digits, unseen; an empty line declines."""
        question = f"{prompt.slot}: OTP for {prompt.identity.label} (six digits, Enter alone gives up): "
        with contextlib.suppress(TimeoutError), _without_echo():
            async with asyncio.timeout(prompt.timeout):
                while True:
                    digits = "".join((await _line(question) or "").replace("-", "").split())
                    say("")
                    if not digits:
                        return None
                    if len(digits) == 6 and digits.isascii() and digits.isdigit():
                        return Secret(digits)
                    say("That is not six digits; nothing was sent.")
        return None

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        """Call for help in the browser window; Enter says that it is solved, `x` gives up."""
        where = "in the browser window" if prompt.window_shown else "in the browser, which has NO window here"
        question = (
            f"\a{prompt.slot}: solve the CAPTCHA {where} ({prompt.timeout:.0f} s)."
            " Enter when it is done, x gives up: "
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(prompt.timeout):
                typed = await _line(question)
                return typed is not None and typed.strip().lower() != "x"
        return False


async def yes_typed(question: str) -> bool:
    """Whether a person at the terminal answers with y or yes; anything else is a no."""
    typed = await _line(question)
    return typed is not None and typed.strip().lower() in ("y", "yes")


async def _line(question: str) -> str | None:
    """Read one line of the terminal without holding up the loop; None at the end of input.

    Read past Python's buffer: it would keep a line that was typed ahead from showing as readable.
    """
    ask(question)
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    descriptor = sys.stdin.fileno()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
        typed = os.read(descriptor, LINE_BYTES)
    finally:
        loop.remove_reader(descriptor)
    return typed.decode(errors="replace") if typed else None


@contextlib.contextmanager
def _without_echo() -> Iterator[None]:
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    silent = [*before]
    silent[3] = int(before[3]) & ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
