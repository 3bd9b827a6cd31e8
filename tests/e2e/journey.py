"""What all journeys have in common: the terminal of an operator, and a time that leaps."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.browser.leftovers import processes_of

from . import leaping_clock
from .command_line import CommandLine
from .screen import TerminalScreen

CTRL_Q = "\x11"
ENTER = "\r"
ESCAPE = "\x1b"
F1 = "\x1bOP"
PROPOSED = ("Press g", "or g to generate the rest")
PROGRAM = (sys.executable, "-m", "vega_terminal.ui")


@contextmanager
def terminal(
    desk: CommandLine, *arguments: str, program: Sequence[str] = PROGRAM
) -> Iterator[TerminalScreen]:
    """`vega-terminal` on the operator's screen; nothing of it is left afterwards."""
    with ExitStack() as stack:
        screen = TerminalScreen([*program, *arguments], desk.environment(), desk.home)
        stack.callback(screen.close)
        yield screen
    assert processes_of(desk.home) == []


def generate(screen: TerminalScreen) -> None:
    """Press g as soon as the screen proposes it, and say yes."""
    screen.wait_until(lambda text: any(words in text for words in PROPOSED), "Nobody proposed g.")
    screen.press("g")
    screen.wait_for("CONFIRM GENERATION")
    screen.press("y")


def go(screen: TerminalScreen, line: str) -> None:
    """Type a line into the command line and press GO."""
    screen.press(":")
    screen.wait_for("Enter GO")
    screen.press(*line, ENTER)


def leave(screen: TerminalScreen) -> None:
    """Quit; the terminal is what it was before."""
    screen.press(CTRL_Q)
    assert screen.wait_for_end(20) == 0
    assert screen.is_as_before


@dataclass
class LeapingTime:
    """The one time of an operator's machine and of the broker, which can be made to leap.

    Attributes:
        desk: the machine; its terminal has to be started with `program`.
        seconds: how far it has leapt so far.
    """

    desk: CommandLine
    seconds: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.desk.broker.faults.change(totp_follows_jumps=True)
        self._write()

    @property
    def program(self) -> tuple[str, ...]:
        """The terminal in this time."""
        return (sys.executable, str(Path(leaping_clock.__file__)), str(self._file))

    def leap(self, seconds: float) -> None:
        """Let so many seconds have passed."""
        self.seconds += seconds
        self.desk.broker.jump(seconds)
        self._write()

    def leap_to(self, moment: datetime) -> None:
        """Let it be a zone-aware instant."""
        self.leap((moment - self.desk.broker.now()).total_seconds())

    def _write(self) -> None:
        """In one step: the terminal reads it again and again."""
        half = self._file.with_suffix(".half")
        half.write_text(str(self.seconds))
        half.replace(self._file)

    @property
    def _file(self) -> Path:
        return self.desk.home / "leaps"
