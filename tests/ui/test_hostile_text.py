"""Text from outside runs through the whole App: it can neither act, nor mislead, nor crash it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from vega_terminal.doctor.findings import Finding, Verdict
from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.instruments import INSTRUMENTS, NIFTY
from vega_terminal.domain.market import Dashboard, MarketSession, Panel, Position, Profile
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.engine.ports.audit import AuditBreak, AuditVerification
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.functions import FUNCTIONS, Code
from vega_terminal.ui.messages import Call
from vega_terminal.ui.modals.record_details import RecordDetails
from vega_terminal.ui.preferences import Preferences
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.widgets.record_list import RecordList

from . import market_scenes, scenes
from .audit_records import record
from .market_scenes import go
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
ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn"]),
        st.sampled_from(list("[/]@=$\\\x1b\x07\x9b\u202e\u200b\ufe0f")),
    ),
    max_size=40,
)
UNLISTED = "NSE_EQ|INE999Z01999"


async def test_it_is_shown_and_does_nothing() -> None:
    app, engine = hostile_app(ATTACKS)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        await pilot.press("3")
        await until(pilot, lambda: "[/RMS] order refused" in screen_text(app), "the dashboard")
        unharmed(app)
        await pilot.press("2")
        await until(pilot, lambda: "[b][b][b]" in screen_text(app), "the account")
        unharmed(app)
        engine.close_gate("".join(ATTACKS))
        await until(pilot, lambda: "The dashboard closed" in screen_text(app), "the toast")
        unharmed(app)


async def test_a_program_of_any_name_may_hold_the_database() -> None:
    """The name of a process stands in the frame of the banner, where a plain text would be markup."""
    app, engine = hostile_app(ATTACKS)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        for number, attack in enumerate(ATTACKS):
            locked = ev.DatabaseChanged(engine.now, DatabaseState.LOCKED, number, 0, attack, attack)
            engine.say(locked)
            await until(pilot, lambda told=f"attempt {number}": told in shown_frames(app), attack)  # type: ignore[misc]
            assert f"by {safe_text(attack)}" in shown_frames(app)
            unharmed(app)


async def test_what_keeps_a_function_back_is_no_markup_in_the_palette() -> None:
    app, engine = hostile_app(ATTACKS)
    engine.generate_blocked = lambda: "BLOCKED BY [/RMS] [@click=app.quit]it[/]"  # type: ignore[method-assign]
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "✕ BLOCKED BY [/RMS] [@click=app.quit]it[/]" in screen_text(app), "it")
        unharmed(app)


async def test_what_is_pasted_is_made_harmless_before_it_is_shown() -> None:
    app, _engine = hostile_app(ATTACKS)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        await pilot.press("colon")
        assert app.focused is not None
        app.focused.post_message(events.Paste("go\u202e\x1b]52;c;x\x07 DES"))
        await until(pilot, lambda: "▸ go��]52;c;x� DES" in screen_text(app), "it is in the line")
        unharmed(app)


@settings(
    max_examples=1,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(ANY_TEXT, min_size=24, max_size=24))
async def test_every_screen_stands_any_text(texts: list[str]) -> None:
    """One run of the App is dear, so many texts share it; those that are all alike are not worth it."""
    assume(len(set(texts)) > len(texts) // 2)
    with TemporaryDirectory() as folder:
        app, engine = hostile_app((*texts, *ATTACKS), Path(folder))
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            await running(pilot)
            unharmed(app)
            await visit_everything(pilot, app, texts)
            engine.close_gate("".join(texts))
            await until(pilot, lambda: app.navigator.here is Code.LOGIN, "it is left")
            unharmed(app)


async def visit_everything(pilot: Pilot[None], app: VegaApp, texts: Sequence[str]) -> None:
    for line in ("DASH", "PORT", "W", f"{UNLISTED} DES", "OMON", "DOC", "AUD", "LOG"):
        code = line.split()[-1]
        await go(pilot, line)
        await until(pilot, lambda code=code: app.navigator.here == code, line)  # type: ignore[misc]
        unharmed(app)
    log = app.screen.query_one(RecordList).state
    said = len(log.all)
    await pilot.press("o")
    await until(pilot, lambda: len(log.all) > said + len(texts), "the log file")
    for line in ("LOG", "AUD"):
        await go(pilot, line)
        await until(pilot, lambda line=line: app.navigator.here == line, line)  # type: ignore[misc]
        await until(pilot, lambda: bool(app.screen.query_one(RecordList).state.all), f"records of {line}")
        await pilot.press("home", "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordDetails), f"details of {line}")
        unharmed(app)
        await pilot.press("escape")
    for text in texts[:6]:
        app.screen.post_message(Call(FUNCTIONS[Code.DES], text or "x"))
    await pilot.pause()
    unharmed(app)


def hostile_app(texts: Sequence[str], folder: Path = Path("/nowhere")) -> tuple[VegaApp, ScriptedEngine]:
    """The App on an engine that says `texts` wherever anybody outside could have written something."""

    def history(engine: ScriptedEngine) -> None:
        market_scenes.live(engine)
        for number, text in enumerate(texts):
            publish(engine, text, number)
        hostile_market(engine, texts)

    engine = ScriptedEngine(history)
    engine.backstage.folder, engine.backstage.log_file = folder, folder / "vega.log"
    engine.backstage.findings = [Finding(text, Verdict.FAIL, text, text, 0.1) for text in texts]
    engine.book.trail = [
        replace(record(number, text, text, facts={text: text}), actor=text, execution_id=text, at=text)
        for number, text in enumerate(texts, 1)
    ]
    engine.book.verdict = AuditVerification(1, first_bad=AuditBreak(1, texts[0]), notices=tuple(texts[:3]))
    if folder.exists():
        engine.backstage.log_file.write_text("\n".join(log_lines(texts)))
    preferences = Preferences(watchlist=tuple(text for text in texts if text.strip()))
    return scenes.app_for(engine, preferences=preferences), engine


def publish(engine: ScriptedEngine, text: str, number: int = 0) -> None:
    """Put `text` into every event that can carry something from outside."""
    slot = engine.roster.names[1 + number % 5]
    failure = Failure(FailureKind.UNEXPECTED_ANSWER, text, text)
    engine.say(ev.SlotFailed(engine.now, slot, failure), ev.Noticed(engine.now, text))
    engine.say(ev.DatabaseChanged(engine.now, DatabaseState.OK, 0, 0, text, text))
    engine.throttle(660, text)


def hostile_market(engine: ScriptedEngine, texts: Sequence[str]) -> None:
    """A broker whose every text is an attack."""
    at, everything, seen = engine.now, "".join(texts), engine.dashboard
    failure = Failure(FailureKind.UNEXPECTED_ANSWER, everything, everything)
    profile = Profile(everything, everything, everything, tuple(texts), tuple(texts), is_active=True)
    (holding, *_), (order, *_) = seen.holdings.value or (), seen.orders.value or ()
    quote = market_scenes.quote_of(NIFTY, 0, at)
    engine.quoted = {
        one.key: replace(quote, instrument_key=one.key, symbol=everything) for one in INSTRUMENTS
    }
    engine.quoted[UNLISTED] = replace(quote, instrument_key=UNLISTED, symbol=everything)
    engine.dashboard = Dashboard(
        sessions=Panel(tuple(MarketSession(text, text, None) for text in texts), at, failure),
        profile=Panel(profile, at),
        funds=Panel(None, None, failure),
        positions=Panel(tuple(Position(a, a, a, 1, 1.0, 1.0, 1.0) for a in texts), at, failure),
        holdings=Panel(tuple(replace(holding, symbol=text, exchange=text) for text in texts), at),
        orders=Panel(
            tuple(
                replace(order, order_id=a, symbol=a, status=a, status_message=a, order_type=a, product=a)
                for a in texts
            ),
            at,
        ),
        indices=Panel(tuple(replace(quote, instrument_key=text, symbol=text) for text in texts), at),
    )


def log_lines(texts: Sequence[str]) -> Iterator[str]:
    """Lines as the log file has them, and lines that are none."""
    for text in texts:
        yield text.encode(errors="replace").decode().replace("\n", " ")
        yield json.dumps({"at": "2025-11-17T03:00:00+00:00", "level": text, "from": text, "text": text})


def shown_frames(app: VegaApp) -> str:
    """What stands in the frame of the lock banner."""
    return str(app.screen.query_one("#lock-banner").border_title).replace("\\[", "[")


def harmless(text: str) -> None:
    """Nothing in it steers a terminal or hides."""
    assert not set("\x1b\x07\x9b\u202e\u200b\u2066\ud800\ufe0f") & set(text)


def unharmed(app: VegaApp) -> None:
    """Nothing on the screen acts, hides, or waits for a click; the App lives."""
    assert app.is_running
    harmless(screen_text(app))
    for style in styles_of(app):
        assert "@click" not in style.meta, style.meta


def styles_of(app: VegaApp) -> Iterator[Any]:
    strips = app.screen._compositor.render_strips()
    return (segment.style for strip in strips for segment in strip if segment.style is not None)
