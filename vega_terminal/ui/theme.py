"""The colours of the terminal, by meaning. Stylesheets and views name only the meanings."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from textual.theme import Theme


class Tone(StrEnum):
    """What a piece of text means; the value is the theme variable that colours it.

    GOOD and BAD are verdicts, UP and DOWN directions of a number: where red means up, only these two swap.
    """

    VALUE = "$vega-value"
    LABEL = "$vega-label"
    MUTED = "$vega-muted"
    GOOD = "$vega-good"
    BAD = "bold $vega-bad"
    UP = "$vega-up"
    DOWN = "bold $vega-down"
    WAIT = "$vega-wait"
    LINK = "$vega-link"
    STRONG = "bold $vega-value"
    HEADING = "bold $vega-label"

    @property
    def variable(self) -> str:
        """The bare name of the theme variable."""
        return self.value.rpartition("$")[2]


def rich_style(tone: Tone, variables: Mapping[str, str]) -> str:
    """The tone as a style for Rich text, with the colours of the present theme."""
    weight, _, _ = tone.value.rpartition("$")
    return f"{weight}{variables[tone.variable]}"


Tokens = Mapping[str, str]
"""A colour for each meaning."""
_BLACK: Final = "#000000"
_ORANGE: Final = "#FB8B1E"
_TROUGH: Final = "#0A0A0A"

TOKENS: Final = {
    "vega-value": "#F2F2F2",
    "vega-label": "#FFA028",
    "vega-muted": "#8A8A8A",
    "vega-rule": "#4A3A20",
    "vega-good": "#4AF6C3",
    "vega-bad": "#FF433D",
    "vega-up": "#4AF6C3",
    "vega-down": "#FF433D",
    "vega-wait": "#FFE58A",
    "vega-link": "#6DB3FF",
    "vega-title-fg": "#000000",
    "vega-title-bg": "#FFA028",
    "vega-title-dim": "#663C00",
    "vega-live-bg": "#B00020",
    "vega-simulated-bg": "#0068FF",
    "vega-badge-fg": "#FFFFFF",
    "vega-alarm-fg": "#FFFFFF",
    "vega-alarm-bg": "#B00020",
    "vega-band": "#161616",
    "vega-cursor": "#231F1B",
    "vega-flash": "#232323",
    "vega-veil": "#000000 70%",
}
"""The meanings and their amber colours; also the fallback under a theme that leaves some out."""

CVD_TOKENS: Final = {
    **TOKENS,
    "vega-label": "#FFB000",
    "vega-good": "#4DA3FF",
    "vega-bad": "#FF433D",
    "vega-up": "#4DA3FF",
    "vega-down": "#FF433D",
    "vega-wait": "#FFFB99",
    "vega-link": "#C6B8E6",
    "vega-title-bg": "#FFB000",
    "vega-title-dim": "#5C3600",
}
"""Blue against red instead of green; every two meanings stay apart without red or green cones, too."""


SIXTEEN_TOKENS: Final = {
    **TOKENS,
    "vega-value": "#FFFFFF",
    "vega-label": "#AA5500",
    "vega-muted": "#AAAAAA",
    "vega-rule": "#555555",
    "vega-good": "#55FF55",
    "vega-bad": "#FF5555",
    "vega-up": "#55FF55",
    "vega-down": "#FF5555",
    "vega-wait": "#FFFF55",
    "vega-link": "#55FFFF",
    "vega-title-bg": "#AA5500",
    "vega-title-dim": "#000000",
}
"""For terminals of sixteen colours, where the nearest one to amber would be red."""

CVD_SIXTEEN_TOKENS: Final = {**SIXTEEN_TOKENS, "vega-good": "#5555FF", "vega-up": "#5555FF"}

PLAIN_TOKENS: Final = {
    **TOKENS,
    "vega-value": "#E4E4E4",
    "vega-label": "#C0C0C0",
    "vega-muted": "#9E9E9E",
    "vega-rule": "#4A4A4A",
    "vega-good": "#E4E4E4",
    "vega-bad": "#FFFFFF",
    "vega-up": "#E4E4E4",
    "vega-down": "#FFFFFF",
    "vega-wait": "#FFFFFF",
    "vega-link": "#E4E4E4",
    "vega-title-bg": "#C0C0C0",
    "vega-title-dim": "#4A4A4A",
    "vega-live-bg": "#000000",
    "vega-simulated-bg": "#5A5A5A",
    "vega-alarm-fg": "#000000",
    "vega-alarm-bg": "#FFFFFF",
    "vega-cursor": "#333333",
    "vega-flash": "#333333",
}
"""Greys for NO_COLOR: glyphs, words and weight carry the meaning, and what is bad is the brightest of all."""


def red_up(tokens: Tokens) -> Tokens:
    """The same colours with those of the two directions changed over, as East Asian markets show them."""
    return {**tokens, "vega-up": tokens["vega-down"], "vega-down": tokens["vega-up"]}


def theme_of(name: str, tokens: Tokens, accent: str = _ORANGE) -> Theme:
    """A Textual theme that knows these meanings and draws everything else with them."""
    label = tokens["vega-label"]
    return Theme(
        name=name,
        primary=label,
        secondary=accent,
        accent=accent,
        foreground=tokens["vega-value"],
        background=_BLACK,
        surface=_BLACK,
        panel=tokens["vega-band"],
        success=tokens["vega-good"],
        warning=tokens["vega-wait"],
        error=tokens["vega-alarm-bg"],
        dark=True,
        variables={**tokens, **_details(tokens)},
    )


def _details(tokens: Tokens) -> dict[str, str]:
    """The parts of Textual's own widgets."""
    label = tokens["vega-label"]
    return {
        "border": label,
        "border-blurred": tokens["vega-rule"],
        "block-cursor-foreground": _BLACK,
        "block-cursor-background": label,
        "footer-background": tokens["vega-band"],
        "footer-foreground": tokens["vega-value"],
        "footer-key-foreground": label,
        "footer-description-foreground": tokens["vega-value"],
        "input-cursor-background": label,
        "input-cursor-foreground": _BLACK,
        "scrollbar": tokens["vega-rule"],
        "scrollbar-hover": label,
        "scrollbar-active": label,
        "scrollbar-background": _TROUGH,
        "scrollbar-background-hover": _TROUGH,
        "scrollbar-background-active": _TROUGH,
    }


AMBER: Final = theme_of("vega-amber", TOKENS)
"""The theme that the terminal starts with."""

PLAIN: Final = theme_of("vega-plain", PLAIN_TOKENS, PLAIN_TOKENS["vega-label"])
"""The theme under NO_COLOR, whatever look was chosen."""
