"""What `login.lock` says about whoever holds it: one JSON line, without secrets."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from vega_terminal.domain.token import IST
from vega_terminal.process_identity import ProcessIdentity

_MOST_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class LoginHolder:
    """The process that took the lock.

    Attributes:
        process: which one; only meaningful on the machine named by `host`.
        since: when it took the lock, UTC.
        host: the machine's name.
    """

    process: ProcessIdentity
    since: datetime
    host: str

    @classmethod
    def this_process(cls, since: datetime) -> LoginHolder:
        """This process, from `since` (UTC) on."""
        return cls(ProcessIdentity.own(), since, os.uname().nodename)

    @property
    def is_gone(self) -> bool:
        """Whether that process ended without letting go; never true of another machine's process."""
        return self.host == os.uname().nodename and not self.process.is_alive()

    def __str__(self) -> str:
        here = self.host == os.uname().nodename
        place = "" if here else f" on {self.host}"
        return f"process {self.process.pid}{place}, since {self.since.astimezone(IST):%H:%M:%S} IST"


def write_holder(descriptor: int, holder: LoginHolder) -> None:
    """Write the record through the descriptor that holds the lock.

    Raises:
        OSError: it cannot be written.
    """
    record = {
        "pid": holder.process.pid,
        "birth": holder.process.birth,
        "since": holder.since.isoformat(timespec="seconds"),
        "host": holder.host,
    }
    line = json.dumps(record).encode() + b"\n"
    os.pwrite(descriptor, line, 0)
    os.ftruncate(descriptor, len(line))


def read_holder(path: Path) -> LoginHolder | None:
    """Who holds or held the lock; None when it is free, or when the file does not tell."""
    try:
        with path.open("rb") as file:
            record = json.loads(file.read(_MOST_BYTES).partition(b"\n")[0])
        return _from_record(record)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _from_record(record: dict[str, Any]) -> LoginHolder:
    process = ProcessIdentity(int(record["pid"]), int(record["birth"]))
    since = datetime.fromisoformat(record["since"])
    if since.tzinfo is None:
        raise ValueError("an instant without a zone")
    return LoginHolder(process, since, str(record["host"]))
