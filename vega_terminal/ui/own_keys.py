"""The operator's own keys: which function each calls, and which keys nobody can have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from textual.binding import Binding
from textual.keys import format_key

from vega_terminal.ui.functions import ALL, FUNCTIONS, Code, Function

KeysByCode = Mapping[Code, tuple[str, ...]]

_LOOKS_LIKE: Final[Mapping[str, str]] = MappingProxyType(
    {"ctrl+i": "tab", "ctrl+m": "Enter", "ctrl+j": "Enter", "ctrl+h": "backspace", "ctrl+[": "Esc"}
)
"""Terminals send the same bytes for both."""
_FIXED: Final = frozenset({"esc", "escape", "ctrl+q", "ctrl+c", "ctrl+p", *"0123456789"})
_IN_LISTS: Final = frozenset(
    {
        *("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"),
        *("enter", "space", "backspace", "delete", "j", "k", "n", "N"),
    }
)
_IN_LINES: Final = frozenset(":;/")
_MODIFIED: Final = re.compile(r"(ctrl|alt)\+[a-z]|((ctrl|shift)\+)?f([1-9]|1[0-2])")
_EXAMPLES: Final = '"g", "f5", "ctrl+g" or "alt+g"'


class UnusableKey(ValueError):
    """Why a key cannot call a function, and what to write instead."""


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """Keys that take the place of those in the table of functions.

    Attributes:
        by_code: as Textual writes keys; a function that is not named keeps its own.
    """

    by_code: KeysByCode = field(default_factory=lambda: MappingProxyType({}))

    def of(self, function: Function) -> Function:
        """The function with the keys that call it here. Digits stay: the title band shows them."""
        own = self.by_code.get(function.code)
        if own is None:
            return function
        digits = tuple(key for key in function.keys if key.isdigit())
        return replace(function, keys=digits + own, shown_key=key_shown(own[0]))

    def shown(self, code: Code) -> str:
        """The key that calls a function, as people know it; its code where it has none."""
        function = self.of(FUNCTIONS[code])
        return function.shown_key or (function.keys[-1] if function.keys else function.code)

    def keymap(self) -> dict[str, str]:
        """For Textual: the keys by the ids of their bindings."""
        return {code.lower(): ",".join(self.of(FUNCTIONS[code]).keys) for code in self.by_code}


def key_shown(key: str) -> str:
    """A key as the footer shows it, such as `^g`."""
    modifiers, _, last = key.rpartition("+")
    name = last.upper() if _MODIFIED.fullmatch(key) and len(last) > 1 else format_key(last)
    return f"{modifiers}+{name}".removeprefix("+").replace("ctrl+", "^")


def key_named(written: str) -> str:
    """The key that `written` means, such as `g`, `?`, `ctrl+g` or `f5`, as Textual writes it.

    Raises:
        UnusableKey: it is no key, or one that has to stay what it is.
    """
    text = written if len(written) == 1 else written.lower()
    refused = _why_unusable(text)
    if refused is not None:
        raise UnusableKey(f'"{written}" {refused}')
    (binding,) = Binding.make_bindings([Binding(text, "call")])
    return binding.key


def _why_unusable(text: str) -> str | None:
    """Why this key cannot be had; None when it can."""
    if text in _LOOKS_LIKE:
        return f"reaches the terminal as {_LOOKS_LIKE[text]} does; write another key"
    if text in _FIXED:
        return "always does the same (digits, Esc and ctrl with c, p or q); write another key"
    if text in _IN_LISTS or text in _IN_LINES:
        return "moves in lists or opens a line to type in; write another key"
    if len(text) == 1 and text.isupper():
        return "begins a function on the command line, as every capital letter does; write a small one"
    if _MODIFIED.fullmatch(text) or (len(text) == 1 and text.isprintable() and text not in ", "):
        return None
    return f"is no key that every terminal has; write one such as {_EXAMPLES}"


def clashes(own: KeysByCode) -> tuple[str, ...]:
    """A sentence for each key that would call more than one function."""
    keys = OwnKeys(own)
    owners: dict[str, list[Code]] = {}
    for function in ALL:
        for key in keys.of(function).keys:
            owners.setdefault(key, []).append(function.code)
    shared = ((key_shown(key), codes) for key, codes in owners.items() if len(codes) > 1)
    return tuple(
        f'"{key}" would call {" and ".join(codes)}; write a key for each of them' for key, codes in shared
    )
