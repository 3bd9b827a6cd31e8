"""Takes values out of a source, key by key, and gathers everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from vega_terminal.domain.errors import SettingsProblem
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.settings.key import Key
from vega_terminal.settings.keys import API_NAMES
from vega_terminal.settings.parsers import BadValue
from vega_terminal.settings.source import Source

T = TypeVar("T")


class Reader:
    """One reading of the settings; never stops at a problem."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[SettingsProblem] = list(source.problems)
        self.warnings: list[str] = list(source.warnings)

    def problem(self, key: str, wrong: str, cure: str) -> None:
        """Note what is wrong with a key, once however often it is read."""
        found = SettingsProblem(key, wrong, cure)
        if found not in self.problems:
            self.problems.append(found)

    def holds(self, name: str) -> bool:
        """Whether something is set under this name, right or wrong."""
        return name in self.source.texts

    def find(self, key: Key[T], slot: str | None = None) -> T | None:
        """The value set for the program, or for one slot; None when none is set or it is wrong."""
        name = key.name if slot is None else key.of(slot)
        if not self.holds(name):
            return None
        text = self.source.texts[name]
        try:
            return key.parse(_printable(text.reveal()))
        except BadValue as bad:
            self.problem(name, bad.wrong, bad.cure)
            return None

    def get(self, key: Key[T]) -> T:
        """The value set for the program, or the default."""
        found = self.find(key)
        return key.parse(key.default) if found is None else found

    def need(self, key: Key[T], slot: str) -> T | None:
        """The value set for one slot; its absence is a problem."""
        if not self.holds(key.of(slot)):
            other_way = "" if slot == PRIMARY else f", or take {slot} out of {API_NAMES.name}"
            self.problem(
                key.of(slot), "It is not set.", f"Copy it from the app's page at the broker{other_way}."
            )
        return self.find(key, slot)

    def find_path(self, key: Key[Path]) -> Path | None:
        """An absolute path; a relative one counts from the file's folder, or from the working directory."""
        found = self.find(key)
        if found is None:
            return None
        return (self.source.folder / found if key.name in self.source.from_file else found).absolute()


def _printable(text: str) -> str:
    for place, letter in enumerate(text, start=1):
        if not letter.isprintable():
            raise BadValue(
                f"Its character {place} is invisible.", "Type the value by hand instead of pasting it."
            )
    return text
