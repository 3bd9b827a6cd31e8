"""Stops a process at each system call that changes a file, and lets somebody else decide about the call.

By the kernel's own means (seccomp user notification, for all threads at once: Linux 5.7 and newer): the
calls of all threads come in one order, and every single one of them can be hit, once. No privileges are
needed.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct
import sys
from dataclasses import dataclass
from typing import Final

from .system_calls import MACHINES, SHAPES, numbers, paths_of

_NO_NEW_PRIVILEGES: Final = 38  # prctl
_SET_FILTER: Final = 1
_ALL_THREADS: Final = 1 | 16  # TSYNC, and TSYNC_ESRCH: what tells of its failure is no descriptor
_NEW_LISTENER: Final = 8
_LOAD: Final = 0x20
_JUMP_IF_EQUAL: Final = 0x15
_RETURN: Final = 0x06
_ALLOW: Final = 0x7FFF0000
_ASK: Final = 0x7FC00000
_NUMBER_AT: Final = 0
_MACHINE_AT: Final = 4
_NOTICE: Final = struct.Struct("QIIiIQ6Q")
_ANSWER: Final = struct.Struct("QqiI")
_RECEIVE: Final = 0xC0502100
_SEND: Final = 0xC0182101
_CONTINUE: Final = 1
_GONE: Final = frozenset({errno.ENOENT, errno.ESRCH, errno.EINPROGRESS})


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("operand", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


class CannotIntercept(RuntimeError):
    """This machine does not let the crash suite do its work; the sentence says what it needs."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"NOT TESTED: no process can be killed at its system calls here ({why}). The crash suite needs"
            " Linux 5.7 or newer on x86_64 or aarch64, and a container that allows seccomp(2) with"
            " SECCOMP_FILTER_FLAG_NEW_LISTENER (Docker: --security-opt seccomp=unconfined). Run it there."
        )


def give_up_control() -> int:
    """From now on every watched call of this process and its children waits for the holder of the listener.

    That goes for all of its threads, also for those that are there already.

    Returns:
        The listener's descriptor.

    Raises:
        CannotIntercept: the system refuses.
    """
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        raise CannotIntercept(f"this is {platform.system()} on {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program()
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    listener: int = libc.syscall(
        MACHINES[platform.machine()][2], _SET_FILTER, _NEW_LISTENER | _ALL_THREADS, ctypes.byref(program)
    )
    if listener < 0:
        raise CannotIntercept(os.strerror(ctypes.get_errno()))
    return listener


def _program() -> _Program:
    """Ask about the watched calls of this machine's kind, allow all others."""
    watched = tuple(numbers())
    allow, ask = len(watched), len(watched) + 1
    lines = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_JUMP_IF_EQUAL, 1, 0, MACHINES[platform.machine()][1]),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((_JUMP_IF_EQUAL, ask - place - 1, 0, number) for place, number in enumerate(watched)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ASK),
    ]
    assert allow < 256
    return _Program(len(lines), (_Instruction * len(lines))(*(_Instruction(*line) for line in lines)))


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that has not been carried out yet.

    Attributes:
        ticket: by which the kernel knows it.
        name, kind: what it is, and what it is counted as.
        process: that makes it; a thread's number.
        arguments: as the kernel sees them.
    """

    ticket: int
    name: str
    kind: str
    process: int
    arguments: tuple[int, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it is about; only while it waits."""
        return paths_of(self.name, self.process, self.arguments)

    @property
    def opening(self) -> int:
        """The flags, of a call that opens a file; 0 for others."""
        return self.arguments[SHAPES[self.name].names[0] + 1] if self.kind == "open" else 0


class Listener:
    """The deciding side. Readable when a call waits."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._names = numbers()

    def receive(self) -> Call | None:
        """The call that waits; None when its process is gone."""
        notice = bytearray(_NOTICE.size)
        if not self._ask(_RECEIVE, notice):
            return None
        ticket, process, _flags, number, _machine, _at, *arguments = _NOTICE.unpack(notice)
        name = self._names[number]
        return Call(ticket, name, SHAPES[name].kind, process, tuple(arguments))

    def allow(self, call: Call) -> None:
        """Let it happen."""
        self._ask(_SEND, bytearray(_ANSWER.pack(call.ticket, 0, 0, _CONTINUE)))

    def refuse(self, call: Call, error: int) -> None:
        """Let it fail with `error` without being carried out."""
        self._ask(_SEND, bytearray(_ANSWER.pack(call.ticket, 0, -error, 0)))

    def close(self) -> None:
        """Decide no longer."""
        os.close(self.descriptor)

    def _ask(self, request: int, message: bytearray) -> bool:
        try:
            fcntl.ioctl(self.descriptor, request, message)
        except OSError as error:
            if error.errno in _GONE:
                return False
            raise
        return True
