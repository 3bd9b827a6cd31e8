"""Writes `.env.example` out of the table of keys."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, Final

from vega_terminal.settings.key import Key, Scope, Section
from vega_terminal.settings.keys import API_NAMES, SECTIONS

_WIDTH: Final = 108
_HEAD: Final = (
    "Settings of VEGA Terminal. Copy this file to .env, fill it in, and keep it private: chmod 600 .env",
    "A variable of the environment wins over this file. An empty value counts as not set.",
    "Relative paths count from the folder of this file.",
    "Lines that begin with # show the default, or what need not be set.",
)


def render_example() -> str:
    """The text of `.env.example`, with examples for the slots of the default roster."""
    blocks = [_comment(_HEAD), *(_section(section) for section in SECTIONS)]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _section(section: Section) -> list[str]:
    lines = [f"# --- {section.title} ".ljust(_WIDTH, "-")]
    if all(key.scope is Scope.SLOT for key in section.keys):
        return [*lines, *_pairs(section.keys)]
    for key in section.keys:
        lines += ["", *_single(key)]
    return lines


def _single(key: Key[Any]) -> Iterator[str]:
    yield from _comment([key.meaning])
    if key.scope is Scope.BOTH:
        yield f"# For one slot alone: {key.of('<NAME>')}"
    yield f"{'' if key.required else '#'}{key.name}={key.default}"


def _pairs(keys: Iterable[Key[Any]]) -> Iterator[str]:
    for key in keys:
        yield from _comment([f"{key.of('<NAME>')}: {key.meaning}"])
    for name in API_NAMES.default.split(","):
        yield ""
        yield from (f"{key.of(name)}=" for key in keys)


def _comment(paragraphs: Iterable[str]) -> list[str]:
    wrapped = (textwrap.wrap(text, _WIDTH - 2) for text in paragraphs)
    return [f"# {line}" for lines in wrapped for line in lines]
