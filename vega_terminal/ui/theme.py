"""The amber theme: every colour of the terminal, by meaning. Stylesheets and views name only these."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from textual.theme import Theme


class Tone(StrEnum):
    """What a piece of text means; the value is the theme variable that colours it."""

    VALUE = "$vega-value"
    LABEL = "$vega-label"
    MUTED = "$vega-muted"
    GOOD = "$vega-up"
    BAD = "bold $vega-down"
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


TOKENS: Final = {
    "vega-value": "#F2F2F2",
    "vega-label": "#FFA028",
    "vega-muted": "#8A8A8A",
    "vega-rule": "#4A3A20",
    "vega-up": "#4AF6C3",
    "vega-down": "#FF433D",
    "vega-wait": "#FFD166",
    "vega-link": "#6DB3FF",
    "vega-title-fg": "#000000",
    "vega-title-bg": "#FFA028",
    "vega-title-dim": "#6B3F00",
    "vega-live-bg": "#B00020",
    "vega-simulated-bg": "#0068FF",
    "vega-badge-fg": "#FFFFFF",
    "vega-alarm-fg": "#FFFFFF",
    "vega-alarm-bg": "#B00020",
    "vega-band": "#161616",
    "vega-cursor": "#33260F",
    "vega-veil": "#000000 70%",
}
"""The meanings and their amber colours; also the fallback under any other theme."""

AMBER: Final = Theme(
    name="vega-amber",
    primary="#FFA028",
    secondary="#FB8B1E",
    accent="#FB8B1E",
    foreground="#F2F2F2",
    background="#000000",
    surface="#000000",
    panel="#161616",
    success="#4AF6C3",
    warning="#FFD166",
    error="#B00020",
    dark=True,
    variables={
        **TOKENS,
        "border": "#FFA028",
        "border-blurred": "#4A3A20",
        "block-cursor-foreground": "#000000",
        "block-cursor-background": "#FFA028",
        "footer-background": "#161616",
        "footer-foreground": "#F2F2F2",
        "footer-key-foreground": "#FFA028",
        "footer-description-foreground": "#F2F2F2",
        "input-cursor-background": "#FFA028",
        "input-cursor-foreground": "#000000",
        "scrollbar": "#4A3A20",
        "scrollbar-hover": "#FB8B1E",
        "scrollbar-active": "#FFA028",
        "scrollbar-background": "#0A0A0A",
        "scrollbar-background-hover": "#0A0A0A",
        "scrollbar-background-active": "#0A0A0A",
    },
)
