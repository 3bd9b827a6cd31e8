"""AUD: the trail is read, proven, searched, opened and exported through the real App."""

from __future__ import annotations

import asyncio
import json
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from vega_terminal.domain import events as ev
from vega_terminal.engine.ports.audit import AuditBreak, AuditKind, AuditRecord, AuditVerification
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.modals.record_details import RecordDetails
from vega_terminal.ui.views.audit import audit_rows, merged
from vega_terminal.ui.views.audit_proof import TrailState, empty_words
from vega_terminal.ui.widgets.filter_line import FilterLine
from vega_terminal.ui.widgets.record_list import RecordList

from . import scenes
from .audit_records import GuardedBook, record
from .manual_clock import START
from .scripted_backstage import ScriptedBackstage
from .scripted_engine import ScriptedEngine
from .test_hostile_text import ATTACKS, harmless
from .waiting import running, screen_text, until

WIDE = (120, 36)


def engine_with(
    trail: list[AuditRecord], folder: Path = Path("/nowhere")
) -> tuple[ScriptedEngine, GuardedBook]:
    engine, book = ScriptedEngine(scenes.empty), GuardedBook(trail)
    engine.book, engine.backstage = book, ScriptedBackstage(folder)
    return engine, book


async def enter(pilot: Pilot[None], app: VegaApp, *keys: str) -> None:
    """Open AUD and wait until the trail was read and judged, which are two things."""
    await running(pilot)
    await pilot.press("4")
    await until(pilot, lambda: app.current_mode == "AUD", "the audit trail")
    await until(pilot, lambda: bool(the_list(app).state.all), "the trail is read")
    await until(
        pilot, lambda: any(word in screen_text(app) for word in ("WHOLE", "BROKEN")), "the trail is judged"
    )
    await pilot.press(*keys)
    await pilot.pause()


def the_list(app: VegaApp) -> RecordList:
    return app.screen_stack[0].query_one(RecordList)


async def happened(pilot: Pilot[None], engine: ScriptedEngine, what: str) -> None:
    """Something is told; the trail is read when the crowd of events has settled."""
    engine.say(ev.Noticed(engine.now, what))
    await until(
        pilot, lambda: any(at <= engine.clock.passed + 1 for at, _ in engine.clock.sleepers), "it settles"
    )
    engine.clock.advance(1)
    await pilot.pause()


async def test_the_trail_is_read_and_proven_and_grows_with_what_happens() -> None:
    engine, book = engine_with([record(number) for number in range(1, 61)])
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app)
        assert "● WHOLE  60 records" in screen_text(app)
        assert "▸    60" in screen_text(app), "the newest is in view"
        book.trail.append(
            record(61, AuditKind.SLOT_FAILED, "WEBSOCKET1", facts={"message": "The OTP page did not come."})
        )
        await happened(pilot, engine, "A slot failed.")
        await until(pilot, lambda: "▸    61" in screen_text(app), "the newest is followed")
        assert "✕ SLOT_FAILED" in screen_text(app)
        assert "1 newer not yet proven: p." in screen_text(app)
        await pilot.press("p")
        await until(pilot, lambda: "● WHOLE  61 records" in screen_text(app), "it is proven again")
        assert book.proofs == 2


async def test_nothing_is_read_while_nobody_looks() -> None:
    engine, book = engine_with([record(1)])
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app, "1")
        reads = book.reads
        book.trail.append(record(2))
        engine.say(ev.Noticed(engine.now, "Told while nobody looked."))
        engine.clock.advance(60)
        await pilot.pause()
        assert book.reads == reads
        await pilot.press("4")
        await until(pilot, lambda: "▸     2" in screen_text(app), "read when looked at again")


async def test_a_locked_database_leaves_what_was_read_and_tells_its_age() -> None:
    engine, book = engine_with([record(1)])
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app)
        book.refusal = "Another program holds vega_trade.db."
        engine.clock.advance(90)
        await pilot.press("r")
        await until(pilot, lambda: "cannot be read now" in screen_text(app), "the trouble is told")
        assert "What you see was read at 09:00:12 IST, 1m 30s ago. r tries again." in " ".join(
            screen_text(app).split()
        )
        assert "▸     1" in screen_text(app)
        await pilot.press("p")
        await until(pilot, lambda: "? NOT YET PROVEN" in screen_text(app), "no proof without reading")
        book.refusal = None
        await pilot.press("r", "p")
        await until(pilot, lambda: "● WHOLE  1 record," in screen_text(app), "all is well again")
        await until(pilot, lambda: "cannot be read" not in screen_text(app), "the trouble is over")


async def test_a_broken_trail_says_where_and_what_to_do() -> None:
    engine, book = engine_with([record(number) for number in range(1, 5)])
    book.verdict = AuditVerification(4, AuditBreak(3, "It was edited. Keep the data folder."), ("A notice.",))
    app = scenes.app_for(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, app)
        assert "✕ BROKEN at record 3  (4 records) It was edited. Keep the data folder." in screen_text(app)
        assert "! A notice." in screen_text(app)


async def test_the_newest_five_hundred_first_and_all_on_request() -> None:
    engine, book = engine_with([record(number) for number in range(1, 1201)])
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app)
        assert "AUDIT TRAIL  the newest  500" in screen_text(app)
        await pilot.press("a")
        await until(pilot, lambda: "AUDIT TRAIL  1,200" in screen_text(app), "all of it")
        await pilot.press("home")
        assert "▸     1" in screen_text(app)
        book.trail.append(record(1201))
        await happened(pilot, engine, "One more.")
        await until(
            pilot, lambda: "AUDIT TRAIL  1,201" in screen_text(app), "what is new is added to all of it"
        )
        assert "▸     1" in screen_text(app), "and whoever reads above stays there"


async def test_filter_search_and_escape() -> None:
    slots = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2")
    engine, _ = engine_with([record(number, slot=slots[number % 3]) for number in range(1, 31)])
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app, "slash", *"k !t1")
        assert len(the_list(app).state.shown) == 10
        await pilot.press("escape", "slash", *"t2 v", "enter")
        assert "10 of 30" in screen_text(app)
        await pilot.press("home", "n")
        assert len(the_list(app).state.shown) == 30, "a search shows what stands around its hits"
        assert "hit 2 of 10" in screen_text(app)
        await pilot.press("N", "N")
        assert "hit 10 of 10" in screen_text(app), "round the beginning"
        await pilot.press("escape")
        assert not app.screen.query_one(FilterLine).display
        assert app.current_mode == "AUD"
        await pilot.press("N")
        assert app.focused is not None
        assert app.focused.id == "go", "without a search a capital letter begins a function"
        await pilot.press("escape", "escape")
        assert app.current_mode == "LOGIN"


async def test_a_filter_that_is_typed_at_once_loses_no_letter() -> None:
    engine, book = engine_with([record(number) for number in range(1, 31)])
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app)
        proofs = book.proofs
        for key in ("slash", *"primary", "enter"):
            app.post_message(events.Key(key, "/" if key == "slash" else key if len(key) == 1 else None))
        await until(pilot, lambda: "30 of 30" in screen_text(app), "the filter stands")
        assert app.screen.query_one(FilterLine).text == "primary"
        assert app.focused is the_list(app)
        assert book.proofs == proofs, "p was a letter"


async def test_a_jump_to_a_time() -> None:
    trail = [record(number, at=START + timedelta(hours=number - 30)) for number in range(1, 30)]
    engine, _ = engine_with(trail)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app, "t", "x", "enter")
        assert "That is no time." in screen_text(app)
        await pilot.press("escape", "t", *"0530")
        assert "Esc clears" not in screen_text(app), "a time is no filter"
        await pilot.press("enter")
        here = the_list(app).state.at_cursor
        assert here is not None
        assert here.at == START + timedelta(hours=-3), (
            "06:00:12 IST, the first one at or after 05:30 of that day"
        )


def test_an_empty_list_tells_whether_it_was_read() -> None:
    unread = TrailState()
    assert empty_words(unread) == "The trail is being read."
    assert empty_words(replace(unread, trouble="locked")) == "Nothing could be read."
    assert empty_words(replace(unread, read_at=START)) == "Nothing has happened yet."


async def test_details_tell_every_field_and_step_through_the_list() -> None:
    long = "Wait for the cooldown. " * 12
    engine, _ = engine_with(
        [record(1), record(2, AuditKind.SLOT_FAILED, facts={"message": long.strip()}), record(3)]
    )
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app, "enter")
        assert isinstance(app.screen, RecordDetails)
        await pilot.press("k")
        shown = " ".join(screen_text(app).replace("│", " ").split())
        assert shown.count("Wait for the cooldown.") >= 12, "in full, however long"
        for words in (
            "2 of 3",
            "IST Sun 23 Nov 2025 09:02:12.000",
            "UTC Sun 23 Nov 2025 03:32:12.000",
            "ab" * 32,
        ):
            assert words in shown
        await pilot.press("k", "k", "j", "escape")
        assert the_list(app).state.cursor == 1, "the list went along"


async def test_an_export_is_private_complete_and_overwrites_nothing(tmp_path: Path) -> None:
    trail = [record(number, slot=None if number % 2 else "PRIMARY") for number in range(1, 41)]
    engine, _ = engine_with(trail, tmp_path)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await enter(pilot, app, "slash", *"pri", "enter", "e")
        path = tmp_path / "exports" / "audit-20251124T033012Z.jsonl"
        await until(pilot, lambda: "20 records are in" in screen_text(app), "the toast")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        documents = [json.loads(line) for line in path.read_text().splitlines()]
        assert [document["seq"] for document in documents] == list(range(2, 41, 2))
        assert documents[0]["detail"] == {"verdict": "VALID"}
        before = path.read_bytes()
        await pilot.press("e")
        await until(pilot, lambda: "Not exported" in screen_text(app), "it refuses")
        assert path.read_bytes() == before


async def test_hostile_records_are_shown_and_do_nothing() -> None:
    trail = [
        replace(
            record(n, AuditKind.GATE, facts={text: text}), actor=text, execution_id=text, slot=text, mac=text
        )
        for n, text in enumerate(ATTACKS, 1)
    ]
    trail = [
        replace(one, at=one.actor, kind=one.actor, detail=one.actor) if one.seq % 2 else one for one in trail
    ]
    engine, book = engine_with(trail)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app, "home")
        harmless(screen_text(app))
        assert "[/RMS] order refused" in screen_text(app)
        await pilot.press("enter")
        for _ in book.trail:
            harmless(screen_text(app))
            await pilot.press("j")
        await pilot.press("escape", "slash", *"[@c", "enter", "n")
        harmless(screen_text(app))
        book.verdict = AuditVerification(1, AuditBreak(None, "".join(ATTACKS)), ATTACKS)
        await pilot.press("p")
        await until(pilot, lambda: "CANNOT BE PROVEN" in screen_text(app), "the verdict")
        book.refusal = "".join(ATTACKS)
        await pilot.press("r", "p")
        await until(pilot, lambda: "cannot be read now" in screen_text(app), "the trouble")
        harmless(screen_text(app))
        assert app.is_running


async def test_the_terminal_tells_that_it_proves_while_it_does() -> None:
    engine, book = engine_with([record(1)])
    gate = asyncio.Event()

    async def slowly() -> AuditVerification:
        await gate.wait()
        return AuditVerification(1)

    book.verify = slowly  # type: ignore[method-assign]
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await pilot.press("4")
        await until(pilot, lambda: "▸ PROVING" in screen_text(app), "the proof is under way")
        await pilot.press("1")
        gate.set()
        await pilot.press("4")
        await until(pilot, lambda: "● WHOLE" in screen_text(app), "it ends although nobody looked")


@pytest.mark.parametrize(
    ("known", "fresh", "numbers"),
    [
        pytest.param((), (1, 2), (1, 2), id="first"),
        pytest.param((1, 2, 3), (2, 3, 4), (1, 2, 3, 4), id="overlap"),
        pytest.param((1, 2), (3, 4), (1, 2, 3, 4), id="touch"),
        pytest.param((1, 2), (4, 5), (4, 5), id="gap"),
        pytest.param((5, 6), (1, 2), (1, 2), id="another trail"),
        pytest.param((1, 2), (), (), id="empty"),
    ],
)
def test_what_is_new_is_added(
    known: tuple[int, ...], fresh: tuple[int, ...], numbers: tuple[int, ...]
) -> None:
    rows = [audit_rows([record(number) for number in part]) for part in (known, fresh)]
    assert tuple(row.record.seq for row in merged(*rows)) == numbers


def test_a_changed_record_makes_it_another_trail() -> None:
    known = audit_rows([record(1), record(2)])
    fresh = audit_rows([replace(record(2), actor="somebody else"), record(3)])
    assert merged(known, fresh) == fresh
