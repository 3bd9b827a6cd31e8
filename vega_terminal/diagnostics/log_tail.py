"""The end of the log."""

from __future__ import annotations

import json
import os
from collections import deque
from pathlib import Path
from typing import Final

from vega_terminal.diagnostics.redaction import Redactor

_LINES: Final = 500
_MOST_BYTES: Final = 2_000_000


def log_tail(path: Path, redactor: Redactor, lines: int = _LINES) -> str:
    """The last lines of a log, redacted once more; empty where there is none. Blocks.

    A line is JSON: its texts are gone through one by one, so that no quoting hides anything. A line that is
    no JSON is gone through as it is.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _MOST_BYTES))
            if size > _MOST_BYTES:
                file.readline()  # its beginning, and what tells a secret by it, is cut off
            data = file.read(_MOST_BYTES)
    except OSError:
        return ""
    last = deque(data.decode(errors="replace").splitlines(), maxlen=lines)
    return "".join(f"{_redacted(line, redactor)}\n" for line in last)


def _redacted(line: str, redactor: Redactor) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return redactor.text(line)
    return json.dumps(redactor.document(entry))
