"""Finds the help for what has the focus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from textual.binding import ActiveBinding, Binding
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from vega_terminal.ui.functions import Code
from vega_terminal.ui.own_keys import OwnKeys, key_shown
from vega_terminal.ui.views.help_page import HelpText, Pair
from vega_terminal.ui.views.help_topics import OF_PART, OF_SCREEN, Topic
from vega_terminal.ui.views.manual import PURPOSE

_SHOWN: Final[Mapping[str, str]] = MappingProxyType({"escape": "Esc", "enter": "Enter"})
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "app.focus_next": "To the next part of the screen",
        "app.focus_previous": "To the part before",
        "command_palette": "The palette: everything by name",
        "back": "Back; on LOGIN it stops a run, after asking",
        "scroll_up": "Up",
        "scroll_down": "Down",
        "scroll_home": "To the top",
        "scroll_end": "To the foot",
    }
)
"""Better words for what bindings of Textual, and those of every screen, do."""
_UNTOLD: Final = frozenset(
    {
        *("screen.copy_text", "scroll_left", "scroll_right", "page_left", "page_right"),
        *(binding.action for binding in Input.BINDINGS if isinstance(binding, Binding)),
    }
)
"""Actions that help nobody here: nothing is wider than its place, and fields edit as fields do."""


def help_for(screen: Screen[object], code: Code, keys: OwnKeys) -> HelpText:
    """The topics of the focused part, that of the screen, and the keys that work now."""
    topics = (*_topics_of(screen.focused), OF_SCREEN.get(code, PURPOSE))
    return HelpText(topics, _pairs(screen), keys)


def _topics_of(widget: Widget | None) -> Iterator[Topic]:
    """Of the part itself, then of the parts around it."""
    for part in () if widget is None else widget.ancestors_with_self:
        names = (kind.__name__ for kind in type(part).__mro__)
        topic = next((OF_PART[name] for name in names if name in OF_PART), None)
        if topic is not None:
            yield topic


def _pairs(screen: Screen[object]) -> tuple[Pair, ...]:
    """Every key that has a meaning to tell, the nearest to the focus first; what is dimmed is left out."""
    told: dict[str, list[str]] = {}
    for key, active in screen.active_bindings.items():
        words = _words(active)
        if words and active.enabled and not active.binding.system and not key.startswith("super+"):
            told.setdefault(words, []).append(_SHOWN.get(key) or key_shown(key))
    return tuple((" ".join(keys), words) for words, keys in told.items())


def _words(active: ActiveBinding) -> str:
    """What a key does, as a sentence; empty where there is nothing to tell."""
    binding = active.binding
    if binding.action in _UNTOLD:
        return ""
    return _WORDS.get(binding.action) or binding.tooltip or binding.description
