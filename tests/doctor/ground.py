"""A machine to examine: settings, a data folder, and whatever a test spoils of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from tests.unit.environments import GOOD, NO_FILE
from vega_terminal.clock import Clock, SystemClock
from vega_terminal.doctor.examination import CHECKS, examine
from vega_terminal.doctor.findings import Finding
from vega_terminal.doctor.ground import Ground, ground_on, ground_on_wrong
from vega_terminal.doctor.terminal import TerminalFacts
from vega_terminal.domain.errors import SettingsError
from vega_terminal.domain.token import IST
from vega_terminal.settings import load_settings

MORNING: Final = datetime(2026, 10, 6, 9, 30, tzinfo=IST)
"""When the tokens of `tests.store.support` are alive."""


class ClockAt(SystemClock):
    """The machine's clock, but for the date."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Settings that are right, with `folder/data` and `folder/key`; an empty text unsets a key."""
    own = {
        "PATH": os.environ["PATH"],
        "VEGA_DATA_DIR": str(folder / "data"),
        "VEGA_KEY_FILE": str(folder / "key"),
    }
    return {**GOOD, **own, **changes}


def ground_in(
    folder: Path,
    *,
    clock: Clock | None = None,
    terminal: TerminalFacts | None = None,
    env_file: Path = NO_FILE,
    **changes: str,
) -> Ground:
    """The ground of an examination, whether the settings are right or wrong."""
    return ground_of(environment(folder, **changes), env_file, clock, terminal)


def ground_of(
    environ: Mapping[str, str],
    env_file: Path = NO_FILE,
    clock: Clock | None = None,
    terminal: TerminalFacts | None = None,
) -> Ground:
    """The same for a whole environment."""
    clock = clock or SystemClock()
    try:
        settings = load_settings(environ, env_file)
    except SettingsError as error:
        return ground_on_wrong(error, environ, env_file, clock, terminal)
    return ground_on(settings, environ, env_file, clock, terminal)


async def finding(name: str, ground: Ground) -> Finding:
    """What the check of this name finds."""
    (check,) = (check for check in CHECKS if check.name == name)
    (found,) = await examine(ground, (check,))
    return found


def everything_in(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Rights, time of the last change, and content of every file, to compare."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(folder.rglob("*"))
    }
