"""What stands behind the terminal besides the engine: doctor, log and diagnostics bundle."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from vega_terminal.clock import Clock
from vega_terminal.diagnostics.bundle import write_bundle
from vega_terminal.doctor.examination import NAMES, examination, examine
from vega_terminal.doctor.findings import Finding
from vega_terminal.doctor.ground import Ground, ground_on
from vega_terminal.doctor.terminal import TerminalFacts
from vega_terminal.log_files import LogEnd, read_log
from vega_terminal.settings.values import Settings


class Backstage:
    """Implements `ui.backstage.Backstage` on the operator's settings.

    Args:
        settings: of the running engine.
        env_file: where they came from; None for `./.env`.
        status: makes the status document of this moment.
        clock: the engine's.
    """

    def __init__(
        self, settings: Settings, env_file: Path | None, status: Callable[[], Mapping[str, Any]], clock: Clock
    ) -> None:
        self._settings = settings
        self._env_file = env_file
        self._status = status
        self._clock = clock

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._settings.data_dir

    async def log_end(self, number: int) -> LogEnd | None:
        """The end of a log file, the newest being 0; None when there are not so many.

        Raises:
            OSError: it cannot be read.
        """
        return await asyncio.to_thread(read_log, self._settings.data_dir / "logs" / "vega.log", number)

    @property
    def checks(self) -> int:
        """How many checks the doctor has."""
        return len(NAMES)

    async def examine(self) -> AsyncIterator[Finding]:
        """Run every check of the doctor; each finding comes as soon as it is there."""
        async with examination(await self._ground()) as findings:
            async for finding in findings:
                yield finding

    async def write_bundle(self) -> Path:
        """Write a diagnostics bundle without any secret; returns where it lies.

        Raises:
            StorageError: it could not be written.
        """
        ground = await self._ground()
        return await write_bundle(ground, await examine(ground), self._status())

    async def _ground(self) -> Ground:
        terminal = TerminalFacts.of_process(os.environ)
        return await asyncio.to_thread(
            ground_on, self._settings, os.environ, self._env_file, self._clock, terminal
        )
