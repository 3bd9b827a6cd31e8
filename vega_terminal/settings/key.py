"""What a setting is: its name, where it may stand, how its text becomes a value, what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Scope(Enum):
    """Where a key may stand."""

    PROGRAM = "once"
    SLOT = "once for each slot, as KEY_<NAME>"
    BOTH = "once for all slots, and as KEY_<NAME> for one"


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """One setting.

    Attributes:
        name: the key; with a scope of slots, `<name>_<slot>` too.
        parse: makes the value of the text, or raises BadValue.
        meaning: one line for `.env.example`, with the unit.
        default: text that counts when nothing is set; empty where there is none.
        scope: where the key may stand.
        required: whether nothing works without it.
    """

    name: str
    parse: Callable[[str], T]
    meaning: str
    default: str = ""
    scope: Scope = Scope.PROGRAM
    required: bool = False

    def of(self, slot: str) -> str:
        """The key of one slot."""
        return f"{self.name}_{slot}"


@dataclass(frozen=True, slots=True)
class Section:
    """Keys that belong together in `.env.example`."""

    title: str
    keys: tuple[Key[Any], ...]
