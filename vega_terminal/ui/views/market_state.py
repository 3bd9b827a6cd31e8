"""How a panel does: the age of its data, whether that is too old, and why it is not newer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from textual.content import Content

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Panel
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.times import NOTHING, age, span

STALE_AFTER: Final = 30.0
"""Seconds after which data must look old, unless its panel says otherwise."""
ASKING: Final = "asking the broker …"
MOST_TROUBLE_LINES: Final = 3
_FULL_FROM: Final = 70
_STEP: Final = 5
_INDENT: Final = 3
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a panel brings nothing new.

    Attributes:
        sign: a glyph, so that colour is not the only sign.
        short: for a narrow panel.
        full: what happened, what it means and what to do.
    """

    sign: str
    short: str
    full: str


@dataclass(frozen=True, slots=True)
class PanelFoot:
    """Age and trouble of one panel.

    Attributes:
        age: how old the data is, in words.
        trouble: why it is not newer; None when all is well.
        stale: whether it is older than it may be.
        rows_age: for stale rows, in few characters; empty while they are fresh.
    """

    age: str
    trouble: Trouble | None
    stale: bool
    rows_age: str


def panel_foot(panel: Panel[Any], now: datetime, limit: float = STALE_AFTER) -> PanelFoot:
    """How old a panel's data is at `now` and why it is not newer; older than `limit` seconds it is stale.

    The age of fresh data moves in steps of five seconds: seven panels that count seconds are a flicker.
    """
    trouble = None if panel.failure is None else trouble_of(panel.failure)
    if panel.fetched_at is None:
        return PanelFoot(NOTHING, trouble, stale=False, rows_age="")
    seconds = max(0.0, (now - panel.fetched_at).total_seconds())
    steps = _in_steps(seconds)
    if seconds > limit:
        return PanelFoot(f"{age(panel.fetched_at, now)} old", trouble, stale=True, rows_age=steps)
    return PanelFoot(f"{steps} old" if seconds >= _STEP else "just now", trouble, stale=False, rows_age="")


def _in_steps(seconds: float) -> str:
    """`35s`, `4m`, `2h`: what fits the column for ages and does not change every second."""
    if seconds < _MINUTE:
        return span(seconds // _STEP * _STEP)
    minutes = int(seconds // _MINUTE)
    return f"{minutes}m" if minutes < _MINUTE else f"{minutes // _MINUTE}h"


def trouble_of(failure: Failure) -> Trouble:
    """A failure in words; the broker's night is no fault."""
    code = f" [{safe_text(failure.code, 24)}]" if failure.code else ""
    if failure.kind is FailureKind.SERVICE_HOURS:
        return Trouble(
            "○",
            "Closed until 05:30 IST; tokens are fine.",
            "The broker closes this service every night from 00:00 to 05:30 IST. Your tokens are fine; "
            f"it is asked again by itself.{code}",
        )
    return Trouble("✕", safe_text(failure.message), f"{safe_text(failure.message)}{code}")


def trouble_lines(trouble: Trouble | None, width: int, most: int = MOST_TROUBLE_LINES) -> tuple[Content, ...]:
    """The trouble in a panel of `width` cells, in at most `most` lines."""
    if trouble is None:
        return ()
    words = trouble.full if width >= _FULL_FROM else trouble.short
    room = max(1, width - _INDENT - 1)
    lines = [line.rstrip() for line in Content.styled(words, Tone.WAIT).wrap(room)]
    if len(lines) > most:
        lines[most - 1] = lines[most - 1].truncate(room - 1) + Content.styled("…", Tone.WAIT)
    sign = Content.styled(f" {trouble.sign} ", Tone.WAIT)
    return tuple(
        (Content(" " * _INDENT) if number else sign) + line for number, line in enumerate(lines[:most])
    )
