"""Lets the real program live again and again, with a fault at one system call later each time.

`python -m tests.crash.conductor FAULT FOLDER [too-soon]`: prints one JSON document: points by kind, and what
went wrong. With `too-soon` the program is made to lose tokens.
A program of its own, because it forks: each life begins in a process that has everything imported and not
one thread.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import select
import shutil
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vega_terminal.clock import SystemClock
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken

from .faults import FAULTS, Fault
from .inspection import Account, opened, require_going_on, require_nothing_lost, require_whole
from .interception import CannotIntercept
from .lines import Say, digest
from .parties import USER
from .trader import NAMES, live
from .trial import Copy, Trial, stride_of
from .watched import watched

AT_ONCE: Final = 4
"""Lives side by side: some wait for a pause to end; more would only take the cache from each other."""
LONGEST_LIFE: Final = 20.0
"""Seconds. Whatever takes longer hangs."""
GOES_ON_AT_EVERY: Final = 10
"""So many points; at one of them the whole next run follows, at the others the next start."""
SURVIVORS: Final = 5
"""So many lives come to their end without a fault before the end is believed: not all are of equal length."""
ENOUGH_TO_JUDGE: Final = 5
"""Findings after which nothing more is tried."""


@dataclass(slots=True)
class Score:
    """What came of all of it."""

    points: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def document(self) -> str:
        """As JSON."""
        return json.dumps({"points": dict(sorted(self.points.items())), "findings": self.findings})


class Conductor:
    """Has several trials under way; the last one is that whose fault came too late."""

    def __init__(self, fault: Fault, ground: Path, *, too_soon: bool = False) -> None:
        self._fault = fault
        self._too_soon = too_soon
        self._ground = ground
        self._template = ground / "template"
        stride = stride_of(fault)
        self._numbers = iter(range(stride, 100_000, stride))
        self._trials: set[Trial] = set()
        self._under_way: dict[int, Trial] = {}
        self._poll = select.epoll()
        self._next_look = 0.0
        self._before: list[str] = []
        self._survivors = 0
        self.score = Score()

    def run(self) -> None:
        """Try every point."""
        self._before = asyncio.run(_prepare(self._template, held=self._fault.stretch.held))
        _warm_up(self._ground / "warm")
        while self._trials or not self._is_over:
            while not self._is_over and len(self._trials) < AT_ONCE:
                self._begin(next(self._numbers))
            self._serve()

    @property
    def _is_over(self) -> bool:
        return self._survivors >= SURVIVORS or len(self.score.findings) >= ENOUGH_TO_JUDGE

    def _begin(self, number: int) -> None:
        folder = self._ground / str(number) / "data"
        shutil.copytree(self._template, folder)

        only = NAMES[: self._fault.slots]

        def life(say: Say) -> int:
            gc.disable()
            return int(asyncio.run(live(folder, say, only, too_soon=self._too_soon)).exit_code)

        process, door = watched(life, folder.parent / "log", self._fault.stretch.begins)
        trial = Trial(number, self._fault, folder, process, door, self._fault.error_at(number))
        self._trials.add(trial)
        for descriptor in (door.descriptor, process.exited):
            self._follow(trial, descriptor)

    def _follow(self, trial: Trial, descriptor: int) -> None:
        self._under_way[descriptor] = trial
        self._poll.register(descriptor, select.EPOLLIN)

    def _unfollow(self, descriptor: int) -> None:
        self._poll.unregister(descriptor)
        del self._under_way[descriptor]

    def _serve(self) -> None:
        """Wait for something to happen, and see to it."""
        # One at a time: to see to it may close a descriptor, and open another with the same number.
        for descriptor, event in self._poll.poll(1.0, 1):
            trial = self._under_way.get(descriptor)
            if trial is None:
                continue
            if descriptor == trial.process.exited:
                since = time.monotonic()
                self._conclude(trial)
                self._grant(time.monotonic() - since)
            elif descriptor == trial.door.descriptor:
                self._take_control(trial)
            elif event & select.EPOLLIN:
                trial.decide()
            else:
                self._close_listener(trial)
        if time.monotonic() > self._next_look:
            self._end_what_hangs()

    def _take_control(self, trial: Trial) -> None:
        trial.listener = trial.door.receive()
        self._close_door(trial)
        if trial.listener is not None:
            self._follow(trial, trial.listener.descriptor)

    def _conclude(self, trial: Trial) -> None:
        """The life has ended: was it as it should be, and is everything there?"""
        self._unfollow(trial.process.exited)
        code = trial.process.reap()
        account = Account.of([*self._before, *trial.process.lines])
        try:
            if trial.error is None and trial.struck:
                assert code == -signal.SIGKILL, f"exit code {code}"
            else:
                account.require_defined_end(code)
            if trial.number % GOES_ON_AT_EVERY == 0:
                require_going_on(trial.folder, account)
            else:
                require_nothing_lost(trial.folder, account)
        except Exception:  # noqa: BLE001  whatever it is, it is a finding
            self._find(trial, trial.struck, traceback.format_exc())
        if not trial.struck:
            self._survivors += 1
        else:
            self.score.points[trial.kind] += 1
        for copy in trial.copies:
            self._judge(trial, copy)
        self._forget(trial)

    def _grant(self, seconds: float) -> None:
        """While one life is judged, no other is served: that is not their time."""
        for trial in self._trials:
            trial.process.began += seconds

    def _judge(self, trial: Trial, copy: Copy) -> None:
        """Is everything there that the life had acknowledged by then?"""
        try:
            require_nothing_lost(copy.folder, Account.of([*self._before, *copy.lines]))
        except Exception:  # noqa: BLE001  whatever it is, it is a finding
            self._find(trial, copy.struck, traceback.format_exc())
        self.score.points[copy.kind] += 1

    def _end_what_hangs(self) -> None:
        self._next_look = time.monotonic() + 1.0
        for trial in list(self._trials):
            if time.monotonic() - trial.process.began > LONGEST_LIFE:
                trial.process.kill()
                self._unfollow(trial.process.exited)
                trial.process.reap()
                self._find(trial, trial.struck, "It hangs.")
                self._forget(trial)

    def _find(self, trial: Trial, struck: str, what: str) -> None:
        log = trial.process.log.read_text()[-1500:]
        self.score.findings.append(
            f"life {trial.number}, at {struck}: {what}\nthe log: {log}\nit said: {trial.process.lines}"
        )

    def _forget(self, trial: Trial) -> None:
        self._close_door(trial)
        self._close_listener(trial)
        self._trials.remove(trial)
        shutil.rmtree(trial.folder.parent)

    def _close_door(self, trial: Trial) -> None:
        if self._under_way.get(trial.door.descriptor) is trial:
            self._unfollow(trial.door.descriptor)
            trial.door.close()

    def _close_listener(self, trial: Trial) -> None:
        if trial.listener is not None:
            self._unfollow(trial.listener.descriptor)
            trial.listener.close()
            trial.listener = None


async def _prepare(folder: Path, *, held: bool) -> list[str]:
    """A data folder as it is before a life; returns what a life before that would have said.

    Args:
        folder: is made.
        held: whether a token of each slot lies in the journal.
    """
    said: list[str] = []
    async with opened(folder) as (storage, roster, _):
        for slot in roster if held else ():
            issued = IssuedToken(Secret(f"held-token-of-{slot.name}"), USER, SystemClock().now())
            token = AccessToken.from_issue(slot.name, slot.client_id, issued, epoch=1)
            await storage.store.journal.hold(token)
            said += [f"{verb} {slot.name} {digest(token.value)}" for verb in ("issued", "held")]
    return said


def _warm_up(folder: Path) -> None:
    """Import and cache what a life needs, so that no fork has to; not a single thread may remain."""
    require_going_on(folder, Account.of(()))
    require_whole(folder)
    shutil.rmtree(folder)
    for thread in threading.enumerate():  # one that has said its last word is there for an instant still
        if thread is not threading.main_thread():
            thread.join(LONGEST_LIFE)
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()


def main(fault: str, ground: str, mistake: str = "") -> None:
    """Do it all and print the score."""
    conductor = Conductor(FAULTS[fault], Path(ground).resolve(), too_soon=mistake == "too-soon")
    try:
        conductor.run()
    except CannotIntercept as error:
        sys.exit(str(error))
    sys.stdout.write(conductor.score.document() + os.linesep)


if __name__ == "__main__":
    main(*sys.argv[1:])
