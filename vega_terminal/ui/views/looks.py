"""The page of looks and keys: what can be chosen, how it looks, and which keys call what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from vega_terminal.domain.token import Verdict
from vega_terminal.ui.functions import ALL
from vega_terminal.ui.looks import CHOICES, Look, LookChoice
from vega_terminal.ui.own_keys import OwnKeys, key_shown
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import fit, indented
from vega_terminal.ui.views.slots import SIGNS

_WORD: Final = 10
_INDENT: Final = 6 + _WORD
_CODE: Final = 8
_KEYS: Final = 12
_CURSOR: Final = "on $vega-cursor"


@dataclass(frozen=True, slots=True)
class LookMenu:
    """The choices, the one under the cursor, and the look that is worn."""

    look: Look
    cursor: int = 0


def menu_blocks(menu: LookMenu, width: int, *, active: bool) -> tuple[tuple[Content, ...], ...]:
    """The lines of each choice; the cursor is drawn only while the keys come here."""
    return tuple(
        _choice(number, choice, menu, width, active=active) for number, choice in enumerate(CHOICES, 1)
    )


def _choice(
    number: int, choice: LookChoice, menu: LookMenu, width: int, *, active: bool
) -> tuple[Content, ...]:
    here = active and number - 1 == menu.cursor
    worn = choice.is_part_of(menu.look)
    first, *rest = indented(choice.summary, Tone.VALUE if worn else Tone.MUTED, _INDENT, width)
    name = Content.assemble(
        ("▸" if here else " ", Tone.HEADING),
        (f"{number}) ", Tone.LABEL),
        ("● " if worn else "○ ", Tone.HEADING if worn else Tone.MUTED),
        (f"{choice.word:<{_WORD}}", Tone.STRONG if worn else Tone.VALUE),
    )
    lines = (name + first[_INDENT:], *rest)
    return tuple(fit(line, width).stylize(_CURSOR) for line in lines) if here else lines


def sample_lines(width: int) -> tuple[Content, ...]:
    """Every meaning that has a colour, each with its sign and word."""
    lines = (
        Content.styled("VERDICTS", Tone.HEADING),
        *(_sign(verdict) for verdict in SIGNS),
        Content(""),
        Content.styled("PRICES", Tone.HEADING),
        _price("NIFTY 50", "24,541.15", "▲ +0.16%", Tone.UP),
        _price("BANKNIFTY", "52,108.60", "▼ \N{MINUS SIGN}0.39%", Tone.DOWN),
        _price("INDIA VIX", "12.40", "■  0.00%", Tone.MUTED),
    )
    return tuple(fit(line, width) for line in lines)


def _price(symbol: str, last: str, change: str, tone: Tone) -> Content:
    return Content.assemble((f"  {symbol:<11}", Tone.LABEL), (f"{last:>9}  ", Tone.VALUE), (change, tone))


def _sign(verdict: Verdict) -> Content:
    sign = SIGNS[verdict]
    return Content.styled(f"  {sign.glyph} {sign.word}", sign.tone)


def key_lines(keys: OwnKeys, width: int) -> tuple[Content, ...]:
    """Every function with the keys that call it; own keys are marked."""
    lines: list[Content] = []
    for function in map(keys.of, ALL):
        shown = " ".join(map(key_shown, function.keys)) or "—"
        mark = "●" if function.code in keys.by_code else " "
        line = Content.assemble(
            (f"{mark} ", Tone.HEADING),
            (f"{function.code:<{_CODE}}", Tone.LABEL),
            (f"{shown:<{_KEYS}}", Tone.STRONG),
            (function.summary, Tone.MUTED),
        )
        lines.append(line.truncate(width, ellipsis=True))
    return tuple(lines)


def foot_line(file: str | None, keys: OwnKeys, *, coloured: bool) -> str:
    """Where all of this is written down."""
    if not coloured:
        return "NO_COLOR is set: a choice is kept and counts as soon as the terminal starts without it."
    if file is None:
        return "Changes hold until you leave: there is no file that could be written."
    marked = "● marks your own keys. " if keys.by_code else ""
    return f"{marked}Keys, watchlist and animations stand in {file}; changes there count from the next start."
