"""What people were told and what goes on since, across processes: a timer that fails again is no news."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from vega_terminal.domain.document import iso
from vega_terminal.domain.token import next_expiry
from vega_terminal.notices.notice import NoticeKind
from vega_terminal.private_files import make_folder, replace_file

Key = tuple[NoticeKind, str]
"""Kind and subject of an episode."""
STANDING: Final = frozenset(
    {
        NoticeKind.RUN_PARTIAL,
        NoticeKind.RUN_CAPTCHA,
        NoticeKind.RUN_FATAL,
        NoticeKind.NOT_STARTED,
        NoticeKind.SIGN_INS_STOPPED,
    }
)
"""Kinds that the next process finds as they were, and would tell once more."""
_LARGEST: Final = 64 * 1024


def read_standing(path: Path, now: datetime) -> frozenset[Key]:
    """What was told since the last 03:30 IST and went on at the end of that process; blocks.

    What cannot be read was not told: better twice than never.
    """
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_LARGEST))
        if document["until"] != iso(next_expiry(now)):
            return frozenset()
        return frozenset((NoticeKind(kind), str(subject)) for kind, subject in document["told"])
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def write_standing(path: Path, keys: Collection[Key], now: datetime) -> None:
    """Keep `keys` until 03:30 IST for those who come later; blocks.

    Raises:
        OSError: it cannot be written.
    """
    if not keys:
        path.unlink(missing_ok=True)
        return
    make_folder(path.parent)
    told = sorted([kind.value, subject] for kind, subject in keys)
    replace_file(path, json.dumps({"until": iso(next_expiry(now)), "told": told}))
