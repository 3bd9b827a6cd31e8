"""Many `vega-auth refresh` at once, and a schedule of signals that some of them get at a certain step."""

from __future__ import annotations

import queue
import random
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from tests.e2e.command_line import CommandLine
from vega_terminal.domain.progress import LoginStep

SAVED: Final = "saved to the database"
WAITS: Final = ("Another VEGA process", "Waiting for the database", "Database: LOCKED")
"""What one says that cannot go on while the stopped one has the login, or just then the database."""
LIMIT_SECONDS: Final = 50.0

COMMAND: Final = ("refresh", "--yes", "--no-input", "--json")


@dataclass(frozen=True)
class Hit:
    """What happens to whoever says the next line with `step` in it.

    Attributes:
        step: a part of a line on stderr; only a process that holds the login says such lines.
        number: the signal. One that is stopped goes on when everybody else waits or has ended.
        takes_along: somebody who waits, or is about to, is killed, too.
    """

    step: str
    number: signal.Signals
    takes_along: bool


def schedule(chance: random.Random) -> list[Hit]:
    """Three logins are killed and two stopped; each kill comes before anything was typed or after a save.

    In between, a login has used up the time-step of its authenticator, and the next one would have to
    wait for half a minute.
    """
    early = (LoginStep.OPENING_BROWSER, LoginStep.OPENING_DIALOG)
    late = (LoginStep.MOBILE, LoginStep.WAITING_OTP_PAGE, LoginStep.WAITING_REDIRECT, LoginStep.PROVING)
    first, second, third = chance.sample([True, True, False], 3)
    return [
        Hit(chance.choice(early), signal.SIGKILL, takes_along=first),
        Hit(LoginStep.OPENING_BROWSER, signal.SIGSTOP, takes_along=second),
        Hit(LoginStep.OPENING_DIALOG, signal.SIGKILL, takes_along=third),
        Hit(chance.choice(late), signal.SIGSTOP, takes_along=False),
        Hit(SAVED, signal.SIGKILL, takes_along=False),
    ]


class Crowd:
    """The processes, and what each of them has said so far."""

    def __init__(self, desk: CommandLine, size: int, chance: random.Random) -> None:
        self._chance = chance
        self._lines: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        self._set_aside: deque[tuple[int, str]] = deque()
        self.members: Sequence[subprocess.Popen[str]] = [desk.start(*COMMAND) for _ in range(size)]
        self.said: list[list[str]] = [[] for _ in self.members]
        self._talking = set(range(size))
        self._waiting: set[int] = set()
        self._ears = [threading.Thread(target=self._hear, args=(each,)) for each in range(size)]
        for ear in self._ears:
            ear.start()

    def play(self, hits: Sequence[Hit]) -> list[Hit]:
        """Let everybody come to an end, and hit them on the way; returns the hits that found nobody."""
        left = list(hits)
        while self._talking or self._set_aside:
            member, line = self._set_aside.popleft() if self._set_aside else self._next()
            if left and left[0].step in line:
                self._strike(member, left.pop(0))
        return left

    def end(self) -> None:
        """Kill whoever is left."""
        for member in self.members:
            member.kill()
        for ear in self._ears:
            ear.join()
        for member in self.members:
            member.communicate()

    def _strike(self, member: int, hit: Hit) -> None:
        if hit.takes_along:
            self.members[self._chance.choice(sorted(self._talking - {member}))].kill()
        self.members[member].send_signal(hit.number)
        if hit.number is signal.SIGSTOP:
            while self._talking - self._waiting - {member}:
                self._set_aside.append(self._next())
            self.members[member].send_signal(signal.SIGCONT)

    def _next(self) -> tuple[int, str]:
        """The next line of anybody; an empty one is their last."""
        member, line = self._lines.get(timeout=LIMIT_SECONDS)
        self.said[member].append(line)
        if not line:
            self._talking.discard(member)
        if any(words in line for words in WAITS):
            self._waiting.add(member)
        return member, line

    def _hear(self, member: int) -> None:
        stderr = self.members[member].stderr
        assert stderr is not None
        for line in stderr:
            self._lines.put((member, line))
        self._lines.put((member, ""))


@contextmanager
def crowd(desk: CommandLine, size: int, chance: random.Random) -> Iterator[Crowd]:
    """Start them all at once; none is left afterwards."""
    everybody = Crowd(desk, size, chance)
    try:
        yield everybody
    finally:
        everybody.end()
