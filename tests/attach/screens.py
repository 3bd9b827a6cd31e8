"""An attached terminal, and what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from tests.ui.waiting import app_of, screen_text
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.attached import attached_terminal

from .served import ServedDesk, until


@asynccontextmanager
async def terminal(
    desk: ServedDesk, name: str = "asha@desk-2", size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Pilot[None]]:
    """Start as `vega-terminal --attach URL` does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vega_terminal.ui.attached.operator_name", lambda: name)
        info, factory = await asyncio.to_thread(attached_terminal, desk.url, None, None)
        app = VegaApp(info, factory, ticking=False)
        app.animation_level = "none"
        async with app.run_test(size=size) as pilot:
            await shows(pilot, f"Attached to {desk.url}")
            yield pilot


async def shows(pilot: Pilot[None], *words: str) -> None:
    """Wait until all of `words` are on the screen."""
    app = app_of(pilot)

    def is_shown() -> bool:
        app.repaint()
        text = screen_text(app)
        return all(word in text for word in words)

    await until(is_shown, f"{words} on the screen:\n{screen_text(app)}")
