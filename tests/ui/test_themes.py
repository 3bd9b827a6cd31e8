"""The colours by measure: readable on their ground, apart from each other for every kind of eyes."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from rich.color import Color, ColorSystem
from textual.theme import Theme

from vega_terminal.ui.house import STYLES, HouseApp
from vega_terminal.ui.looks import CHOICES, Look, MarketColours, ThemeName, all_looks, theme_for
from vega_terminal.ui.preferences import Preferences
from vega_terminal.ui.stylesheets import stylesheet
from vega_terminal.ui.theme import CVD_TOKENS, PLAIN, PLAIN_TOKENS, SIXTEEN_TOKENS, TOKENS, Tone

from .colour_science import Vision, contrast, distance

AMBER_ON_BLACK = ("vega-value", "vega-label", "vega-muted", "vega-good", "vega-bad", "vega-up", "vega-down")
TEXTS = (*AMBER_ON_BLACK, "vega-wait", "vega-link")
GROUNDS = ("black", "vega-band", "vega-cursor", "vega-flash")
PAIRS = (
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    ("vega-title-fg", "vega-title-bg"),
    ("vega-title-dim", "vega-title-bg"),
    ("vega-title-bg", "vega-title-fg"),
    ("vega-badge-fg", "vega-live-bg"),
    ("vega-badge-fg", "vega-simulated-bg"),
    ("vega-alarm-fg", "vega-alarm-bg"),
)
THEMES = (PLAIN, *map(theme_for, all_looks()))
MEANINGS = ("vega-good", "vega-bad", "vega-wait", "vega-link", "vega-label", "vega-value")
TOLD_APART_OTHERWISE = {
    frozenset({"vega-good", "vega-value"}): "a verdict has its glyph and its word, a rising price ▲ and +",
    frozenset({"vega-bad", "vega-label"}): "what is bad is bold, with its glyph and its word",
}
"""Pairs of amber that are hard to tell for some eyes, and the second channel. The CVD theme has none."""


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    colours = theme.variables | {"black": theme.background or ""}
    ratios = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("vision", list(Vision), ids=lambda vision: vision.name.lower())
@pytest.mark.parametrize(
    ("tokens", "excused"), [(TOKENS, set(TOLD_APART_OTHERWISE)), (CVD_TOKENS, set())], ids=["amber", "cvd"]
)
def test_meanings_stay_apart(tokens: dict[str, str], excused: set[frozenset[str]], vision: Vision) -> None:
    apart = {(one, two): distance(tokens[one], tokens[two], vision) for one, two in combinations(MEANINGS, 2)}
    close = {frozenset(pair): round(far) for pair, far in apart.items() if far < 25}
    assert close.keys() <= excused, close


def test_no_excuse_outlives_its_reason() -> None:
    for one, other in map(tuple, TOLD_APART_OTHERWISE):
        assert min(distance(TOKENS[one], TOKENS[other], vision) for vision in Vision) < 25


def test_the_measures_agree_with_published_values() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert distance("#FF0000", "#00FF00", Vision.NORMAL) == pytest.approx(170.6, abs=0.1)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_terminal_of_256_colours_hides_no_text_and_no_cursor(theme: Theme) -> None:
    number = numbers(theme, ColorSystem.EIGHT_BIT)
    assert [pair for pair in PAIRS if number[pair[0]] == number[pair[1]]] == []
    assert number["vega-cursor"] != number["black"]


@pytest.mark.parametrize("look", list(all_looks()), ids=lambda look: look.theme_name)
def test_a_terminal_of_sixteen_colours_keeps_meanings_apart(look: Look) -> None:
    number = numbers(theme_for(look, sixteen=True), ColorSystem.STANDARD)
    assert [pair for pair in PAIRS if number[pair[0]] == number[pair[1]]] == []
    assert len({number[name] for name in (*MEANINGS, "vega-muted")}) == len(MEANINGS) + 1


def numbers(theme: Theme, system: ColorSystem) -> dict[str, int | None]:
    """The numbers of the colours that such a terminal shows."""
    colours = {"black": theme.background or "", **theme.variables}
    return {name: Color.parse(hex_of.split()[0]).downgrade(system).number for name, hex_of in colours.items()}


def test_every_palette_knows_every_meaning_that_is_named() -> None:
    named = {tone.variable for tone in Tone}
    for name in STYLES:
        named |= set(re.findall(r"\$(vega-[a-z-]+)", stylesheet(name).read_text()))
    assert TOKENS.keys() == CVD_TOKENS.keys() == PLAIN_TOKENS.keys() == SIXTEEN_TOKENS.keys()
    assert named <= TOKENS.keys()


@pytest.mark.parametrize("theme", list(ThemeName))
def test_red_up_swaps_directions_and_nothing_else(theme: ThemeName) -> None:
    usual = theme_for(Look(theme)).variables
    swapped = theme_for(Look(theme, MarketColours.RED_UP)).variables
    changed = {name: swapped[name] for name in usual if usual[name] != swapped[name]}
    assert changed == {"vega-up": usual["vega-down"], "vega-down": usual["vega-up"]}


def test_every_choice_changes_one_thing() -> None:
    for look in all_looks():
        for choice in CHOICES:
            chosen = look.with_choice(choice.word)
            assert chosen is not None
            assert choice.is_part_of(chosen)
            assert (chosen.theme == look.theme) or (chosen.market == look.market)
    assert Look().with_choice("PINK") is None


def test_no_color_means_no_colour() -> None:
    colours = {**PLAIN_TOKENS, **PLAIN.variables, "accent": PLAIN.accent or "", "error": PLAIN.error or ""}
    coloured = {
        name: colour
        for name, colour in colours.items()
        if len(set(Color.parse(colour.split()[0]).triplet or ())) > 1
    }
    assert coloured == {}


@pytest.mark.parametrize(("term", "label"), [("xterm", SIXTEEN_TOKENS), ("xterm-256color", TOKENS)])
def test_the_app_sees_how_many_colours_there_are(
    term: str, label: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    assert HouseApp(Preferences()).current_theme.variables["vega-label"] == label["vega-label"]
