"""What came of the last warm-up, in `warmup.json` of the data folder, for every process of the machine."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from vega_terminal.domain.warmup import WarmUpRecord
from vega_terminal.schedule.private_file import read_small, write_small

FILE_NAME: Final = "warmup.json"


class WarmUpRecordFile:
    """Implements `WarmUpRecords`. A damaged file is one that is not there: a warm-up more does no harm."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE_NAME

    async def last(self) -> WarmUpRecord | None:
        """The last one; None when there is none, or it cannot be read."""
        return await asyncio.to_thread(self._read)

    async def save(self, record: WarmUpRecord) -> None:
        """Remember this one instead.

        Raises:
            StorageError: it cannot be written.
        """
        document = {
            "due": None if record.due is None else record.due.isoformat(),
            "finishedAt": record.finished_at.isoformat(timespec="seconds"),
            "exitCode": record.exit_code,
            "summary": record.summary,
        }
        await asyncio.to_thread(write_small, self._path, json.dumps(document) + "\n")

    def _read(self) -> WarmUpRecord | None:
        try:
            document = json.loads(read_small(self._path))
            due = document["due"]
            return WarmUpRecord(
                due=None if due is None else _instant(due),
                finished_at=_instant(document["finishedAt"]),
                exit_code=int(document["exitCode"]),
                summary=str(document["summary"]),
            )
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return found.astimezone(UTC)
