"""The pages and the files that belong to them, all from this machine."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from typing import Final

from vega_terminal.ui.theme import TOKENS
from vega_terminal.ui.web.denial import Denial

_OWN: Final = files("vega_terminal.ui.web") / "static"
_TEXTUAL: Final = files("textual_serve") / "static"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page and its media type."""

    file: Traversable
    media_type: str


ASSETS: Final = {
    "page.css": Asset(_OWN / "page.css", "text/css"),
    "page.js": Asset(_OWN / "page.js", "text/javascript"),
    "xterm.css": Asset(_TEXTUAL / "css" / "xterm.css", "text/css"),
    "textual.js": Asset(_TEXTUAL / "js" / "textual.js", "text/javascript"),
    "mono.ttf": Asset(_TEXTUAL / "fonts" / "RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "mono-italic.ttf": Asset(_TEXTUAL / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf", "font/ttf"),
}
"""Everything that the page loads. The terminal in it is textual-serve's bundle of xterm.js."""


def terminal_page(websocket: str) -> str:
    """The page that holds a terminal.

    Args:
        websocket: the address that its script connects to.
    """
    return _filled("terminal.html", websocket=websocket)


def denial_page(denial: Denial) -> str:
    """The page for whoever is turned away: what happened and what to do, nothing else."""
    return _filled("denial.html", happened=denial.happened, cure=denial.cure)


def _filled(name: str, **texts: str) -> str:
    template = Template((_OWN / name).read_text(encoding="utf-8"))
    colours = "".join(f"--{token}: {colour};" for token, colour in TOKENS.items() if " " not in colour)
    return template.substitute({key: escape(text) for key, text in texts.items()}, colours=colours)
