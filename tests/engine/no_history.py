"""Executions that nobody remembers, for tests that look at something else."""

from __future__ import annotations

from collections.abc import Sequence

from vega_terminal.domain.execution_record import ExecutionRecord


class NoHistory:
    """Takes every record and keeps none."""

    async def save_record(self, record: ExecutionRecord) -> None:
        """Nothing is kept."""

    async def recent_records(self) -> Sequence[ExecutionRecord]:
        return ()


class NoProcesses:
    """One process, which lives."""

    own = "this one"

    def is_alive(self, process: str) -> bool:
        return process == self.own
