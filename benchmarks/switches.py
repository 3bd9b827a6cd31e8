"""Whether both sides start the same browser: its real command lines, compared."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

import psutil

from benchmarks import bare_selenium, engine_runs
from vega_terminal.domain.events import Event, StepReached
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.status import AuthStatus

_PRIVATE = re.compile(r"--(user-data-dir|log-file|field-trial-handle)=.*")


async def compare(environment: Mapping[str, str], names: Sequence[str]) -> str:
    """Start each browser once, unmeasured, and tell in a sentence how their switches differ."""
    ours = await _of_engine(environment, names)
    script = await asyncio.to_thread(_of_script, environment["UPSTOX_REDIRECT_URI"])
    if ours == script:
        return f"Both browsers ran with the same {len(ours)} switches."
    return (
        f"The browsers were NOT started alike. Only ours: {_words(ours - script)}."
        f" Only the script's: {_words(script - ours)}."
    )


async def _of_engine(environment: Mapping[str, str], names: Sequence[str]) -> frozenset[str]:
    found: list[frozenset[str]] = []

    def look(event: Event, _status: AuthStatus) -> None:
        if isinstance(event, StepReached) and event.step is LoginStep.OPENING_DIALOG:
            found.append(_switches())

    async with engine_runs.fresh_engine(environment) as engine:
        engine.board.watch(look)
        await engine_runs.generate(engine, names)
    return found[0]


def _of_script(redirect_uri: str) -> frozenset[str]:
    with bare_selenium.browser(redirect_uri):
        return _switches()


def _switches() -> frozenset[str]:
    """The switches of the one browser among our descendants; its helpers carry a type."""
    lines = [process.cmdline() for process in psutil.Process().children(recursive=True)]
    (browser,) = (line for line in lines if _is_browser(line))
    return frozenset(switch for switch in browser[1:] if not _PRIVATE.fullmatch(switch))


def _is_browser(line: Sequence[str]) -> bool:
    switches = " ".join(line)
    return "--user-data-dir=" in switches and "--type=" not in switches and "crashpad" not in switches


def _words(switches: frozenset[str]) -> str:
    return " ".join(sorted(switches)) or "none"
