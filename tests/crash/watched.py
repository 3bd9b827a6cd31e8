"""A forked process whose every change to a folder is seen before it happens."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .interception import Call, CannotIntercept, Listener, give_up_control
from .lines import Say, saying_to

NOT_POSSIBLE: Final = 99
"""Exit code of a process that could not be watched."""
_FIRST_MESSAGE: Final = b"listener"


@dataclass(slots=True)
class Process:
    """A child of this process.

    Attributes:
        exited: a descriptor that is readable once it has ended.
        ear: what it says arrives here.
        began: monotonic seconds.
        lines: what it has said so far.
    """

    number: int
    exited: int
    ear: socket.socket
    log: Path
    began: float = field(default_factory=time.monotonic)
    lines: list[str] = field(default_factory=list)
    _rest: str = ""

    def listen(self) -> None:
        """Take in what it has said."""
        try:
            while data := self.ear.recv(65536):
                self._rest += data.decode()
        except (BlockingIOError, ConnectionResetError):
            pass
        *lines, self._rest = self._rest.split("\n")
        self.lines += lines

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.number, signal.SIGKILL)

    def reap(self) -> int:
        """Its exit code, negative for a signal; it must have ended or be about to."""
        _, status = os.waitpid(self.number, 0)
        self.listen()
        self.ear.close()
        os.close(self.exited)
        return os.waitstatus_to_exitcode(status)


def forked(work: Callable[[Say], int], log: Path) -> Process:
    """A process that does `work`; its exit code is what that returns. What it prints goes to `log`."""
    ours, theirs = socket.socketpair()
    number = os.fork()
    if number == 0:
        ours.close()
        _do(work, theirs, log)
    theirs.close()
    ours.settimeout(0)
    return Process(number, os.pidfd_open(number), ours, log)


class Door:
    """Through which the listener of a process comes. Readable when it is there, or when it never will be."""

    def __init__(self, ours: socket.socket) -> None:
        self._ours = ours
        self.descriptor = ours.fileno()

    def receive(self) -> Listener | None:
        """The listener; None when the process ended before it handed it over.

        Raises:
            CannotIntercept: this machine does not allow it.
        """
        message, descriptors, _, _ = socket.recv_fds(self._ours, 4096, 1)
        if message not in {b"", _FIRST_MESSAGE}:
            raise CannotIntercept(message.decode())
        return Listener(descriptors[0]) if descriptors else None

    def close(self) -> None:
        """Nothing more is to come."""
        self._ours.close()


def watched(work: Callable[[Say], int], log: Path, since: str = "") -> tuple[Process, Door]:
    """As `forked`; nothing of what it does to files happens without the word of the listener.

    Args:
        work: what it does.
        log: where its output goes.
        since: control is given up right before the first line that begins so is said; empty: from the start.
    """
    ours, theirs = socket.socketpair()

    def under_control(say: Say) -> int:
        ours.close()
        if not since:
            _hand_over(theirs)
            return work(say)
        return work(_handing_over(theirs, say, since))

    process = forked(under_control, log)
    theirs.close()
    return process, Door(ours)


def _handing_over(door: socket.socket, say: Say, since: str) -> Say:
    """Says everything, and gives up control before it says what begins with `since` for the first time."""
    is_free = True

    def say_it(*words: object) -> None:
        nonlocal is_free
        if is_free and str(words[0]).startswith(since):
            is_free = False
            _hand_over(door)
        say(*words)

    return say_it


def _hand_over(door: socket.socket) -> None:
    with door:
        try:
            listener = give_up_control()
        except CannotIntercept as error:
            door.send(str(error).encode())
            os._exit(NOT_POSSIBLE)
        socket.send_fds(door, [_FIRST_MESSAGE], [listener])
        os.close(listener)


def is_in(folder: str, call: Call) -> bool:
    """Whether a call is about the folder or a file in it."""
    return any(path == folder or path.startswith(f"{folder}/") for path in call.paths)


def _do(work: Callable[[Say], int], mouth: socket.socket, log: Path) -> None:
    code = 70
    try:
        target = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        os.dup2(target, 1)
        os.dup2(target, 2)
        code = work(saying_to(mouth))
    except BaseException:  # noqa: BLE001  the end of a process: told, and nothing comes after it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
