"""This run's messages and the lines of the log file as one list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from textual.content import Content

from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.message import Level, Message
from vega_terminal.ui.views.records import Column, Field, Record, both_times, field, stamp_after
from vega_terminal.ui.views.times import NOTHING, ist_stamp

COLUMNS: Final = (
    Column("WHEN IST", 17),
    Column("LEVEL", 11),
    Column("FROM", 22, seen_from=110),
    Column("TEXT", 0),
)
EVENTS: Final = "vega_terminal"
"""What the log file calls the source of events; this run's are in its messages already."""

_SIGNS: Final[Mapping[str, tuple[str, Tone]]] = MappingProxyType(
    {
        "DEBUG": ("·", Tone.MUTED),
        Level.INFO: ("·", Tone.MUTED),
        Level.WARNING: ("!", Tone.WAIT),
        Level.ERROR: ("✕", Tone.BAD),
        "CRITICAL": ("✕", Tone.BAD),
    }
)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log; its texts come from outside and are not yet made safe.

    Attributes:
        key: the number of a message of this run; a file's name and a line number for an older line.
        at: when it was written, UTC; None for a line that is no log line.
        level, source, text: what stands there.
        error: the class of the error that went with it; empty without one.
        tone: of the text.
        words: what a filter looks through.
    """

    key: object
    at: datetime | None
    level: str
    source: str
    text: str
    error: str
    tone: Tone
    words: str

    def cells(self, before: Record | None) -> tuple[Content, ...]:
        """Time, level, source, text."""
        glyph, tone = _SIGNS.get(self.level, ("·", Tone.VALUE))
        text = f"{self.text} ({self.error})" if self.error else self.text
        return (
            Content.styled(stamp_after(self, before), Tone.VALUE),
            Content.styled(f"{glyph} {safe_text(self.level, 12)}", tone),
            Content.styled(safe_text(self.source.removeprefix(f"{EVENTS}."), 60), Tone.MUTED),
            Content.styled(safe_text(text), self.tone),
        )

    def fields(self) -> tuple[Field, ...]:
        """Both times, and everything in full."""
        return (
            *(both_times(self.at) if self.at else (field("When", None),)),
            field("Level", self.level),
            field("From", self.source),
            *((field("Error", self.error),) if self.error else ()),
            field("Text", self.text),
        )

    def document(self) -> dict[str, object]:
        """It as the log file writes it."""
        at = None if self.at is None else self.at.isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": self.level, "from": self.source, "text": self.text}
        return {**line, "error": self.error} if self.error else line


def row_of_message(message: Message, number: int) -> LogRow:
    """A message of this run."""
    return _row(number, message.at, message.level, message.source, message.text, tone=message.tone)


def row_of_line(line: str, key: object) -> LogRow:
    """A line of a log file, whatever stands in it."""
    try:
        entry = json.loads(line)
        at = datetime.fromisoformat(entry["at"]).astimezone(UTC)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return _row(key, None, NOTHING, NOTHING, line)
    level, source, text, error = (_text(entry, name) for name in ("level", "from", "text", "error"))
    return _row(key, at, level, source, text, error)


def _text(entry: Mapping[str, Any], name: str) -> str:
    return str(entry.get(name, ""))


def _row(
    key: object,
    at: datetime | None,
    level: str,
    source: str,
    text: str,
    error: str = "",
    *,
    tone: Tone | None = None,
) -> LogRow:
    shown = tone or _SIGNS.get(level, ("", Tone.VALUE))[1]
    words = " ".join((ist_stamp(at), level, source, text, error)).casefold()
    return LogRow(key, at, level, source, text, error, shown, words)


def older_rows(
    lines: Iterable[str], file: str, began: datetime, told: Sequence[Message]
) -> tuple[LogRow, ...]:
    """The rows of a log file without what this run's messages tell already.

    Args:
        lines: of the file, oldest first.
        file: its name.
        began: when this run did.
        told: this run's messages.
    """
    rows = (row_of_line(line, (file, number)) for number, line in enumerate(lines))
    texts = frozenset(message.text for message in told)
    return tuple(row for row in rows if not _is_told(row, began, texts))


def _is_told(row: LogRow, began: datetime, texts: frozenset[str]) -> bool:
    """In the file an event's words are followed by the state in brackets."""
    if row.at is None or row.at < began or row.source != EVENTS:
        return False
    return row.text.rpartition(" [")[0] in texts


def in_order(rows: Iterable[LogRow]) -> tuple[LogRow, ...]:
    """Oldest first; a line without a time stays behind the one before it."""
    dated: list[tuple[datetime, LogRow]] = []
    last = datetime.min.replace(tzinfo=UTC)
    for row in rows:
        last = row.at or last
        dated.append((last, row))
    return tuple(row for _, row in sorted(dated, key=lambda pair: pair[0]))
