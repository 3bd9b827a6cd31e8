"""The real terminal, attached: same screens, answers from here, and honest when the server is away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.ui import scenes
from tests.ui.scripted_engine import IDENTITY, ScriptedEngine
from tests.ui.waiting import app_of, screen_text
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import OtpPrompt
from vega_terminal.ui.modals.otp import DigitsInput

from .screens import shows, terminal
from .served import served, until


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VEGA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("vega_terminal.ui.attached.log_to", lambda _folder, _level: None)
    monkeypatch.setattr(App, "NOTIFICATION_TIMEOUT", 600)


def toasts(pilot: Pilot[None], title: str) -> list[str]:
    """The short messages under this title."""
    return [each.message for each in app_of(pilot)._notifications if each.title == title]


async def test_an_otp_is_typed_into_one_of_two_terminals(tmp_path: Path) -> None:
    engine = ScriptedEngine(scenes.empty)
    scenes.empty(engine)
    async with served(tmp_path, engine) as desk, terminal(desk) as asha, terminal(desk, "ravi@home") as ravi:
        await shows(asha, "0 / 6 Access Tokens Generated", "SIMULATED")
        assert engine.prompts is not None
        asking = asyncio.ensure_future(engine.prompts.otp(OtpPrompt("PRIMARY", IDENTITY, 180.0)))
        for pilot in (asha, ravi):
            await until(lambda: bool(pilot.app.screen.query(DigitsInput)), "the question is shown")  # noqa: B023 - now
            await shows(pilot, "ONE-TIME PASSWORD", "…3210")
        await ravi.press(*"123456")
        assert await asking == Secret("123456")
        for pilot in (asha, ravi):
            await shows(pilot, "LOGIN", "answered by ravi@home.")
        engine.generate("PRIMARY")
        await shows(asha, "1 / 6 Access Tokens Generated")


async def test_a_lost_server_is_told_and_nothing_is_shown_as_if_it_were_there(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    scenes.ready(engine)
    async with served(tmp_path, engine) as desk, terminal(desk) as pilot:
        await shows(pilot, "6 / 6 Access Tokens Generated")
        await pilot.press("3")
        await shows(pilot, "Asha Menon", "RELIANCE")
        await desk.stop()
        await shows(pilot, "✕ SERVER LOST", "SINCE", "NOT KNOWN", "trying again by itself")
        shown = screen_text(app_of(pilot))
        assert "RELIANCE" not in shown
        assert "VALID" not in shown
        await pilot.press("g", "v", "3")
        await until(lambda: len(toasts(pilot, "Not now")) == 3, "all three are refused")
        (closed,) = toasts(pilot, "The dashboard closed")
        generate, verify, _dashboard = toasts(pilot, "Not now")
        assert "ended the connection" in closed
        assert desk.url in generate
        assert verify == "The engine is out of reach."

        another = ScriptedEngine()
        scenes.partial_cooldown(another)
        await desk.start(another)
        await shows(pilot, "Attached again to", "3 / 6 Access Tokens Generated", "Cooldown: 0", " remaining.")
        await until(lambda: "SERVER LOST" not in screen_text(app_of(pilot)), "the banner goes")
        assert another.requests == []


async def test_leaving_ends_nothing_there_and_needs_no_question(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    scenes.generating(engine)
    async with served(tmp_path, engine) as desk:
        async with terminal(desk) as pilot:
            await shows(pilot, "A run is under way")
            await pilot.press("ctrl+q")
            await until(lambda: not pilot.app.is_running, "it has left")
        assert (engine.cancellations, engine.closed) == (0, False)
        assert engine.status.running
        hub = desk.hub
        await until(lambda: hub is not None and not hub.available, "nobody is there any more")
