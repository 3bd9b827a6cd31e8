"""Every benchmark by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from benchmarks import (
    after_kill,
    durability,
    first_frame,
    idle_cpu,
    key_to_paint,
    loop_lag,
    quote_board,
    rest,
    rest_fan_out,
    rest_memory,
    sign_in,
    unlocking,
    verification,
    zero_wait,
)
from benchmarks.result import Report


class Result(Protocol):
    """What was measured, able to present itself."""

    def report(self) -> Report: ...


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What it answers, and how to run it with so many rounds (None: its own number)."""

    question: str
    run: Callable[[int | None], Result]


BENCHMARKS: Final[Mapping[str, Benchmark]] = {
    "zero-wait": Benchmark("how soon it is told that nothing has to be done", zero_wait.run),
    "sign-in": Benchmark("what our engine adds to a bare Selenium script", sign_in.run),
    "verification": Benchmark("what our verification adds to a plain httpx gather", verification.run),
    "durability": Benchmark("what it costs to keep a token, beside bare SQLite", durability.run),
    "unlocking": Benchmark("how soon held tokens are saved after an unlock", unlocking.run),
    "after-kill": Benchmark("how soon a killed run's tokens are saved", after_kill.run),
    "loop-lag": Benchmark("whether the interface stands still while the engine works", loop_lag.run),
    "first-frame": Benchmark("how soon the terminal shows itself", first_frame.run),
    "key-to-paint": Benchmark("how soon a key is answered while everything works", key_to_paint.run),
    "idle-cpu": Benchmark("what the terminal costs while nothing happens", idle_cpu.run),
    "quote-board": Benchmark("what sixty quotes cost, ten times a second", quote_board.run),
    "rest": Benchmark("how soon the API answers, also during a login", rest.run),
    "rest-fan-out": Benchmark("how soon two hundred readers have a change", rest_fan_out.run),
    "rest-memory": Benchmark("what ten thousand polls leave behind", rest_memory.run),
}
