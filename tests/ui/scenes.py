"""The states of the product that are worth a look: what an engine tells when it starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import (
    Dashboard,
    Funds,
    Holding,
    MarketSession,
    Order,
    Panel,
    Position,
    Profile,
    Quote,
    Side,
)
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.facade import AppInfo, BrokerKind
from vega_terminal.ui.preferences import Preferences

from .scripted_engine import SIX, History, ScriptedEngine

USUAL = Preferences()
MANY = ("PRIMARY", *(f"OPTIONCHAIN{number}" for number in range(1, 24)))


def app_for(
    engine: ScriptedEngine,
    broker: BrokerKind = BrokerKind.SIMULATED,
    preferences: Preferences = USUAL,
) -> VegaApp:
    """The real App on a scripted engine, its clocks standing still."""
    info = AppInfo(
        broker=broker,
        host="127.0.0.1:9420",
        data_folder="~/.local/share/vega-terminal",
        slots=engine.roster.names,
        version="0.1.0",
        preferences=preferences,
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
    engine.say(ev.StepReached(engine.now, active, LoginStep.WAITING_OTP_PAGE))


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
    engine.say(ev.DatabaseChanged(engine.now, DatabaseState.LOCKED, 3, 2, detail))


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
        holdings=Panel(_holdings(), at - timedelta(seconds=42)),
        orders=Panel(_orders(at), at),
        indices=Panel(_indices(at), at),
    )


def _holdings() -> tuple[Holding, ...]:
    rows = (
        ("HDFCBANK", 60, 812.35, 996.4, 1001.15),
        ("TCS", 24, 3462.1, 3085.0, 3070.25),
        ("ITC", 350, 382.75, 405.0, 405.0),
    )
    return tuple(
        Holding(
            symbol=symbol,
            exchange="NSE",
            quantity=quantity,
            average_price=cost,
            last_price=last,
            close_price=close,
            pnl=round(quantity * (last - cost), 2),
            day_change=round(last - close, 2),
            day_change_percentage=round(100 * (last - close) / close, 2),
        )
        for symbol, quantity, cost, last, close in rows
    )


def _orders(at: datetime) -> tuple[Order, ...]:
    filled = Order(
        order_id="251118000100001",
        symbol="RELIANCE",
        exchange="NSE",
        side=Side.BUY,
        product="I",
        order_type="MARKET",
        quantity=50,
        filled=50,
        price=None,
        average_price=1409.8,
        trigger_price=None,
        status="complete",
        status_message="",
        placed_at=at - timedelta(minutes=71),
    )
    rejected = replace(
        filled,
        order_id="251118000100002",
        symbol="MARUTI",
        product="D",
        quantity=900,
        filled=0,
        average_price=None,
        status="rejected",
        status_message="RMS:Margin Exceeds, Cash Available is short of the order value",
        placed_at=at - timedelta(minutes=54),
    )
    stop = replace(
        filled,
        order_id="251118000100003",
        symbol="NIFTY25NOV24500CE",
        exchange="NFO",
        side=Side.SELL,
        product="D",
        order_type="SL",
        quantity=150,
        filled=0,
        price=101.5,
        average_price=None,
        trigger_price=102.0,
        status="trigger pending",
        placed_at=at - timedelta(minutes=11),
    )
    return filled, rejected, stop


def _indices(at: datetime) -> tuple[Quote, ...]:
    rows = (
        ("NSE_INDEX|Nifty 50", "Nifty 50", 24541.15, 24502.3),
        ("NSE_INDEX|Nifty Bank", "Nifty Bank", 52108.6, 52311.05),
        ("BSE_INDEX|SENSEX", "SENSEX", 80377.9, 80248.85),
        ("NSE_INDEX|India VIX", "India VIX", 12.4, 12.4),
    )
    return tuple(
        Quote(
            instrument_key=key,
            symbol=symbol,
            last_price=last,
            previous_close=close,
            open=close,
            high=round(max(last, close) * 1.004, 2),
            low=round(min(last, close) * 0.997, 2),
            at=at,
        )
        for key, symbol, last, close in rows
    )
