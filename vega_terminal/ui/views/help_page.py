"""Help as lines of text: the page for what has the focus, and the manual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from vega_terminal.ui.functions import ALL, Function
from vega_terminal.ui.own_keys import OwnKeys, key_shown
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import indented
from vega_terminal.ui.views.help_topics import Topic
from vega_terminal.ui.views.manual import HANDS, PURPOSE, RULES, VERDICTS
from vega_terminal.ui.views.slots import SIGNS

Pair = tuple[str, str]
_INDENT: Final = 16
_SIGN_INDENT: Final = 22


@dataclass(frozen=True, slots=True)
class HelpText:
    """What the page for the present moment shows.

    Attributes:
        topics: of the focused part and of the screen.
        pairs: the keys that work here, with what they do.
        keys: the operator's own.
    """

    topics: tuple[Topic, ...]
    pairs: tuple[Pair, ...]
    keys: OwnKeys


def help_lines(help_text: HelpText, width: int) -> tuple[Content, ...]:
    """Help for what has the focus."""
    topics = help_text.topics
    return (
        *(line for topic in topics for line in (*_topic(topic, help_text.keys, width), Content(""))),
        *_section("KEYS HERE", help_text.pairs, _INDENT, width),
    )


def manual_lines(keys: OwnKeys, width: int) -> tuple[Content, ...]:
    """The whole manual, with the keys that call the functions here."""
    codes = tuple((_code(function), function.summary) for function in map(keys.of, ALL))
    hands = tuple((key, with_keys(words, keys)) for key, words in HANDS)
    verdicts = tuple((f"{SIGNS[one].glyph} {one.value}", text) for one, text in VERDICTS.items())
    gap = Content("")
    return (
        *_topic(PURPOSE, keys, width),
        gap,
        *_section("FUNCTIONS: type the code, press Enter", codes, _INDENT, width),
        gap,
        *_section("KEYS EVERYWHERE", hands, _INDENT, width),
        gap,
        *_section("SIGNS", verdicts, _SIGN_INDENT, width),
        gap,
        *_topic(RULES, keys, width),
    )


def with_keys(words: str, keys: OwnKeys) -> str:
    """`words` with the key of a function wherever its code stands in braces."""
    return words.format_map({function.code.value: keys.shown(function.code) for function in ALL})


def _code(function: Function) -> str:
    return f"{function.code:<6} {' '.join(map(key_shown, function.keys))}"


def _topic(topic: Topic, keys: OwnKeys, width: int) -> tuple[Content, ...]:
    body = (line for text in topic.text for line in indented(with_keys(text, keys), Tone.VALUE, 2, width))
    return (Content.styled(topic.title, Tone.HEADING), *body)


def _section(title: str, rows: Sequence[Pair], indent: int, width: int) -> Iterable[Content]:
    pairs = (line for left, right in rows for line in _pair(left, right, width, indent))
    return (Content.styled(title, Tone.HEADING), *pairs)


def _pair(left: str, right: str, width: int, indent: int) -> tuple[Content, ...]:
    """`left` in its column, `right` wrapped beside it."""
    first, *rest = indented(right, Tone.VALUE, indent, width)
    name = Content.styled(f"  {left}".ljust(indent), Tone.STRONG)
    return (name + first[indent:], *rest)
