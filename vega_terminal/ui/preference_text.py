"""terminal.toml as text: what it says, and everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from vega_terminal.ui.functions import FUNCTIONS, Code
from vega_terminal.ui.looks import Look, MarketColours, ThemeName
from vega_terminal.ui.own_keys import OwnKeys, UnusableKey, clashes, key_named
from vega_terminal.ui.preferences import Preferences
from vega_terminal.ui.safe_text import safe_text

W = TypeVar("W", bound=StrEnum)
FILE_NAME: Final = "terminal.toml"
MOST_WATCHED: Final = 200
_LONGEST_SYMBOL: Final = 64
_KNOWN: Final = ("theme", "market_colours", "animations", "watchlist", "keys")


class Unusable(ValueError):
    """What is wrong with a value, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave.

    Attributes:
        preferences: with the default wherever the file says nothing that can be used.
        problems: one sentence each: where, what is wrong, what to write.
    """

    preferences: Preferences
    problems: tuple[str, ...] = ()


def read_text(text: str, defaults: Preferences) -> Reading:
    """Read a whole file; whatever is wrong leaves its default standing."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Reading(defaults, (f"{FILE_NAME} is no TOML: {safe_text(str(error), 160)}. It was not used.",))
    return _Reader(text, table, defaults).reading()


class _Reader:
    """Takes values out of one table and collects what is wrong."""

    def __init__(self, text: str, table: Mapping[str, object], defaults: Preferences) -> None:
        self._text = text
        self._table = table
        self._defaults = defaults
        self._problems: list[str] = []

    def reading(self) -> Reading:
        """Everything at once."""
        for name in (name for name in self._table if name not in _KNOWN):
            self._complain(name, f"is not known; known are {', '.join(_KNOWN)}")
        defaults = self._defaults
        preferences = Preferences(
            look=Look(
                self._word("theme", ThemeName, defaults.look.theme),
                self._word("market_colours", MarketColours, defaults.look.market),
            ),
            animations=self._animations(),
            watchlist=self._watchlist(),
            keys=self._keys(),
            file=defaults.file,
        )
        return Reading(preferences, tuple(self._problems))

    def _word(self, name: str, kind: type[W], default: W) -> W:
        value = self._table.get(name, default)
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        self._complain(
            name, f"is {_quoted(value)}; write {' or '.join(_quoted(word.value) for word in kind)}"
        )
        return default

    def _animations(self) -> bool:
        value = self._table.get("animations", self._defaults.animations)
        if isinstance(value, bool):
            return value
        self._complain("animations", f"is {_quoted(value)}; write true or false")
        return self._defaults.animations

    def _watchlist(self) -> tuple[str, ...]:
        value = self._table.get("watchlist", [])
        symbols = _texts(value)
        if symbols is None or not all(0 < len(symbol.strip()) <= _LONGEST_SYMBOL for symbol in symbols):
            self._complain("watchlist", 'is no list of symbols; write such as ["NIFTY 50", "RELIANCE"]')
            return self._defaults.watchlist
        if len(symbols) > MOST_WATCHED:
            self._complain("watchlist", f"has {len(symbols)} symbols; {MOST_WATCHED} are the most")
            return self._defaults.watchlist
        return tuple(dict.fromkeys(symbol.strip() for symbol in symbols))

    def _keys(self) -> OwnKeys:
        """All of them or none: half a set of keys would be worse than the usual one."""
        table = self._table.get("keys", {})
        before = len(self._problems)
        if not isinstance(table, dict):
            self._complain(
                "keys", 'is no table; write [keys] on a line of its own, then lines such as GEN = "ctrl+g"'
            )
            return self._defaults.keys
        own = dict(self._own_keys(table))
        if len(self._problems) == before:
            for clash in clashes(own):
                self._complain("[keys]", clash)
        if len(self._problems) == before:
            return OwnKeys(own)
        self._complain("[keys]", "was not used: all keys stay as usual until this is mended")
        return self._defaults.keys

    def _own_keys(self, table: Mapping[str, object]) -> Iterator[tuple[Code, tuple[str, ...]]]:
        for name, value in table.items():
            try:
                yield _code(name), _pressed(value)
            except (Unusable, UnusableKey) as error:
                self._complain(name, str(error))

    def _complain(self, name: str, what: str) -> None:
        at = _line_of(self._text, name)
        where = FILE_NAME if at is None else f"{FILE_NAME} line {at}"
        self._problems.append(f"{where}: {safe_text(name, 40)} {what}.")


def _code(name: str) -> Code:
    """The function that a line of [keys] is about."""
    if name.upper() == Code.QUIT:
        raise Unusable("keeps ctrl+q, so that leaving always works; take the line out")
    if name.upper() not in {code.value for code in FUNCTIONS}:
        raise Unusable(f"is no function; functions are {', '.join(FUNCTIONS)}")
    return Code(name.upper())


def _pressed(value: object) -> tuple[str, ...]:
    """The keys of one line, as Textual writes them."""
    written = _texts([value] if isinstance(value, str) else value)
    if not written:
        raise Unusable('has no key; write such as "ctrl+g" or ["v", "f5"]')
    return tuple(dict.fromkeys(key_named(key) for key in written))


def _texts(value: object) -> list[str] | None:
    """A list of texts as one; None for anything else."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    return None


def _quoted(value: object) -> str:
    return f'"{safe_text(str(value), 40)}"'


def _line_of(text: str, name: str) -> int | None:
    """The number of the first line that sets `name`; None when it is written in another way."""
    wanted = re.compile(rf"""\s*(?:\[\s*)?["']?{re.escape(name.strip("[]"))}["']?\s*[=\]]""")
    return next((at for at, line in enumerate(text.splitlines(), 1) if wanted.match(line)), None)
