"""The log file: one JSON line an entry, readable by its owner alone, never with a secret."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from vega_terminal.domain.events import Event
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.wording import words_for
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.private_files import make_folder

LOGGER: Final = logging.getLogger("vega_terminal")
MAX_BYTES: Final = 2_000_000
_TALKATIVE: Final = ("httpx", "httpcore", "selenium", "urllib3", "asyncio", "aiosqlite", "filelock")
"""Libraries that put URLs, typed text or headers into their lines below WARNING."""


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "from": record.name, "text": record.getMessage()}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=True)


class _PrivateFile(RotatingFileHandler):
    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202  the base class types it loosely
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")


def log_to(folder: Path, level: str) -> None:
    """Write everything of `level` and above to `vega.log` in `folder`; it and the data folder are made 0700.

    Raises:
        OSError: the folder cannot be written.
    """
    make_folder(folder)
    handler = _PrivateFile(folder / "vega.log", maxBytes=MAX_BYTES, backupCount=3)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def log_events(board: StatusBoard) -> None:
    """Write every event of `board` to the log, in the words that people read."""
    board.watch(_log_event)


def _log_event(event: Event, status: AuthStatus) -> None:
    words = words_for(event)
    if words is not None:
        LOGGER.info("%s [%s]", words, status.state.value)
