"""Reads the ends of log files, the newest file first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LONGEST: Final = 2_000_000
"""Bytes of one file that are read: as large as a log file grows before the next one is begun."""


@dataclass(frozen=True, slots=True)
class LogEnd:
    """The end of one log file.

    Attributes:
        name: of the file.
        lines: oldest first.
    """

    name: str
    lines: tuple[str, ...]


def read_log(newest: Path, number: int) -> LogEnd | None:
    """The end of `vega.log` (0), of `vega.log.1` (1) and so on; None when there are not so many. Blocks.

    Raises:
        OSError: it cannot be read.
    """
    files = log_files(newest)
    return LogEnd(files[number].name, read_end(files[number])) if number < len(files) else None


def log_files(newest: Path) -> tuple[Path, ...]:
    """`vega.log` and the older files beside it, `vega.log.1` before `vega.log.2`; those that are there."""
    numbered = (newest.with_name(f"{newest.name}.{number}") for number in range(1, 10))
    return tuple(path for path in (newest, *numbered) if path.is_file())


def read_end(path: Path, longest: int = LONGEST) -> tuple[str, ...]:
    """The last whole lines of a file, oldest first, within `longest` bytes. Blocks.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - longest)
        file.seek(start)
        lines = file.read(longest).decode(errors="replace").split("\n")
    return tuple(line for line in lines[1 if start else 0 :] if line.strip())
