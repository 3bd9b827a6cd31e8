"""What the terminal costs while nothing happens: processor time and bytes, beside a plain app."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from benchmarks.broker import ground
from benchmarks.plain_app import READY
from benchmarks.processor_time import processor_seconds
from benchmarks.result import Goal, Report, Table
from benchmarks.screen_watch import WatchedProgram, watched
from benchmarks.terminal_runs import ALL_THERE, PLAIN, begin_login, terminal

SECONDS: Final = 30.0
SETTLING_SECONDS: Final = 4.0
LIMIT: Final = 1.5
_COLUMNS: Final = ("", "share of a core", "written a second")
_FACTS: Final = (
    f"All three run at the same time for {SECONDS:.0f} s, so that the machine is the same for each.",
    "With children; the simulated broker is none of them. On DASHBOARD the broker is asked on schedule.",
)


@dataclass(frozen=True, slots=True)
class Idle:
    """One program's half minute: percent of one core, bytes a second."""

    name: str
    share: float
    written: float


@dataclass(frozen=True, slots=True)
class IdleResult:
    """The terminal on two screens, and a plain app."""

    login: Idle
    dashboard: Idle
    plain: Idle

    def report(self) -> Report:
        rows = tuple(
            (each.name, f"{each.share:.2f} %", f"{each.written:.0f} B")
            for each in (self.login, self.dashboard, self.plain)
        )
        goals = tuple(
            Goal(f"share of one core, {each.name}", each.share, LIMIT, " %")
            for each in (self.login, self.dashboard)
        )
        table = Table("Half a minute in which nothing happens", _COLUMNS, rows)
        return Report("Idle terminal", (table,), goals, _FACTS)


def run(_rounds: int | None) -> IdleResult:
    """Measure once; about fifty seconds."""
    return asyncio.run(_measure())


async def _measure() -> IdleResult:
    async with ground() as broker:
        await broker.fresh()
        return await asyncio.to_thread(_watch, broker.environment)


def _watch(broker: dict[str, str]) -> IdleResult:
    with ExitStack() as stack:
        plain = stack.enter_context(watched(PLAIN, os.environ))
        plain.wait_for(READY)
        dashboard, _ = stack.enter_context(terminal(broker))
        begin_login(dashboard)
        dashboard.wait_for(ALL_THERE)
        dashboard.wait_until(lambda: "DASHBOARD ✕" not in dashboard.text, "the open gate")
        dashboard.press("3")
        dashboard.wait_for("POSITIONS")
        login, _ = stack.enter_context(terminal(broker))
        time.sleep(SETTLING_SECONDS)
        return IdleResult(*_idle({"LOGIN": login, "DASHBOARD": dashboard, "plain app, one clock": plain}))


def _idle(programs: dict[str, WatchedProgram]) -> tuple[Idle, ...]:
    before = {name: (processor_seconds(each.pid), each.written) for name, each in programs.items()}
    began = time.perf_counter()
    time.sleep(SECONDS)
    passed = time.perf_counter() - began
    return tuple(
        Idle(
            name,
            100 * (processor_seconds(each.pid) - before[name][0]) / passed,
            (each.written - before[name][1]) / passed,
        )
        for name, each in programs.items()
    )
