"""One running app, led by keys, and its pictures."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Final

from textual.pilot import Pilot

from vega_terminal.domain.status import Activity, AuthStatus
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.modals.decision import DecisionModal
from vega_terminal.ui.modals.own_question import OwnQuestion
from vega_terminal.ui.views.desk_view import Phase

from .places import FOLDER

PATIENCE_SECONDS: Final = 120.0


class Stage:
    """One running app: presses keys, waits for moments, takes pictures."""

    def __init__(self, app: VegaApp, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot

    @property
    def status(self) -> AuthStatus:
        return self.app.session.view().status

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def until(self, moment: Callable[[], bool], what: str) -> None:
        """Wait for a moment; the screen is painted when this returns."""
        await _come(moment, what)
        self.app.repaint()
        await self._pilot.pause()

    async def leave(self) -> None:
        """Quit as an operator does; the engine and all its processes have ended when this returns."""
        await self.press("ctrl+q")
        if isinstance(self.app.screen, OwnQuestion):
            await self.press("y")
        await _come(lambda: self.app.return_code is not None, "the app to end")

    async def shoot(self, name: str) -> None:
        """Write the picture `name`."""
        await self._pilot.pause()
        picture = self.app.export_screenshot(title="VEGA Terminal")
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
        sys.stderr.write(f"  {name}.svg\n")

    async def started(self) -> None:
        """Until the engine runs and found out that nothing is there."""
        await self.until(
            lambda: self.app.session.phase is Phase.RUNNING and self.app.session.view().why_no_verify is None,
            "the engine to start",
        )

    async def asked_for_consent(self) -> None:
        await self.press("g")
        await self.until(lambda: isinstance(self.app.screen, DecisionModal), "the decision prompt")

    async def go(self, line: str) -> None:
        """Type a function and GO."""
        await self.press("colon", *("space" if char == " " else char for char in line.lower()), "enter")

    async def go_and_see(self, line: str) -> None:
        """Type a market function and wait for what the broker answers."""
        before = self.app.session.fed_at
        await self.go(line)
        await self.until(lambda: self.app.session.fed_at != before, f"the broker's answer for {line}")
        await self.still()

    async def still(self) -> None:
        """Wait until the picture stays as it is for a while; what loads late comes in the meantime."""
        same, last = 0, ""
        while same < 4:
            await self._pilot.pause(0.1)
            now = self.app.export_screenshot()
            same, last = (same + 1, last) if now == last else (0, now)

    async def finished(self) -> None:
        await self.until(lambda: not self.status.running, "the run to end")

    def activity(self, slot: str) -> Activity:
        return self.status.slot(slot).activity


async def _come(moment: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not moment():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {PATIENCE_SECONDS:.0f} s for: {what}.")
        await asyncio.sleep(0.02)


async def consented(stage: Stage) -> None:
    """Ask for a run and say yes."""
    await stage.started()
    await stage.asked_for_consent()
    await stage.press("y")
