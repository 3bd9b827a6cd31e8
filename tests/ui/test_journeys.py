"""What people do at the terminal, from key to screen."""

from __future__ import annotations

from textual.widgets import Digits, Static

from vega_terminal.domain import events as ev
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.ui.facade import BrokerKind
from vega_terminal.ui.functions import ALL
from vega_terminal.ui.modals.decision import DecisionModal
from vega_terminal.ui.modals.own_question import ConfirmModal, WordModal
from vega_terminal.ui.screens.dashboard import DashboardScreen
from vega_terminal.ui.widgets.lock_banner import LockBanner
from vega_terminal.ui.widgets.message_list import MessageList

from . import scenes
from .scripted_engine import IDENTITY, SIX, ScriptedEngine
from .waiting import running, screen_text, until

WIDE = (120, 36)


async def slot_by_slot(engine: ScriptedEngine) -> None:
    """One slot a second, so that somebody can watch."""
    engine.find_missing()
    chosen = await engine.decide(timeout=None)
    engine.say(ev.LoginRequested(engine.now, chosen))
    for name in chosen:
        engine.issue(name)
        await engine.clock.sleep(1)
        engine.prove(name)
    engine.open_gate()


async def ask_and_do_nothing(engine: ScriptedEngine) -> None:
    await engine.decide(timeout=None)


async def test_the_first_day() -> None:
    engine = ScriptedEngine()
    engine.script = slot_by_slot
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        assert engine.verifications == 1
        assert "0 / 6 Access Tokens Generated" in screen_text(app)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, DecisionModal), "the question")
        await pilot.press("y")
        for number in range(1, 7):
            words = f"{number} / 6 Access Tokens Generated"
            await until(pilot, lambda words=words: words in screen_text(app), words)  # type: ignore[misc]
            assert f"{SIX[number - 1]}: exchanging the code" in screen_text(app)
            assert app.check_action("call", ("DASH",)) is None
            engine.clock.advance(1)
        await until(pilot, lambda: "▸ DASHBOARD_READY" in screen_text(app), "the gate opens")
        engine.dashboard = scenes.market(engine)
        await pilot.press("d")
        await until(pilot, lambda: "Asha Menon" in screen_text(app), "the dashboard shows the profile")
        assert "▲ +3,877.50" in screen_text(app)
        assert [request.requested_by for request in engine.requests] == ["terminal"]


async def test_the_gate_closes_and_says_why() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await running(pilot)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen), "the dashboard")
        engine.close_gate("The broker refused PRIMARY.")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN")
        assert "The broker refused PRIMARY." in screen_text(app)
        await pilot.press("3")
        await pilot.pause()
        assert app.current_mode == "LOGIN"
        assert "The broker refused PRIMARY's access token." in screen_text(app)


async def test_half_past_three_closes_the_dashboard_by_the_clock_alone() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("3")
        assert app.current_mode == "DASH"
        engine.clock.instant = engine.status.primary.expires_at or engine.now
        app.repaint()
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN")


async def test_the_gate_closes_beneath_a_question() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await pilot.press("3")
        await until(pilot, lambda: "Asha Menon" in screen_text(app), "the dashboard")
        engine.script = ask_and_do_nothing
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, DecisionModal), "the question")
        engine.close_gate("The broker refused PRIMARY.")
        await until(pilot, lambda: "Asha Menon" not in screen_text(app), "nothing of the broker's is left")
        assert isinstance(app.screen, DecisionModal)
        await pilot.press("n")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN")


async def test_the_gate_closes_beneath_help_and_beneath_the_operators_own_question() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("3", "question_mark")
        engine.close_gate("401")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN from help")
        assert len(app.screen_stack) == 1
        engine.generate("PRIMARY")
        engine.open_gate()
        engine.say(ev.RunStarted(engine.now, "c0ffee00-2", "terminal"))
        await pilot.press("3", "ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, ConfirmModal), "may I leave")
        engine.close_gate("401")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmModal)
        await pilot.press("n")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN from the question")


async def test_a_cooldown_shows_its_deadline_and_blocks_generate() -> None:
    engine = ScriptedEngine(scenes.partial_cooldown)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await running(pilot)
        digits = app.screen.query_one(Digits)
        assert digits.value == "08:12"
        engine.clock.advance(61)
        app.repaint()
        await pilot.pause()
        assert digits.value == "07:11"
        await pilot.press("g")
        await until(pilot, lambda: "Not now" in screen_text(app), "the reason")
        assert engine.requests == []
        engine.clock.advance(3600)
        engine.say(ev.CooldownEnded(engine.now, IDENTITY.key))
        await until(pilot, lambda: not app.screen.query_one("#cooldown").display, "the countdown goes")
        await pilot.press("g")
        assert len(engine.requests) == 1


async def test_a_partial_login_on_the_account_screen() -> None:
    app = scenes.scene(scenes.partial_cooldown)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await pilot.press("2")
        await until(pilot, lambda: app.current_mode == "ACCT", "the account")
        assert str(app.screen.query_one("#partial", Static).content) == (
            "Login partially completed.\nPRIMARY access token pending.\nCooldown: 08:12 remaining."
        )
        assert app.screen.query_one(Digits).value == "08:12"
        await pilot.press("escape")
        assert app.current_mode == "LOGIN"


async def test_a_locked_database_shows_three_lines_until_it_is_usable() -> None:
    engine = ScriptedEngine(scenes.locked)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        banner = app.screen.query_one(LockBanner)
        assert banner.display
        assert str(banner.content) == (
            "⚠ Database temporarily locked.\n"
            "Access tokens are safely held in memory.\n"
            "Auto-recovery in progress."
        )
        assert "◆ PENDING" in screen_text(app)
        engine.say(ev.DatabaseChanged(engine.now, DatabaseState.OK, 0, 0, ""))
        await until(pilot, lambda: not banner.display, "the banner goes")


async def test_escape_stops_a_run_after_asking_and_never_quits() -> None:
    engine = ScriptedEngine()
    engine.script = lambda scripted: scripted.clock.sleep(1e9)
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("escape", "escape")
        assert app.is_running
        await pilot.press("g")
        await until(pilot, lambda: engine.status.running, "the run")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmModal), "the question")
        await pilot.press("escape")
        assert engine.cancellations == 0
        await pilot.press("escape", "y")
        await until(pilot, lambda: not engine.status.running, "the run ends")
        assert engine.cancellations == 1
        assert app.is_running


async def test_verify_asks_the_engine_and_opens_nothing() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("v")
        await until(pilot, lambda: engine.verifications == 2, "the verification")
        assert engine.requests == []


async def test_away_from_login_the_end_of_what_was_asked_for_is_told() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await running(pilot)
        await pilot.press("4", "v")
        await until(pilot, lambda: "Verified: 6 of 6 tokens are valid." in screen_text(app), "how it ended")


async def test_live_is_unmistakable() -> None:
    app = scenes.app_for(ScriptedEngine(scenes.empty), BrokerKind.LIVE)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        assert screen_text(app).splitlines()[0].endswith(" LIVE")
        assert "SIMULATED" not in screen_text(app)


async def test_a_terminal_that_is_too_small_tells_both_sizes() -> None:
    app = scenes.scene(scenes.ready)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await pilot.resize_terminal(79, 30)
        assert "now 79x30" in screen_text(app)
        assert "needs 80x24" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        assert "6 / 6 Access Tokens Generated" in screen_text(app)
        await pilot.resize_terminal(1, 1)
        await pilot.resize_terminal(300, 100)
        assert "6 / 6 Access Tokens Generated" in screen_text(app)


async def test_the_manual_names_every_function_and_closes_with_escape() -> None:
    app = scenes.scene(scenes.empty)
    async with app.run_test(size=(120, 80)) as pilot:
        await running(pilot)
        await pilot.press("f1", "f1")
        await until(pilot, lambda: "PENDING_PERSIST" in screen_text(app), "the manual")
        assert all(f"  {function.code} " in screen_text(app) for function in ALL)
        await pilot.press("escape")
        assert "WHAT YOU CAN DO" in screen_text(app)
        assert app.is_running


async def test_events_before_anybody_looks_are_on_the_screen_that_is_shown_next() -> None:
    engine = ScriptedEngine(scenes.partial_cooldown)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await pilot.press("2")
        engine.prove(SIX[1])
        engine.say(ev.Noticed(engine.now, "Told while nobody looked at LOGIN."))
        await pilot.press("1")
        await until(pilot, lambda: "Told while nobody looked" in screen_text(app), "the message")


async def test_messages_follow_the_newest_unless_somebody_reads_above() -> None:
    engine = ScriptedEngine(scenes.generating)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        messages = app.screen.query_one(MessageList)
        messages.focus()
        await pilot.press("home")
        engine.say(ev.Noticed(engine.now, "Told while somebody read above."))
        await pilot.pause()
        assert messages.scroll_y == 0
        await pilot.press("end")
        engine.say(*(ev.Noticed(engine.now, f"More {number}.") for number in range(20)))
        await until(pilot, lambda: "More 19." in screen_text(app), "the newest message")
        for size in ((120, 24), (80, 24), (120, 40)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "More 19." in screen_text(app), f"the newest message at {size}")


async def test_spent_sign_ins_want_a_persons_word() -> None:
    engine = ScriptedEngine(scenes.spent)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        assert "Allow sign-ins again" in screen_text(app)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, WordModal), "the question")
        await pilot.press("y", "enter")
        await until(pilot, lambda: "another word" in screen_text(app), "y is not the word")
        await pilot.press("escape")
        assert engine.spent()
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, WordModal), "the question, once more")
        await pilot.press(*"rearm", "enter")
        await until(pilot, lambda: not engine.spent(), "sign-ins are allowed")
        assert engine.requests == []
        assert "Generate tokens" in screen_text(app)
