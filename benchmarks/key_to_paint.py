"""From a key to its paint: in a terminal that works its hardest, in an idle one, and in a plain app."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import pyte

from benchmarks.broker import Ground, ground
from benchmarks.plain_app import READY
from benchmarks.pseudo_terminal import COLUMNS, ROWS
from benchmarks.result import Goal, Report, Samples, Table
from benchmarks.screen_watch import WatchedProgram, watched
from benchmarks.terminal_runs import PLAIN, begin_login, held, terminal, veiled

ROUNDS: Final = 6
QUIET_ROUNDS: Final = 12
VERIFICATIONS: Final = 6
MOST_TABS: Final = 5
LONGEST_LOGIN_SECONDS: Final = 60.0
P99_LIMIT_MS: Final = 33.0
MAX_LIMIT_MS: Final = 100.0
PAUSES: Final = (0.03, 0.2)
"""Seconds from a paint to the next key, drawn anew each time."""
MOST_SECONDS: Final = 2.0
"""A key that was not answered by then counts as not answered."""
_SWITCH_SECONDS: Final = 0.0005
"""The reading thread notes the moment of a read no later than this, whatever is being looked at."""
_CHANCE: Final = Random(11)
_COLUMNS: Final = ("the terminal does", "p50", "p99", "max", "keys", "no paint")
_FACTS: Final = (
    (
        "From the write() of the key until the screen shows what it does (another panel has focus, help is"
        " open or closed, another screen is there), to the end of the read that brought it."
    ),
    "Textual paints at most 60 times a second: up to 17 ms of each figure are its wait for the next frame.",
    (
        "Busy: Chromium signs in for six slots, then another process holds the database, tokens wait in the"
        " journal, and all six are verified again and again."
    ),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """Of one moment: the panel with the focus, whether help is open, and which screen it is."""

    focus: str
    dark: bool
    title: str


@dataclass(frozen=True, slots=True)
class Key:
    """A harmless key, and how its paint is recognised from the looks before and after it."""

    keys: str
    is_painted: Callable[[Looks, Looks], bool]


_FOCUS_BACK: Final = Key("\x1b[Z", lambda old, new: new.focus not in ("", old.focus))
_FOCUS_ON: Final = Key("\t", lambda old, new: new.focus not in ("", old.focus))
_HELP: Final = Key("?", lambda old, new: new.dark and not old.dark)
_HELP_CLOSED: Final = Key("q", lambda old, new: old.dark and not new.dark)
_SECOND: Final = Key("2", lambda old, new: old.title != new.title)
_FIRST: Final = Key("1", lambda old, new: old.title != new.title)
_ON_ONE_SCREEN: Final = (_FOCUS_BACK, _HELP, _HELP_CLOSED, _FOCUS_ON)
_ON_TWO_SCREENS: Final = (*_ON_ONE_SCREEN, _SECOND, _FIRST)
Latency = float | None


@dataclass(frozen=True, slots=True)
class KeyResult:
    """Milliseconds from key to paint; None where no paint came within two seconds."""

    busy: tuple[Latency, ...]
    idle: tuple[Latency, ...]
    plain: tuple[Latency, ...]

    def report(self) -> Report:
        kinds = {
            "login, locked database, verification": self.busy,
            "nothing": self.idle,
            "nothing (plain Textual app)": self.plain,
        }
        table = Table(
            "From key to paint", _COLUMNS, tuple(_row(name, found) for name, found in kinds.items())
        )
        busy = _painted("busy", self.busy)
        goals = (
            Goal("p99 while everything works", busy.percentile(0.99), P99_LIMIT_MS, " ms"),
            Goal("slowest while everything works", max(busy.values), MAX_LIMIT_MS, " ms"),
        )
        return Report("Key to paint", (table,), goals, _FACTS)


def run(rounds: int | None) -> KeyResult:
    """Measure; about a quarter of a minute a round."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> KeyResult:
    async with ground() as broker:
        busy: list[Latency] = []
        idle: list[Latency] = []
        plain: list[Latency] = []
        for _ in range(rounds):
            plain += await asyncio.to_thread(_plain)
            busy += await _fresh(broker, _busy)
            idle += await _fresh(broker, _idle)
        return KeyResult(tuple(busy), tuple(idle), tuple(plain))


async def _fresh(
    broker: Ground, watch: Callable[[Mapping[str, str]], Sequence[Latency]]
) -> Sequence[Latency]:
    await broker.fresh()
    return await asyncio.to_thread(watch, broker.environment)


def _plain() -> Sequence[Latency]:
    with watched(PLAIN, os.environ) as program:
        program.wait_for(READY)
        return _quiet(Typist(program, screens=True))


def _idle(broker: Mapping[str, str]) -> Sequence[Latency]:
    """Before any token exists only LOGIN is open, so screens are not changed here."""
    with terminal(broker) as (program, _):
        return _quiet(Typist(program, screens=False))


def _quiet(typist: Typist) -> Sequence[Latency]:
    typist.focus_two_panels()
    typist.press_keys(QUIET_ROUNDS)
    return typist.latencies


def _busy(broker: Mapping[str, str]) -> Sequence[Latency]:
    with terminal(broker) as (program, database):
        first, then = Typist(program, screens=False), Typist(program, screens=True)
        first.focus_two_panels()
        begin_login(program)
        first.press_until(b"PRIMARY: generated")
        with held(database):
            then.press_until(b"OPTIONCHAIN2: generated")
            for _ in range(VERIFICATIONS):
                program.press("v")
                then.press_keys(1)
        return first.latencies + then.latencies


class Typist:
    """Presses harmless keys at random moments, each after the paint of the one before.

    Args:
        program: is looked at.
        screens: whether ACCOUNT is open, too.
    """

    def __init__(self, program: WatchedProgram, *, screens: bool) -> None:
        self._program = program
        self._order = _ON_TWO_SCREENS if screens else _ON_ONE_SCREEN
        self.latencies: list[Latency] = []

    def focus_two_panels(self) -> None:
        """To the edge between two panels, each of which may hold several widgets."""
        for _ in range(2):
            for _ in range(MOST_TABS):
                if self._press(_FOCUS_ON) is not None:
                    break

    def press_keys(self, rounds: int) -> None:
        """Every key so many times."""
        for _ in range(rounds):
            for key in self._order:
                self.latencies.append(self._press(key))

    def press_until(self, words: bytes) -> None:
        """Every key again and again until these words were written."""
        start, give_up = self._program.written, time.monotonic() + LONGEST_LOGIN_SECONDS
        while words not in self._program.tail(start):
            if time.monotonic() > give_up:
                raise RuntimeError(f"It never came: {words!r}. The screen was:\n{self._program.text}")
            self.press_keys(1)

    def _press(self, key: Key) -> Latency:
        """Milliseconds from the key to the screen that shows it."""
        before = _looks(self._program.screen)
        pressed = self._program.press(key.keys)
        found: Latency = None
        while found is None and time.perf_counter() < pressed + MOST_SECONDS:
            at = self._program.take_in()
            if at is None:
                time.sleep(0.001)
            elif key.is_painted(before, _looks(self._program.drawn)):
                found = (at - pressed) * 1000
        time.sleep(_CHANCE.uniform(*PAUSES))
        return found


def _looks(screen: pyte.Screen) -> Looks:
    dark = veiled(screen.buffer[0][0].bg)
    return Looks(_focused_title(screen), dark, screen.display[0][:10])


def _focused_title(screen: pyte.Screen) -> str:
    for y in range(ROWS):
        line = screen.buffer[y]
        for x in range(COLUMNS):
            if line[x].data == "┌" and line[x].fg == "ffa028":
                return "".join(line[x + beside].data for beside in range(1, 20) if x + beside < COLUMNS)
    return ""


def _painted(name: str, found: Sequence[Latency]) -> Samples:
    return Samples(name, tuple(each for each in found if each is not None))


def _row(name: str, found: Sequence[Latency]) -> tuple[str, ...]:
    samples = _painted(name, found)
    figures = (samples.median, samples.percentile(0.99), max(samples.values))
    missing = len(found) - len(samples.values)
    return (name, *(f"{figure:.1f} ms" for figure in figures), str(len(found)), str(missing))
