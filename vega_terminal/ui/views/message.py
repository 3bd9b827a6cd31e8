"""One line of the message list; how events become one is told in `messages`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vega_terminal.ui.theme import Tone


class Level(StrEnum):
    """How much a message wants to be read, in the words of the log file."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the message list; `at` is UTC, `text` not yet made safe, `source` who says it."""

    at: datetime
    tone: Tone
    text: str
    source: str = "terminal"

    @property
    def level(self) -> Level:
        """What its tone amounts to."""
        return _LEVELS.get(self.tone, Level.INFO)


_LEVELS: Final = MappingProxyType({Tone.BAD: Level.ERROR, Tone.WAIT: Level.WARNING})
