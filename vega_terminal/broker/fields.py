"""Reads a JSON answer field by field and says which one is not what it should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, TypeVar

from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.sanitise import plain_text
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.token import IST

E = TypeVar("E", bound=StrEnum)
R = TypeVar("R")

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_INSTRUMENT_KEY: Final = re.compile(r"[A-Z_]{1,16}\|[ -{}~]{1,48}")
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

    def section_or_empty(self, name: str) -> Fields:
        """The object under `name`; one without fields when there is none."""
        return self.section(name) if self.has(name) else Fields({}, self._path(name))

    def sections(self) -> list[Fields]:
        """The objects under all names, whose names do not matter."""
        return [Fields(value, f"{self._where}[{at}]") for at, value in enumerate(self._object.values())]

    def items(self, name: str) -> list[object]:
        """The elements of the list under `name`; none when there is none."""
        return items(self._object.get(name), self._path(name))

    def rows(self, name: str) -> list[Fields]:
        """The same where each element is an object."""
        return rows(self._object.get(name), self._path(name))

    def identifier(self, name: str) -> str:
        """A name that is compared later, so nothing is cleaned away: letters, digits, dot, `_`, `-`."""
        value = self._object.get(name)
        if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
            raise _misfit(self._path(name), "an identifier")
        return value

    def instrument_key(self, name: str) -> str:
        """An instrument's key, such as `NSE_INDEX|Nifty 50`, exactly as it is sent."""
        value = self._object.get(name)
        if not isinstance(value, str) or not _INSTRUMENT_KEY.fullmatch(value):
            raise _misfit(self._path(name), "an instrument key")
        return value

    def member(self, name: str, of: type[E]) -> E:
        """One of a closed set of words."""
        value = self._object.get(name)
        if not isinstance(value, str) or value not in of.__members__.values():
            raise _misfit(self._path(name), f"one of {', '.join(of)}")
        return of(value)

    def text(self, name: str, default: str | None = None) -> str:
        """A text for people, fit for a screen; `default`, if one is given, when there is none."""
        value = self._object.get(name)
        if value is None and default is not None:
            return default
        return _text(value, self._path(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of such texts; empty when there is none."""
        return tuple(_text(value, self._path(name)) for value in self.items(name))

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

    def number_or_none(self, name: str) -> float | None:
        """A finite number; None when there is none."""
        return self.number(name) if self.has(name) else None

    def whole_or_none(self, name: str) -> int | None:
        """A whole number; None when there is none."""
        return self.whole(name) if self.has(name) else None

    def price(self, name: str) -> float | None:
        """A price; None when there is none, for which the broker also sends 0."""
        return self.number_or_none(name) or None

    def day(self, name: str) -> date:
        """A day written as 2026-01-31."""
        return self._parsed(name, date.fromisoformat, "a date")

    def moment(self, name: str) -> datetime:
        """An instant in words, such as `2026-01-31 09:15:00` or with an offset; in UTC.

        Without an offset it is IST, in which the broker writes its order book.
        """
        return self._parsed(name, _in_utc, "a time")

    def moment_or_none(self, name: str) -> datetime | None:
        """Such an instant; None when there is none."""
        return self.moment(name) if self.has(name) else None

    def instant(self, name: str) -> datetime | None:
        """An instant given as milliseconds since 1970, in UTC; None when there is none."""
        if not self.has(name):
            return None
        try:
            return datetime.fromtimestamp(self.number(name) / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            raise _misfit(self._path(name), "a time in milliseconds") from None

    def _parsed(self, name: str, parse: Callable[[str], R], wanted: str) -> R:
        value = self._object.get(name)
        try:
            if isinstance(value, str):
                return parse(value)
        except (ValueError, OverflowError):
            pass  # told below, without the value
        raise _misfit(self._path(name), wanted)

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}"


def rows(value: object, where: str) -> list[Fields]:
    """The elements of a list, each an object; none when there is no list.

    Raises:
        BrokerError: UNEXPECTED_ANSWER, it is something else.
    """
    return [Fields(row, f"{where}[{at}]") for at, row in enumerate(items(value, where))]


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


def _in_utc(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=IST)).astimezone(UTC)


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
