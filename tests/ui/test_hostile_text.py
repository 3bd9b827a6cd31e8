"""The broker's text runs through the whole App: it can neither act nor crash it."""

from __future__ import annotations

from dataclasses import replace

from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Dashboard, MarketSession, Panel, Position, Profile
from vega_terminal.domain.progress import DatabaseState

from . import scenes
from .scripted_engine import ScriptedEngine
from .waiting import running, screen_text, until

ATTACKS = (
    "[/RMS] order refused",
    "[@click=app.quit]click[/]",
    "\x1b]52;c;ZXZpbA==\x07\x1b[2J",
    "\u202eDILAV \u200b\u2066",
    "[b]" * 2000,
    "मस्ते" * 200,
    "\ud800 lone",
    "$primary [$vega-up",
)


async def test_it_is_shown_and_does_nothing() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        for number, attack in enumerate(ATTACKS):
            publish(engine, attack)
            engine.say(ev.Noticed(engine.now, f"MARK{number}"))
            await until(pilot, lambda mark=f"MARK{number}": mark in screen_text(app), attack)  # type: ignore[misc]
            harmless(screen_text(app))
        engine.dashboard = hostile_market(engine)
        await pilot.press("3")
        await until(pilot, lambda: "[/RMS] order refused" in screen_text(app), "the dashboard")
        harmless(screen_text(app))
        await pilot.press("2")
        await until(pilot, lambda: "[b][b][b]" in screen_text(app), "the account")
        harmless(screen_text(app))
        engine.close_gate("".join(ATTACKS))
        await until(pilot, lambda: "The dashboard closed" in screen_text(app), "the toast")
        harmless(screen_text(app))
        assert app.is_running


def publish(engine: ScriptedEngine, attack: str) -> None:
    """Put `attack` into every event that can carry text from outside."""
    slot = "WEBSOCKET2" if attack.startswith("[b]") else "WEBSOCKET1"
    failure = Failure(FailureKind.UNEXPECTED_ANSWER, attack, attack)
    engine.say(ev.SlotFailed(engine.now, slot, failure), ev.Noticed(engine.now, attack))
    engine.say(ev.DatabaseChanged(engine.now, DatabaseState.OK, 0, 0, attack))
    engine.throttle(660, attack)


def hostile_market(engine: ScriptedEngine) -> Dashboard:
    """A broker whose every text is an attack."""
    everything = "".join(ATTACKS)
    failure = Failure(FailureKind.UNEXPECTED_ANSWER, everything, everything)
    profile = Profile(everything, everything, everything, ATTACKS, ATTACKS, is_active=True)
    return replace(
        engine.dashboard,
        positions=Panel(tuple(Position(a, a, a, 1, 1.0, 1.0, 1.0) for a in ATTACKS), engine.now, failure),
        sessions=Panel(tuple(MarketSession(attack, attack, None) for attack in ATTACKS), engine.now),
        profile=Panel(profile, engine.now),
    )


def harmless(text: str) -> None:
    assert not {"\x1b", "\x07", "\u202e", "\u200b", "\u2066", "\ud800"} & set(text)
