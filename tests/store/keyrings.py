"""Keyring backends that behave, hang, fail and forget."""

from __future__ import annotations

import threading
from typing import NoReturn


class MemoryKeyring:
    """Keeps one text in memory and counts how often it was asked."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.asked = 0
        self.stored = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return self.text

    def set_password(self, service: str, username: str, password: str) -> None:
        self.stored += 1
        self.text = password


class MeetingKeyring(MemoryKeyring):
    """Two callers that ask at the same time meet here before either is answered."""

    def __init__(self) -> None:
        super().__init__()
        self._meeting = threading.Barrier(2, timeout=0.3)

    def get_password(self, service: str, username: str) -> str | None:
        text = super().get_password(service, username)
        try:
            self._meeting.wait()
        except threading.BrokenBarrierError:
            return text
        return text


class HangingKeyring(MemoryKeyring):
    """Answers nothing, not even while it is loaded, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self._free = threading.Event()

    def load(self) -> HangingKeyring:
        self._free.wait()
        return self

    def let_go(self) -> None:
        self._free.set()


class BrokenKeyring:
    """Fails with words that are not for the screen."""

    WORDS = "words of the backend"

    def get_password(self, service: str, username: str) -> NoReturn:
        raise PermissionError(self.WORDS)

    def set_password(self, service: str, username: str, password: str) -> NoReturn:
        raise PermissionError(self.WORDS)


class ForgetfulKeyring(MemoryKeyring):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        self.stored += 1
