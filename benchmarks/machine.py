"""On what it was measured."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil

from vega_terminal import __version__

ROOT: Final = Path(__file__).resolve().parent.parent
_LIBRARIES: Final = ("textual", "selenium", "httpx", "aiosqlite", "cryptography")


def machine_facts() -> tuple[tuple[str, str], ...]:
    """Date, machine and versions, as pairs of name and value."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("machine", f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"),
        ("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("python", f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"),
        ("browser", _browser()),
        ("product", f"VEGA Terminal {__version__}"),
        ("libraries", ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)),
    )


def load() -> str:
    """How busy the machine is, in words; above the number of cores the figures say little."""
    return f"{os.getloadavg()[0]:.2f} over one minute"


def _processor() -> str:
    return next(_models(), platform.processor() or "unknown processor")


def _models() -> Iterator[str]:
    """The processor's name, where the system tells it in /proc."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                yield line.partition(":")[2].strip()


def _browser() -> str:
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    if binary is None:
        return "none"
    asked = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, timeout=20)
    return asked.stdout.strip() or "unknown"
