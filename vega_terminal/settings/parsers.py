"""Turns the text of a setting into its value, or says what is wrong and how to mend it.

Parsers of secrets never put the text into a message.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from vega_terminal.domain.slots import MAX_SLOTS, PRIMARY, is_slot_name
from vega_terminal.domain.token import DAILY_EXPIRY_IST
from vega_terminal.settings.values import Headless

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_DECIMAL: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_CLOCK_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_SHOWN_AT_MOST: Final = 40
_HEADLESS: Final = {
    "auto": Headless.AUTO,
    **dict.fromkeys(("true", "1", "yes", "on"), Headless.ON),
    **dict.fromkeys(("false", "0", "no", "off"), Headless.OFF),
}

Option = TypeVar("Option", bound=StrEnum)


class BadValue(ValueError):
    """A text is no value of its setting.

    Attributes:
        wrong: what is wrong with it.
        cure: how to mend it.
    """

    def __init__(self, wrong: str, cure: str) -> None:
        super().__init__(f"{wrong} {cure}")
        self.wrong = wrong
        self.cure = cure


def shown(text: str) -> str:
    """A text that is no secret, quoted, in plain ASCII and cut to a readable length."""
    return ascii(text if len(text) <= _SHOWN_AT_MOST else f"{text[:_SHOWN_AT_MOST]}...")


def whole(low: int, high: int, unit: str) -> Callable[[str], int]:
    """A parser of whole numbers from `low` to `high`, counted in `unit`."""

    def parse(text: str) -> int:
        if _WHOLE.fullmatch(text) is None or not low <= int(text) <= high:
            raise BadValue(
                f"{shown(text)} is not a whole number from {low} to {high}.",
                f"Write digits only, in {unit}.",
            )
        return int(text)

    return parse


def milliseconds(low: int, high: int) -> Callable[[str], float]:
    """A parser of spans written in milliseconds; its value is in seconds."""
    count = whole(low, high, "milliseconds")
    return lambda text: count(text) / 1000


def seconds(low: int, high: int) -> Callable[[str], float]:
    """A parser of spans written in seconds, with decimals if wanted."""

    def parse(text: str) -> float:
        if _DECIMAL.fullmatch(text) is None or not low <= float(text) <= high:
            raise BadValue(
                f"{shown(text)} is not a number of seconds from {low} to {high}.",
                "Write digits only, such as 30 or 0.5.",
            )
        return float(text)

    return parse


def choice(options: type[Option]) -> Callable[[str], Option]:
    """A parser of one of the values of an enum, in small or capital letters."""
    by_name = {option.value.casefold(): option for option in options}

    def parse(text: str) -> Option:
        if text.casefold() not in by_name:
            allowed = ", ".join(option.value for option in options)
            raise BadValue(f"{shown(text)} is none of its values.", f"Write one of {allowed}.")
        return by_name[text.casefold()]

    return parse


def headless(text: str) -> Headless:
    """`auto`, or a yes or no in one of the usual spellings."""
    if text.casefold() not in _HEADLESS:
        raise BadValue(
            f"{shown(text)} is none of its values.", "Write auto, true or false (also 1, 0, yes, no)."
        )
    return _HEADLESS[text.casefold()]


def clock_time(text: str) -> time:
    """A time of the day, IST."""
    found = _CLOCK_TIME.fullmatch(text)
    if found is None:
        raise BadValue(f"{shown(text)} is not a time of the day.", "Write HH:MM in IST, such as 08:00.")
    return time(int(found[1]), int(found[2]))


def command(text: str) -> tuple[str, ...]:
    """A program and its arguments as a shell would split them; no shell runs it."""
    try:
        words = tuple(shlex.split(text))
    except ValueError:
        words = ()
    if not words:
        raise BadValue(
            f"{shown(text)} is no command.", "Write a program and its arguments, each quotation mark closed."
        )
    return words


def warmup_time(text: str) -> time:
    """A time of the day, IST; before 03:30 the tokens of that day would be dead again at once."""
    at = clock_time(text)
    if at < DAILY_EXPIRY_IST:
        raise BadValue(
            f"{text} is before 03:30 IST, when every token dies: the new ones would not see the market open.",
            "Choose a time between 03:30 and the market's open, such as 08:00.",
        )
    return at


def path(text: str) -> Path:
    """A path; `~` is somebody's home folder."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise BadValue(
            f"{shown(text)} begins with a home folder that is not known.", "Write the path from / on."
        ) from None


def metrics_file(text: str) -> Path:
    """A file that node_exporter's textfile collector reads; it passes over every other ending."""
    if not text.endswith(".prom"):
        raise BadValue(
            f"{shown(text)} does not end in .prom, so node_exporter would pass over it.",
            "Write such as /var/lib/node_exporter/textfile_collector/vega.prom.",
        )
    return path(text)


def host(text: str) -> str:
    """A host name or address to listen on."""
    if not text.isascii() or any(letter in text for letter in " /@?#[]"):
        raise BadValue(
            f"{shown(text)} is not a host.", "Write an address or a name alone, such as 127.0.0.1."
        )
    return text


def slot_names(text: str) -> tuple[str, ...]:
    """The names of the roster, in order of importance."""
    names = split_names(text)
    wrong = [*_malformed(names), *_miscounted(names)]
    if wrong:
        raise BadValue(
            " ".join(wrong), f"Write 1 to {MAX_SLOTS} names with commas between, such as PRIMARY,WEBSOCKET1."
        )
    return names


def split_names(text: str) -> tuple[str, ...]:
    """What stands between the commas, without spaces and gaps."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _malformed(names: tuple[str, ...]) -> list[str]:
    bad = [shown(name) for name in names if not is_slot_name(name)]
    rule = "a name begins with a capital letter and has up to 32 capitals, digits and underscores."
    return [f"{', '.join(bad[:MAX_SLOTS])} cannot name a slot; {rule}"] if bad else []


def _miscounted(names: tuple[str, ...]) -> list[str]:
    wrong = []
    twice = sorted({shown(name) for name in names if names.count(name) > 1})
    if twice:
        wrong.append(f"{', '.join(twice)} stands there more than once.")
    if len(names) > MAX_SLOTS:
        wrong.append(f"There are {len(names)} names, more than {MAX_SLOTS}.")
    if PRIMARY not in names:
        wrong.append(f"{PRIMARY} is missing; the login hangs on it.")
    return wrong
