"""Finds the help for what has the focus."""

from __future__ import annotations

from typing import Final

from textual.screen import Screen
from textual.widget import Widget

from vega_terminal.ui.functions import Code
from vega_terminal.ui.views.help_page import HelpText, Pair
from vega_terminal.ui.views.manual import OF_PART, OF_SCREEN, PURPOSE, Topic

_SHOWN: Final = {
    "question_mark": "?",
    "minus": "-",
    "slash": "/",
    "colon": ":",
    "semicolon": ";",
    "escape": "Esc",
    "enter": "Enter",
}


def help_for(screen: Screen[object], code: Code) -> HelpText:
    """The topic of the focused part, that of the screen, and the keys that work now."""
    topics = (_topic_of(screen.focused), OF_SCREEN.get(code, PURPOSE))
    return HelpText(tuple(topic for topic in topics if topic is not None), _keys(screen))


def _topic_of(widget: Widget | None) -> Topic | None:
    names = [] if widget is None else [kind.__name__ for kind in type(widget).__mro__]
    return next((OF_PART[name] for name in names if name in OF_PART), None)


def _keys(screen: Screen[object]) -> tuple[Pair, ...]:
    """Every key that has a meaning to tell, the nearest to the focus first; what is dimmed is left out."""
    told: dict[str, list[str]] = {}
    for key, active in screen.active_bindings.items():
        words = active.binding.tooltip or active.binding.description
        if words and active.enabled and not active.binding.system and not key.startswith("super+"):
            told.setdefault(words, []).append(_SHOWN.get(key, key))
    return tuple((" ".join(keys), words) for words, keys in told.items())
