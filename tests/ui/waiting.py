"""Waiting for conditions: a test never sleeps and never guesses how long something takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, cast

from textual.pilot import Pilot

from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.views.desk_view import Phase

PATIENCE_SECONDS: Final = 20.0
"""Far more than a busy machine needs: turns of the loop say nothing of files that other threads read."""


def app_of(pilot: Pilot[None]) -> VegaApp:
    """The App under test."""
    return cast("VegaApp", pilot.app)


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
