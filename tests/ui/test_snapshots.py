"""Every screen in its states, as pictures that a person has looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from vega_terminal.engine.ports import CaptchaPrompt, OtpPrompt
from vega_terminal.ui.facade import BrokerKind
from vega_terminal.ui.modals.prompt import PromptModal

from . import scenes
from .scripted_engine import IDENTITY, SIX, History, ScriptedEngine
from .waiting import app_of, running, until

Compare = Callable[..., bool]
WIDE, NARROW = (120, 36), (80, 24)


def after(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Wait for the engine, then press `keys`."""

    async def prepare(pilot: Pilot[None]) -> None:
        await running(pilot)
        for key in keys:
            await pilot.press(key)
            if key == "g":
                await until(pilot, lambda: isinstance(pilot.app.screen, PromptModal), "the question")
        app_of(pilot).repaint()

    return prepare


async def ask_otp(engine: ScriptedEngine) -> None:
    assert engine.prompts is not None
    await engine.prompts.otp(OtpPrompt("PRIMARY", IDENTITY, 180.0))


async def ask_captcha(engine: ScriptedEngine) -> None:
    assert engine.prompts is not None
    await engine.prompts.captcha(CaptchaPrompt("WEBSOCKET2", 180.0))


@pytest.mark.parametrize(
    ("history", "keys", "size"),
    [
        pytest.param(scenes.empty, (), WIDE, id="login-empty"),
        pytest.param(scenes.generating, (), WIDE, id="login-generating"),
        pytest.param(scenes.partial_cooldown, (), WIDE, id="login-cooldown"),
        pytest.param(scenes.locked, (), WIDE, id="login-locked"),
        pytest.param(scenes.ready, (), WIDE, id="login-ready"),
        pytest.param(scenes.partial_cooldown, ("2",), WIDE, id="account-partial"),
        pytest.param(scenes.ready, ("3",), WIDE, id="dashboard"),
        pytest.param(scenes.empty, ("question_mark",), WIDE, id="help"),
        pytest.param(scenes.ready, (), NARROW, id="login-ready-80x24"),
        pytest.param(scenes.partial_cooldown, (), NARROW, id="login-cooldown-80x24"),
        pytest.param(scenes.ready, ("3",), NARROW, id="dashboard-80x24"),
    ],
)
def test_screen(
    snap_compare: Compare, history: History, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    assert snap_compare(scenes.scene(history), terminal_size=size, run_before=after(*keys))


@pytest.mark.parametrize(
    ("script", "keys"),
    [
        pytest.param(None, ("g", "down", "space"), id="decision"),
        pytest.param(ask_otp, ("g", "1", "2", "3"), id="otp"),
        pytest.param(ask_captcha, ("g",), id="captcha"),
    ],
)
def test_question(snap_compare: Compare, script: object | None, keys: tuple[str, ...]) -> None:
    engine = ScriptedEngine(scenes.empty)
    engine.script = script or engine.script  # type: ignore[assignment]
    assert snap_compare(scenes.app_for(engine), terminal_size=WIDE, run_before=after(*keys))


def test_twenty_four_slots(snap_compare: Compare) -> None:
    app = scenes.scene(scenes.partly_ready, scenes.MANY)
    assert snap_compare(app, terminal_size=WIDE, run_before=after())


def test_one_slot_live(snap_compare: Compare) -> None:
    app = scenes.app_for(ScriptedEngine(scenes.ready, SIX[:1]), BrokerKind.LIVE)
    assert snap_compare(app, terminal_size=NARROW, run_before=after())


def test_without_colours(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = scenes.scene(scenes.partial_cooldown)
    assert snap_compare(app, terminal_size=WIDE, run_before=after())
