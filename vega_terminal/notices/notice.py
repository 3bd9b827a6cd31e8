"""One notice: what happened, what it means, and what to do."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from vega_terminal.domain.document import iso


class NoticeKind(StrEnum):
    """What a notice is about; the value is what the JSON shows."""

    CAPTCHA = "CAPTCHA_WAITS"
    OTP = "OTP_WAITS"
    DECISION = "DECISION_WAITS"
    LOGIN_PAGE = "LOGIN_PAGE_WAITS"
    APPROVAL = "APPROVAL_WAITS"
    RUN_PARTIAL = "RUN_PARTIAL"
    RUN_CAPTCHA = "RUN_CAPTCHA"
    RUN_FATAL = "RUN_FATAL"
    NOT_STARTED = "NOT_STARTED"
    COOLDOWN = "COOLDOWN_BEGAN"
    SIGN_INS_STOPPED = "SIGN_INS_STOPPED"
    PRIMARY_LOST = "PRIMARY_LOST"
    TOKEN_REFUSED = "TOKEN_REFUSED"
    DATABASE = "DATABASE_UNUSABLE"
    TOKENS_MISSING = "TOKENS_MISSING"
    TEST = "TEST"


NEEDS_PERSON: Final = frozenset(
    {
        NoticeKind.CAPTCHA,
        NoticeKind.OTP,
        NoticeKind.DECISION,
        NoticeKind.LOGIN_PAGE,
        NoticeKind.APPROVAL,
    }
)
"""Kinds in which a run stands still until a person acts."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What an episode is about, and the words for it.

    Attributes:
        kind: what kind of thing.
        subject: which one of its kind, such as a slot.
        happened, to_do: the words of its notice.
        slots: which slots it is about.
    """

    kind: NoticeKind
    subject: str
    happened: str
    to_do: str
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What one message says.

    Attributes:
        kind: what it is about.
        title: a few words.
        happened: one or more sentences; may hold text from outside, never a secret.
        to_do: what the reader should do.
        slots: which slots it is about.
        at: when it was written, UTC.
    """

    kind: NoticeKind
    title: str
    happened: str
    to_do: str
    slots: tuple[str, ...]
    at: datetime

    @property
    def text(self) -> str:
        """All of it in one line."""
        return f"VEGA Terminal: {self.title}. {self.happened} {self.to_do}"

    def document(self) -> dict[str, Any]:
        """The notice as JSON; `text` is what chat services show of a posted document."""
        return {
            "kind": self.kind.value,
            "title": self.title,
            "happened": self.happened,
            "toDo": self.to_do,
            "slots": list(self.slots),
            "urgent": self.kind in NEEDS_PERSON,
            "at": iso(self.at),
            "host": platform.node(),
            "text": self.text,
        }
