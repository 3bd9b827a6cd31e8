"""Waiting for conditions: a test never sleeps and never guesses how long something takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final, cast

from hypothesis import HealthCheck, settings
from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot

from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.views.desk_view import Phase

PATIENCE_SECONDS: Final = 20.0
"""Far more than a busy machine needs: turns of the loop say nothing of files that other threads read."""

UNHURRIED: Final = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For properties: an example counts by what it shows, not by the time that a busy machine takes for it."""

FRAME_SECONDS: Final = 0.02
"""A screen paints what has changed sooner than that."""


def app_of(pilot: Pilot[None]) -> VegaApp:
    """The App under test."""
    return cast("VegaApp", pilot.app)


async def at_rest(_shortest: float = 0.0, _longest: float = 0.0) -> None:
    """Let the App work until all that it could do by itself is done and painted.

    Every message has found its handler then, however slow the machine; what threads, clocks and other
    processes are still to bring is waited for by `until`.
    """
    loop, deadline = asyncio.get_running_loop(), time.monotonic() + PATIENCE_SECONDS
    app = active_app.get(None)
    while time.monotonic() < deadline:
        await asyncio.sleep(FRAME_SECONDS)
        while loop._ready and time.monotonic() < deadline:  # type: ignore[attr-defined]  # noqa: ASYNC110 - turns
            await asyncio.sleep(0)
        if app is None or not _paints(app):
            return


def _paints(app: App[object]) -> bool:
    """Whether a screen that can be seen is still to be painted."""
    if not app.is_running or not app._screen_stack:
        return False
    return bool(app._batch_count) or app.screen._update_timer._active.is_set()


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Let the App work until `condition` holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"It never happened: {what}."
        await pilot.pause()
    await pilot.pause()


async def running(pilot: Pilot[None]) -> None:
    """Wait until the engine runs and its history is on the screen."""
    await until(pilot, lambda: app_of(pilot).session.phase is Phase.RUNNING, "the engine runs")


def screen_text(app: VegaApp) -> str:
    """Everything on the screen, line by line, as a person reads it."""
    width, _height = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join(strip.crop(0, width).text.rstrip() for strip in lines)
