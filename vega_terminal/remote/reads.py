"""What is read of an engine elsewhere besides its status: audit trail, doctor, log, bundle."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from pathlib import Path

from vega_terminal.doctor.findings import Finding
from vega_terminal.engine.ports.audit import AuditRecord, AuditVerification
from vega_terminal.log_files import LogEnd
from vega_terminal.remote.link import Link
from vega_terminal.wire.about import About
from vega_terminal.wire.coding import decode
from vega_terminal.wire.intents import Bundle


class RemoteBook:
    """Implements `AuditBook` on the server's trail."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def records(self, limit: int | None = None) -> Sequence[AuditRecord]:
        """The last `limit` records, or all of them; newest last."""
        asked = {} if limit is None else {"limit": limit}
        return await self._link.get(tuple[AuditRecord, ...], "/audit/records", **asked)

    async def verify(self) -> AuditVerification:
        """Check the whole trail, there."""
        return await self._link.get(AuditVerification, "/audit/proof")


class RemoteBackstage:
    """Implements the terminal's backstage: it looks there, and writes exports here.

    Args:
        link: to the server.
        about: the server.
        folder: of this machine, for exports.
    """

    def __init__(self, link: Link, about: About, folder: Path) -> None:
        self._link = link
        self._about = about
        self.folder = folder

    @property
    def checks(self) -> int:
        """How many checks the server's doctor has."""
        return self._about.checks

    async def log_end(self, number: int) -> LogEnd | None:
        """The end of a log file of the server; None when there are not so many."""
        return await self._link.get_unless(HTTPStatus.NOT_FOUND, LogEnd, f"/log/{number}")

    async def examine(self) -> AsyncIterator[Finding]:
        """Every finding of the server's doctor, as soon as it is there."""
        async with self._link.streaming("/doctor") as response:
            async for line in response.aiter_lines():
                yield decode(Finding, line)

    async def write_bundle(self) -> Path:
        """Have a bundle written by the server; returns where it lies, as `scp` would name it.

        Raises:
            StorageError: it could not be written.
        """
        response = await self._link.post("/bundle")
        path = decode(Bundle, response.content).path
        address = self._link.address
        return Path(path if address.on_this_machine else f"{address.name}:{path}")
