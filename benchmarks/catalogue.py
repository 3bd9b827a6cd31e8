"""Every benchmark by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from benchmarks import first_frame, loop_lag, sign_in, verification
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
    "sign-in": Benchmark("what our engine adds to a bare Selenium script", sign_in.run),
    "verification": Benchmark("what our verification adds to a plain httpx gather", verification.run),
    "loop-lag": Benchmark("whether the interface stands still while the engine works", loop_lag.run),
    "first-frame": Benchmark("how soon the terminal shows itself", first_frame.run),
}
