"""Which process is meant: the system gives the number of a process that ended to another one."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ENDED: Final = frozenset("ZX")
"""States of a process that only waits to be buried (proc(5): stat)."""


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process, now and after its end.

    Attributes:
        pid: its number.
        birth: when it started, by a count that no change of the clock moves: on Linux in clock ticks
            since the machine's start, elsewhere in milliseconds since the epoch.
    """

    pid: int
    birth: int

    @classmethod
    def own(cls) -> ProcessIdentity:
        """This very process.

        Raises:
            OSError: the system does not tell.
        """
        own = cls.of(os.getpid())
        if own is None:
            raise OSError("the system does not show this process to itself")
        return own

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity | None:
        """The process that has this number now; None when there is none.

        Raises:
            OSError: the system does not tell.
        """
        birth = _birth_of(pid)
        return None if birth is None else cls(pid, birth)

    def is_alive(self) -> bool:
        """Whether it still lives; True also when the system does not tell."""
        try:
            return _birth_of(self.pid) == self.birth
        except OSError:
            return True


def _birth_of(pid: int) -> int | None:
    """When the process of this number started; None when there is none.

    Raises:
        OSError: the system does not tell.
    """
    return _birth_on_linux(pid) if sys.platform == "linux" else _birth_elsewhere(pid)


def _birth_on_linux(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The program's name stands in brackets and may hold anything; state is field 3, the start field 22.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in _ENDED else int(fields[19])


def _birth_elsewhere(pid: int) -> int | None:
    import psutil  # noqa: PLC0415 - costs start-up time

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return round(process.create_time() * 1000)
    except psutil.NoSuchProcess:
        return None
    except psutil.Error as error:
        raise OSError(str(error)) from error
