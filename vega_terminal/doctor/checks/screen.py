"""The terminal that the person sits at."""

from __future__ import annotations

from typing import Final

from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Outcome, fine, warning
from vega_terminal.doctor.terminal import TerminalFacts

_SMALLEST: Final = (80, 24)
"""Columns and lines; below, the terminal says that it is too small."""
_UNICODE: Final = frozenset({"utf-8", "utf8", "utf_8"})


async def terminal(evidence: Evidence) -> Outcome:
    """Large enough, with colours, and able to show the signs."""
    facts = evidence.ground.terminal
    return fine("No person sits at a terminal here.") if facts is None else judge_terminal(facts)


def judge_terminal(facts: TerminalFacts) -> Outcome:
    """The verdict on what a terminal says about itself."""
    size = f"{facts.columns} x {facts.lines}, {_colours(facts)}"
    if (facts.columns, facts.lines) != (0, 0) and (
        facts.columns < _SMALLEST[0] or facts.lines < _SMALLEST[1]
    ):
        return warning(f"{size}: too small.", f"Enlarge it to {_SMALLEST[0]} x {_SMALLEST[1]} or more.")
    if facts.encoding not in _UNICODE:
        return warning(f"{size}, encoding {facts.encoding}: its signs cannot be shown.", "Set LANG=C.UTF-8.")
    if facts.term in ("", "dumb"):
        return warning(f"{size}: TERM names no terminal.", "Start from a terminal window.")
    return fine(f"{size}.")


def _colours(facts: TerminalFacts) -> str:
    if facts.wants_no_colour:
        return "no colours, as NO_COLOR asks"
    if facts.true_colour:
        return "all colours"
    return "256 colours" if "256" in facts.term or "kitty" in facts.term else "16 colours"
