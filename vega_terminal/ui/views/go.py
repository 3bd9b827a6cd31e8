"""The command line: what a typed line asks for, and what it could become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vega_terminal.domain.instruments import UnknownInstrument, find
from vega_terminal.ui.functions import ALL, Argument, Function, by_word
from vega_terminal.ui.safe_text import safe_text


@dataclass(frozen=True, slots=True)
class Go:
    """A function with what was typed beside it."""

    function: Function
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """A number of a menu or panel on the present screen."""

    number: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the line asks for nothing, and what would."""

    why: str


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that the line could become; `blocked` tells why it does nothing now."""

    text: str
    function: Function
    blocked: str | None


def understand(line: str) -> Go | Pick | Refused:
    """What `line` asks for: `FUNCTION`, `INSTRUMENT FUNCTION`, `FUNCTION INSTRUMENT`, or a number."""
    words = line.split()
    if not words:
        return Refused("Type a function, such as LOGIN, and press Enter (GO).")
    if len(words) == 1 and words[0].isascii() and words[0].isdigit():
        return Pick(int(words[0][:4]))
    for at in (0, len(words) - 1):
        function = by_word(words[at])
        if function is not None:
            return _with_argument(function, " ".join(words[:at] + words[at + 1 :]))
    return Refused(_why_no_function(line, words[-1]))


def _why_no_function(line: str, word: str) -> str:
    """What would help whoever typed an instrument alone, or something that is nothing at all."""
    try:
        symbol = safe_text(find(line).symbol, 24)
    except UnknownInstrument:
        return f"There is no function {safe_text(word, 24)}. Type its first letters and look at the list."
    return f"{symbol} is an instrument. Type what you want of it: {symbol} DES, {symbol} GP or {symbol} OMON."


def _with_argument(function: Function, argument: str) -> Go | Refused:
    if argument and function.takes is Argument.NOTHING:
        return Refused(f"{function.code} takes nothing beside it: type {function.code} alone.")
    return Go(function, argument or None)


def completions(line: str, blocked: Callable[[Function], str | None]) -> tuple[Completion, ...]:
    """What `line` could become: functions whose code begins with its last word first, then names with it."""
    head, _, word = line.upper().rpartition(" ")
    taking = tuple(one for one in ALL if not head or one.takes is Argument.INSTRUMENT)
    starting = [one for one in taking if any(code.startswith(word) for code in (one.code, *one.aliases))]
    named = [one for one in taking if one not in starting and word and word in one.name.upper()]
    return tuple(Completion(f"{head} {one.code}".lstrip(), one, blocked(one)) for one in (*starting, *named))
