"""Reads a JSON answer field by field and says which one is not what it should be."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.sanitise import plain_text
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LARGEST: Final = 10**15


class Fields:
    """One JSON object of the broker's answer. Every method raises BrokerError(UNEXPECTED_ANSWER).

    A field that is absent and one that is null are the same: the broker sends both.
    """

    def __init__(self, value: object, where: str) -> None:
        """Take `value`, found at `where` (such as `profile.data`, for the message)."""
        if not isinstance(value, dict):
            raise _misfit(where, "an object")
        self._object = value
        self._where = where

    def has(self, name: str) -> bool:
        """Whether there is anything to read under `name`."""
        return self._object.get(name) is not None

    def section(self, name: str) -> Fields:
        """The object under `name`."""
        return Fields(self._object.get(name), self._path(name))

    def identifier(self, name: str) -> str:
        """A name that is compared later, so nothing is cleaned away: letters, digits, dot, `_`, `-`."""
        value = self._object.get(name)
        if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
            raise _misfit(self._path(name), "an identifier")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A text for people, fit for a screen; `default`, if one is given, when there is none."""
        value = self._object.get(name)
        if value is None and default is not None:
            return default
        return _text(value, self._path(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of such texts; empty when there is none."""
        values = self._object.get(name)
        return tuple(_text(value, self._path(name)) for value in items(values, self._path(name)))

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false; `default` when there is none."""
        value = self._object.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise _misfit(self._path(name), "true or false")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A finite number; `default`, if one is given, when there is none."""
        value = self._object.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
            raise _misfit(self._path(name), "a number")
        return float(value)

    def whole(self, name: str) -> int:
        """A whole number, also when it is written as 10.0."""
        value = self.number(name)
        if not value.is_integer():
            raise _misfit(self._path(name), "a whole number")
        return int(value)

    def instant(self, name: str) -> datetime | None:
        """An instant given as milliseconds since 1970, in UTC; None when there is none."""
        if not self.has(name):
            return None
        try:
            return datetime.fromtimestamp(self.number(name) / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            raise _misfit(self._path(name), "a time in milliseconds") from None

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}"


def items(value: object, where: str) -> list[object]:
    """The elements of a list; none when there is no list.

    Raises:
        BrokerError: UNEXPECTED_ANSWER, it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise _misfit(where, "a list")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _misfit(where, "a text")
    return plain_text(value)


def _misfit(where: str, wanted: str) -> BrokerError:
    return broker_error(
        FailureKind.UNEXPECTED_ANSWER,
        f"The broker's answer is not as documented: {where} is not {wanted}. Its interface may have changed; "
        "nothing was taken from this answer. Try again; if it stays, look at the broker's announcements.",
    )
