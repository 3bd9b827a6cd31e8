"""ACCOUNT: who it is, what can be done, every slot with its failure in full and its history."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from vega_terminal.engine.ports.audit import AuditKind
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.modals.slot_page import LONGEST_HISTORY, SlotPage, history_of, page_of
from vega_terminal.ui.views.account import slot_records
from vega_terminal.ui.views.audit import audit_rows
from vega_terminal.ui.widgets.record_list import RecordList

from . import scenes
from .audit_records import GuardedBook, record
from .scripted_engine import ScriptedEngine
from .test_hostile_text import ATTACKS, harmless, publish
from .waiting import running, screen_text, until

WIDE, NARROW = (120, 36), (80, 24)


async def enter(pilot: Pilot[None], app: VegaApp, *keys: str) -> None:
    await running(pilot)
    await pilot.press("2")
    await until(pilot, lambda: app.current_mode == "ACCT", "the account")
    await pilot.press(*keys)
    await pilot.pause()


def words(app: VegaApp) -> str:
    return " ".join(screen_text(app).replace("│", " ").split())


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_partial_login_tells_what_is_missing_and_each_failure_in_full(size: tuple[int, int]) -> None:
    app = scenes.scene(scenes.partial_cooldown)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, app)
        text = words(app)
        for part in (
            "Login partially completed.",
            "PRIMARY access token pending.",
            "Cooldown: 08:12 remaining.",
        ):
            assert part in text
        assert "PRIMARY: The OTP page did not come within 30 seconds: the broker throttles sign-ins." in text
        assert "it goes on by itself." in text
        assert "✕ Cooldown: 08:12" in text, "what is blocked stays visible, with its reason"
        await pilot.press("end")
        assert "OPTIONCHAIN2: Waits for the cooldown of …3210." in words(app)


async def test_a_slot_opens_with_its_failure_and_its_history_newest_first() -> None:
    engine, book = ScriptedEngine(scenes.partial_cooldown), GuardedBook()
    engine.book = book
    slots = ("PRIMARY", "WEBSOCKET1", None)
    book.trail = [record(number, slot=slots[number % 3]) for number in range(1, 20)]
    book.trail.append(
        record(20, AuditKind.SLOT_FAILED, "PRIMARY", facts={"message": "The OTP page did not come."})
    )
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app, "enter")
        await until(
            pilot, lambda: "✕ SLOT_FAILED message=The OTP page did not come." in words(app), "the history"
        )
        text = words(app)
        assert "Failure The OTP page did not come within 30 seconds" in text
        assert "Kind SIGN_IN_STALLED" in text
        assert text.index("23 Nov 09:20:12 ✕") < text.index("23 Nov 09:18:12 ● VERDICT verdict=VALID")
        assert "09:19:12" not in text, "another slot's record"
        await pilot.press("j")
        assert "Slot WEBSOCKET1" in words(app)
        assert "23 Nov 09:19:12" in words(app)
        await pilot.press("escape")
        assert app.screen.query_one(RecordList).state.cursor == 1
        book.refusal = "Another program holds vega_trade.db."
        await pilot.press("enter")
        await until(
            pilot, lambda: "The trail cannot be read now. Another program" in words(app), "the trouble"
        )


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_twenty_four_slots_are_all_within_reach(size: tuple[int, int]) -> None:
    app = scenes.scene(scenes.partly_ready, scenes.MANY)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, app, "end")
        assert "▸ OPTIONCHAIN23" in screen_text(app)
        await pilot.press("slash", *"n1", "enter")
        assert len(app.screen.query_one(RecordList).state.shown) == 11
        assert "▸ OPTIONCHAIN19" in screen_text(app)


async def test_one_slot_looks_right() -> None:
    app = scenes.scene(scenes.ready, ("PRIMARY",))
    async with app.run_test(size=NARROW) as pilot:
        await enter(pilot, app)
        assert "SLOTS  1" in screen_text(app)
        assert "▸ PRIMARY          ● VALID" in screen_text(app)


async def test_who_it_is_is_asked_once_and_only_when_the_broker_may_be_asked() -> None:
    engine = ScriptedEngine(scenes.partial_cooldown)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app)
        assert "known once the broker" in words(app)
        assert engine.looks == 0
        engine.generate(*engine.roster.names)
        engine.open_gate()
        engine.dashboard = scenes.market(engine)
        await pilot.press("1", "2")
        await until(pilot, lambda: "Asha Menon" in screen_text(app), "the profile")
        await pilot.press("1", "2")
        assert engine.looks == 1


async def test_a_page_above_a_screen_that_closed_does_not_come_back() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app, "enter")
        assert isinstance(app.screen, SlotPage)
        engine.clock.advance(19 * 3600)
        app.repaint()
        await until(pilot, lambda: app.current_mode == "LOGIN", "03:30 IST has passed")
        engine.generate(*engine.roster.names)
        await pilot.press("2")
        await until(pilot, lambda: "SLOTS  6" in screen_text(app), "the account")
        await until(pilot, lambda: not isinstance(app.screen, SlotPage), "without the old page")


async def test_hostile_text_is_shown_and_does_nothing() -> None:
    engine, book = ScriptedEngine(scenes.partial_cooldown), GuardedBook()
    engine.book = book
    book.trail = [
        record(number, slot="WEBSOCKET1", facts={text: text}) for number, text in enumerate(ATTACKS, 1)
    ]
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app, "down")
        for attack in ATTACKS:
            publish(engine, attack)
            await pilot.pause()
            harmless(screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "HISTORY" in screen_text(app), "the page")
        harmless(screen_text(app))
        await pilot.press("end")
        harmless(screen_text(app))
        assert app.is_running


def test_the_history_is_bounded_and_newest_first() -> None:
    rows = audit_rows([record(number, slot="PRIMARY") for number in range(1, 100)])
    history = history_of("PRIMARY", rows)
    assert [row.record.seq for row in history] == list(range(99, 99 - LONGEST_HISTORY, -1))
    assert history_of("WEBSOCKET1", rows) == ()


async def test_the_page_of_a_slot_needs_no_list() -> None:
    engine = ScriptedEngine(scenes.partial_cooldown)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        app.push_screen(page_of(app.session, "WEBSOCKET1"))
        await until(pilot, lambda: "2 of 6" in screen_text(app), "the page")
        await pilot.press("k", "k")
        assert "1 of 6" in screen_text(app)
        assert "Slot PRIMARY" in words(app)


def test_slots_are_equal_until_something_changes() -> None:
    engine = ScriptedEngine(scenes.partial_cooldown)
    app = scenes.app_for(engine)
    app.session.engine = engine
    engine.history(engine)
    before = slot_records(app.session.view())
    engine.clock.advance(1)
    assert slot_records(app.session.view()) == before
    engine.find_missing()
    assert slot_records(app.session.view()) != before
