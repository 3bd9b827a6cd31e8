"""Which program gets a token, as it is told in the audit trail: a name, never its arguments."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_UNKNOWN: Final = "unknown program"


def parent_name() -> str:
    """The name of the program that started this process, as the system has it."""
    pid = os.getppid()
    return (_name_on_linux(pid) if sys.platform == "linux" else _name_elsewhere(pid)) or _UNKNOWN


def own_name() -> str:
    """The name of the script that runs in this process; of the interpreter when there is none."""
    script = Path(sys.argv[0] if sys.argv else "")
    if script.name in ("", "-c", "-m"):
        return Path(sys.executable or _UNKNOWN).name
    return script.parent.name if script.name == "__main__.py" else script.name


def _name_on_linux(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _name_elsewhere(pid: int) -> str | None:
    import psutil  # noqa: PLC0415 - costs start-up time

    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return None
