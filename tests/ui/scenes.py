"""The states of the product that are worth a look: what an engine tells when it starts."""

from __future__ import annotations

from datetime import timedelta

from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Dashboard, Funds, MarketSession, Panel, Position, Profile
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.facade import AppInfo, BrokerKind

from .scripted_engine import SIX, History, ScriptedEngine

MANY = ("PRIMARY", *(f"OPTIONCHAIN{number}" for number in range(1, 24)))


def app_for(engine: ScriptedEngine, broker: BrokerKind = BrokerKind.SIMULATED) -> VegaApp:
    """The real App on a scripted engine, its clocks standing still."""
    info = AppInfo(
        broker=broker,
        host="127.0.0.1:9420",
        data_folder="~/.local/share/vega-terminal",
        slots=engine.roster.names,
        version="0.1.0",
    )
    app = VegaApp(info, engine.factory, clock=engine.clock, ticking=False)
    app.animation_level = "none"
    return app


def scene(history: History, names: tuple[str, ...] = SIX) -> VegaApp:
    """The App in the state that `history` leads to."""
    return app_for(ScriptedEngine(history, names))


def empty(engine: ScriptedEngine) -> None:
    engine.find_missing()


def generating(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.say(ev.RunStarted(engine.now, "c0ffee00-1", "terminal"))
    engine.say(ev.DecisionTaken(engine.now, SIX, "operator"), ev.LoginRequested(engine.now, SIX))
    for name in SIX[:2]:
        engine.issue(name)
        engine.prove(name)
    engine.clock.advance(3)
    parked, active = SIX[2], SIX[3]
    engine.say(ev.SlotStarted(engine.now, parked), ev.SlotParked(engine.now, parked))
    engine.say(ev.SlotStarted(engine.now, active))
    engine.say(ev.StepReached(engine.now, active, ev.LoginStep.WAITING_OTP_PAGE))


def partial_cooldown(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.say(ev.LoginRequested(engine.now, SIX))
    for name in SIX[1:4]:
        engine.issue(name)
        engine.prove(name)
    stalled = Failure(
        FailureKind.SIGN_IN_STALLED,
        "The OTP page did not come within 30 seconds: the broker throttles sign-ins. "
        "Wait for the cooldown to end; it goes on by itself.",
    )
    resting = Failure(FailureKind.COOLDOWN, "Waits for the cooldown of …3210.")
    engine.say(ev.SlotFailed(engine.now, "PRIMARY", stalled))
    engine.throttle(660)
    engine.say(*(ev.SlotFailed(engine.now, name, resting) for name in SIX[4:]), ev.Settled(engine.now))
    engine.clock.advance(168)


def locked(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.say(ev.RunStarted(engine.now, "c0ffee00-1", "terminal"), ev.LoginRequested(engine.now, SIX))
    for name in SIX[:2]:
        engine.issue(name)
        engine.hold(name)
        engine.say(ev.SlotFinished(engine.now, name))
    detail = "Another program holds vega_trade.db."
    engine.say(ev.DatabaseChanged(engine.now, ev.DatabaseState.LOCKED, 3, 2, detail))


def held(engine: ScriptedEngine) -> None:
    """The run is over, and the database still takes nothing."""
    locked(engine)
    engine.say(ev.RunFinished(engine.now, "c0ffee00-1", 1, "2 of 6"), ev.Settled(engine.now))


def spent(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.spent_identities.append(engine.roster["PRIMARY"].identity)


def ready(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.generate(*engine.roster.names)
    engine.open_gate()
    engine.clock.advance(2)
    engine.dashboard = market(engine)


def partly_ready(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.generate(*engine.roster.names[:9])
    engine.open_gate()


def market(engine: ScriptedEngine) -> Dashboard:
    at = engine.now
    night = Failure(
        FailureKind.SERVICE_HOURS, "The broker closes funds from 00:00 to 05:30 IST.", "UDAPI100072"
    )
    sessions = (
        MarketSession("NSE", "NORMAL_OPEN", at - timedelta(minutes=3)),
        MarketSession("BSE", "NORMAL_OPEN", at - timedelta(minutes=3)),
        MarketSession("MCX", "NORMAL_CLOSE", at - timedelta(hours=9)),
    )
    exchanges, products = ("NSE", "NFO", "BSE", "MCX"), ("D", "CO", "I")
    profile = Profile("AB1234", "Asha Menon", "asha@example.com", exchanges, products, is_active=True)
    positions = (
        Position("NIFTY25NOV24500CE", "NFO", "D", 150, 112.4, 138.25, 3877.5),
        Position("BANKNIFTY25NOV52000PE", "NFO", "D", -60, 240.0, 251.6, -696.0),
        Position("RELIANCE", "NSE", "I", 0, None, 1412.35, 0.0),
    )
    return Dashboard(
        sessions=Panel(sessions, at),
        profile=Panel(profile, at),
        funds=Panel(Funds(1234567.8, 45210.5, 0.0, 12000.0), at - timedelta(seconds=95), night),
        positions=Panel(positions, at),
    )
