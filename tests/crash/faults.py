"""What may happen at a system call."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .interception import Call

_CHANGES: Final = frozenset({"write", "fsync", "rename", "unlink", "link", "fallocate", "ftruncate"})
"""Calls between which a kill makes a difference; between others it would only be the same kill again."""
_TAKES_ROOM: Final = frozenset({"write", "fsync", "rename", "link", "fallocate", "ftruncate", "mkdir"})
"""A full disk still reads and removes files."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a life in which faults happen: from the first line with one beginning to that with another.

    Attributes:
        begins: at the first line that begins so.
        ends: at the first line that begins so; None: with the life.
        held: whether tokens of an earlier life lie in the journal.
    """

    begins: str
    ends: str | None = None
    held: bool = False


RUN: Final = Stretch("issued")
"""From the broker's first answer to the end."""
REPLAY: Final = Stretch("opened", "started", held=True)
"""The start after a life of which every token is still held."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Happens at one call, or at that one and all that follow.

    Attributes:
        errors: that the call fails with, in turn from point to point; without any the process is killed
            before the call is carried out.
        lasting: whether the following ones fail, too.
        stretch: where.
        slots: how many slots the run makes: one, two where the second of a person is to be seen, too, or all.
    """

    errors: tuple[int, ...] = ()
    lasting: bool = False
    stretch: Stretch = RUN
    slots: int = 3

    def error_at(self, point: int) -> int | None:
        """What the call at this point fails with; None: the process is killed."""
        return self.errors[point % len(self.errors)] if self.errors else None


def may_strike(error: int | None, call: Call) -> bool:
    """Whether such a call can fail with this error, or be the last before a kill."""
    kinds = {None: _CHANGES, errno.ENOSPC: _TAKES_ROOM}.get(error)
    return kinds is None or call.kind in kinds or bool(call.opening & os.O_CREAT)


FAULTS: Final[Mapping[str, Fault]] = {
    "SIGKILL": Fault(slots=2),
    "SIGKILL-in-replay": Fault(stretch=REPLAY),
    "EIO-or-ENOSPC-once": Fault((errno.EIO, errno.ENOSPC), slots=1),
    "EIO-or-ENOSPC-for-good": Fault((errno.EIO, errno.ENOSPC), lasting=True, slots=2),
}
