"""Processor time of a process and everything that it started, as the kernel counts it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import psutil

_TICKS: Final = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid: int) -> float:
    """User and system time of the process, of its ended children and of its living descendants."""
    descendants = psutil.Process(pid).children(recursive=True)
    return sum(_of(process) for process in (pid, *(child.pid for child in descendants)))


def _of(pid: int) -> float:
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return 0.0  # it ended just now; its parent's figures have it
    fields = line.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS
