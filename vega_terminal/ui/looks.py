"""The looks that an operator can choose: a theme, and which colour means up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from textual.theme import Theme

from vega_terminal.ui.theme import (
    CVD_SIXTEEN_TOKENS,
    CVD_TOKENS,
    SIXTEEN_TOKENS,
    TOKENS,
    Tokens,
    red_up,
    theme_of,
)


class ThemeName(StrEnum):
    """As written in terminal.toml and, in capitals, beside THEME."""

    AMBER = "amber"
    CVD = "cvd"


class MarketColours(StrEnum):
    """Which colour a rising price has. Verdicts keep theirs."""

    GREEN_UP = "green-up"
    RED_UP = "red-up"


@dataclass(frozen=True, slots=True)
class Look:
    """How the terminal looks."""

    theme: ThemeName = ThemeName.AMBER
    market: MarketColours = MarketColours.GREEN_UP

    @property
    def theme_name(self) -> str:
        """The name of the theme that is registered for it."""
        name = f"vega-{self.theme}"
        return name if self.market is MarketColours.GREEN_UP else f"{name}-red-up"

    def with_choice(self, word: str) -> Look | None:
        """This look with what `word` names changed, in whatever case; None when it names nothing."""
        wanted = word.lower()
        if wanted in set(ThemeName):
            return replace(self, theme=ThemeName(wanted))
        if wanted in set(MarketColours):
            return replace(self, market=MarketColours(wanted))
        return None


@dataclass(frozen=True, slots=True)
class LookChoice:
    """One thing that can be chosen beside THEME."""

    word: str
    summary: str

    def is_part_of(self, look: Look) -> bool:
        """Whether `look` has it already."""
        return look.with_choice(self.word) == look


CHOICES: Final = (
    LookChoice("AMBER", "Black and amber: green is good, red is bad."),
    LookChoice("CVD", "For colour-blind eyes: blue is good, red is bad."),
    LookChoice("GREEN-UP", "Rising prices green (blue in CVD)."),
    LookChoice("RED-UP", "Rising prices red, as in East Asia."),
)
"""In the order in which they are numbered."""


def all_looks() -> Iterator[Look]:
    """Every theme with either market colours."""
    return (Look(theme, market) for theme in ThemeName for market in MarketColours)


_TOKENS: Final[Mapping[tuple[ThemeName, bool], Tokens]] = MappingProxyType(
    {
        (ThemeName.AMBER, False): TOKENS,
        (ThemeName.AMBER, True): SIXTEEN_TOKENS,
        (ThemeName.CVD, False): CVD_TOKENS,
        (ThemeName.CVD, True): CVD_SIXTEEN_TOKENS,
    }
)


def theme_for(look: Look, *, sixteen: bool = False) -> Theme:
    """The Textual theme of a look, on a terminal that has no more than sixteen colours or many."""
    tokens = _TOKENS[look.theme, sixteen]
    return theme_of(look.theme_name, tokens if look.market is MarketColours.GREEN_UP else red_up(tokens))
