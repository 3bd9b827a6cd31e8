"""One life with a fault at one of its calls, and what it would have left, had it ended at one before."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .faults import Fault, may_strike
from .interception import Call, Listener
from .watched import Door, Process, is_in

KILLED_AT_EVERY: Final = 10
"""So many calls; at those between them the folder is copied, and judged as if the process had ended there."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What a life would have left, had it been killed at a call.

    Attributes:
        struck: the call, which was not carried out yet.
        kind: of the call.
        folder: the copied data folder.
        lines: what the process had said by then.
    """

    struck: str
    kind: str
    folder: Path
    lines: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Trial:
    """One life with a fault at the `number`-th call of the stretch, and what is known of it.

    A life that is to be killed is copied at the calls before that, since the last life's end; the copies are
    judged when its process is gone, so that nothing in them belongs to anybody who lives.
    """

    number: int
    fault: Fault
    folder: Path
    process: Process
    door: Door
    error: int | None
    listener: Listener | None = None
    calls: int = 0
    struck: str = ""
    kind: str = ""
    copies: list[Copy] = field(default_factory=list)

    def decide(self) -> None:
        """Let the waiting call happen, or not."""
        assert self.listener is not None
        call = self.listener.receive()
        if call is None:
            return
        if not self._counts(call):
            self.listener.allow(call)
            return
        self.calls += 1
        if self.calls == self.number:
            self.kind, self.struck = call.kind, described(call)
        if self.calls < self.number:
            self._copy_before(call)
            self.listener.allow(call)
        elif self.error is None:
            self.process.kill()
        else:
            self.listener.refuse(call, self.error)

    def _copy_before(self, call: Call) -> None:
        """Keep what a kill would leave now. All of its other changes to the folder have to wait meanwhile."""
        if self.number - self.calls >= stride_of(self.fault):
            return
        self.process.listen()
        folder = self.folder.with_name(f"copy-{self.calls}")
        lines = tuple(self.process.lines)
        copy_whole(self.folder, folder)
        self.copies.append(Copy(described(call), call.kind, folder, lines))

    def _counts(self, call: Call) -> bool:
        if self.struck and not self.fault.lasting:
            return False
        if not self._is_in_stretch():
            return False
        return is_in(str(self.folder), call) and may_strike(self.error, call)

    def _is_in_stretch(self) -> bool:
        stretch = self.fault.stretch
        if self.calls and stretch.ends is None:
            return True
        self.process.listen()
        lines = self.process.lines
        is_over = stretch.ends is not None and any(line.startswith(stretch.ends) for line in lines)
        return not is_over and any(line.startswith(stretch.begins) for line in lines)


def stride_of(fault: Fault) -> int:
    """How many calls lie between the faults of two lives."""
    return 1 if fault.errors else KILLED_AT_EVERY


def described(call: Call) -> str:
    """A call and the files that it is about."""
    return " ".join((call.name, *call.paths))


def copy_whole(folder: Path, target: Path) -> None:
    """Copy a folder in which one call of another thread, allowed before, may still be under way."""
    try:
        shutil.copytree(folder, target)
    except shutil.Error:  # that one took a name away; nothing else can happen before the next is allowed
        shutil.rmtree(target)
        shutil.copytree(folder, target)
