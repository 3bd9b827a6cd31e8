"""Help as lines of text: the page for what has the focus, and the manual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from vega_terminal.ui.functions import ALL
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import indented
from vega_terminal.ui.views.manual import HANDS, PURPOSE, RULES, VERDICTS, Topic
from vega_terminal.ui.views.slots import SIGNS

Pair = tuple[str, str]
_INDENT: Final = 16
_SIGN_INDENT: Final = 22


@dataclass(frozen=True, slots=True)
class HelpText:
    """What the page for the present moment shows: topics, and the keys that work here."""

    topics: tuple[Topic, ...]
    keys: tuple[Pair, ...]


def help_lines(help_text: HelpText, width: int) -> tuple[Content, ...]:
    """Help for what has the focus."""
    return (
        *(line for topic in help_text.topics for line in (*_topic(topic, width), Content(""))),
        *_section("KEYS HERE", help_text.keys, _INDENT, width),
    )


def manual_lines(width: int) -> tuple[Content, ...]:
    """The whole manual."""
    codes = tuple((_code(one.code, one.shown_key or " ".join(one.keys)), one.summary) for one in ALL)
    verdicts = tuple((f"{SIGNS[one].glyph} {one.value}", text) for one, text in VERDICTS.items())
    gap = Content("")
    return (
        *_topic(PURPOSE, width),
        gap,
        *_section("FUNCTIONS: type the code, press Enter", codes, _INDENT, width),
        gap,
        *_section("KEYS EVERYWHERE", HANDS, _INDENT, width),
        gap,
        *_section("SIGNS", verdicts, _SIGN_INDENT, width),
        gap,
        *_topic(RULES, width),
    )


def _code(code: str, keys: str) -> str:
    keys = keys.replace("question_mark f1", "? F1").replace("minus", "-")
    return f"{code:<6} {keys}"


def _topic(topic: Topic, width: int) -> tuple[Content, ...]:
    body = (line for text in topic.text for line in indented(text, Tone.VALUE, 2, width))
    return (Content.styled(topic.title, Tone.HEADING), *body)


def _section(title: str, rows: Sequence[Pair], indent: int, width: int) -> Iterable[Content]:
    pairs = (line for left, right in rows for line in _pair(left, right, width, indent))
    return (Content.styled(title, Tone.HEADING), *pairs)


def _pair(left: str, right: str, width: int, indent: int) -> tuple[Content, ...]:
    """`left` in its column, `right` wrapped beside it."""
    first, *rest = indented(right, Tone.VALUE, indent, width)
    name = Content.styled(f"  {left}".ljust(indent), Tone.STRONG)
    return (name + first[indent:], *rest)
