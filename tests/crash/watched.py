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


def watched(work: Callable[[Say], int], log: Path) -> tuple[Process, Listener]:
    """As `forked`; nothing of what it does to files happens without the listener's word.

    Raises:
        CannotIntercept: this machine does not allow it.
    """
    ours, theirs = socket.socketpair()

    def under_control(say: Say) -> int:
        try:
            listener = give_up_control()
        except CannotIntercept as error:
            theirs.send(str(error).encode())
            return NOT_POSSIBLE
        socket.send_fds(theirs, [_FIRST_MESSAGE], [listener])
        os.close(listener)
        return work(say)

    process = forked(under_control, log)
    with ours, theirs:
        message, descriptors, _, _ = socket.recv_fds(ours, 4096, 1)
    if message != _FIRST_MESSAGE:
        process.reap()
        raise CannotIntercept(message.decode())
    return process, Listener(descriptors[0])


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
