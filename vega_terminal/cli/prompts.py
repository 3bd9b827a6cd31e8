"""Who answers on the command line: somebody at the terminal, or nobody."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import termios
from collections.abc import Iterator

from vega_terminal.cli.output import say
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import CaptchaPrompt, DecisionPrompt, OtpPrompt


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
            line = (await _line(question)).strip()
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
                    digits = "".join((await _line(question)).replace("-", "").split())
                    say("")
                    if not digits:
                        return None
                    if len(digits) == 6 and digits.isascii() and digits.isdigit():
                        return Secret(digits)
                    say("That is not six digits; nothing was sent.")
        return None

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        """Call for help in the browser window; Enter says that it is solved, `x` gives up."""
        question = (
            f"\a{prompt.slot}: solve the CAPTCHA in the browser window ({prompt.timeout:.0f} s)."
            " Enter when it is done, x gives up: "
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(prompt.timeout):
                return (await _line(question)).strip().lower() != "x"
        return False


async def _line(question: str) -> str:
    """Read one line of stdin without holding up the loop; the end of input counts as an empty line."""
    sys.stderr.write(question)
    sys.stderr.flush()
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    descriptor = sys.stdin.fileno()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
        return sys.stdin.readline()
    finally:
        loop.remove_reader(descriptor)


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
