"""What the terminal can show that is no part of the engine: doctor, log, and a bundle for whoever helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from vega_terminal.doctor.findings import Finding
    from vega_terminal.engine.ports import OperatorPrompts
    from vega_terminal.ui.facade import Engine, Opening


class Backstage(Protocol):
    """Lives as long as the engine. Every method raises StorageError or OSError where the files refuse."""

    @property
    def folder(self) -> Path:
        """Where exports and bundles are written."""
        ...

    @property
    def log_file(self) -> Path:
        """The log of this and earlier runs, one JSON document a line."""
        ...

    @property
    def checks(self) -> int:
        """How many checks the doctor has."""
        ...

    def examine(self) -> AsyncIterator[Finding]:
        """Run every check of the doctor; each finding comes as soon as it is there."""
        ...

    async def write_bundle(self) -> Path:
        """Write a diagnostics bundle without any secret; returns where it lies."""
        ...


@dataclass(frozen=True, slots=True)
class Running:
    """A running engine with all that belongs to it."""

    engine: Engine
    backstage: Backstage


EngineFactory: TypeAlias = "Callable[[OperatorPrompts, Opening], AbstractAsyncContextManager[Running]]"
"""Makes the engine that asks the given operator. Entered after the first frame; leaving closes it."""
