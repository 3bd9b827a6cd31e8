"""Audit trail, doctor and files as a test wants them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from vega_terminal.doctor.findings import Finding
from vega_terminal.engine.ports.audit import AuditRecord, AuditVerification
from vega_terminal.log_files import LogEnd, read_log


class ScriptedBook:
    """Implements `engine.ports.AuditBook` on a list."""

    def __init__(self) -> None:
        self.trail: list[AuditRecord] = []
        self.verdict: AuditVerification | None = None

    async def records(self, limit: int | None = None) -> Sequence[AuditRecord]:
        return self.trail if limit is None else self.trail[-limit:]

    async def verify(self) -> AuditVerification:
        return self.verdict or AuditVerification(len(self.trail))


class ScriptedBackstage:
    """Findings and files that a test put there."""

    def __init__(self, folder: Path = Path("/nowhere")) -> None:
        self.folder = folder
        self.log_file = folder / "vega.log"
        self.findings: list[Finding] = []
        self.bundles = 0

    @property
    def checks(self) -> int:
        return len(self.findings)

    async def log_end(self, number: int) -> LogEnd | None:
        return read_log(self.log_file, number)

    async def examine(self) -> AsyncIterator[Finding]:
        for finding in self.findings:
            yield finding

    async def write_bundle(self) -> Path:
        self.bundles += 1
        return self.folder / f"bundle-{self.bundles}.zip"
