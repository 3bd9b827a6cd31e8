"""LOG: this run's messages and, on request, the lines of the log files."""

from __future__ import annotations

import json
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from vega_terminal.domain import events as ev
from vega_terminal.log_files import log_files, read_end
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.log import COLUMNS, in_order, older_rows, row_of_line, row_of_message
from vega_terminal.ui.views.message import Level, Message
from vega_terminal.ui.widgets.record_list import RecordList

from . import scenes
from .manual_clock import START
from .scripted_backstage import ScriptedBackstage
from .scripted_engine import ScriptedEngine
from .test_hostile_text import ATTACKS, harmless
from .waiting import UNHURRIED, running, screen_text, until

WIDE = (120, 36)


def line(text: str, at: datetime, level: str = "INFO", source: str = "vega_terminal") -> str:
    return json.dumps({"at": at.isoformat(), "level": level, "from": source, "text": text})


async def enter(pilot: Pilot[None], app: VegaApp, *keys: str) -> None:
    await running(pilot)
    await pilot.press("L", "O", "G", "enter")
    await until(pilot, lambda: app.current_mode == "LOG", "the log")
    await pilot.press(*keys)
    await pilot.pause()


def shown(app: VegaApp) -> int:
    return len(app.screen.query_one(RecordList).state.shown)


async def test_messages_come_with_their_level_and_are_filtered_by_it() -> None:
    engine = ScriptedEngine(scenes.partial_cooldown)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app)
        engine.say(ev.Noticed(engine.now, "Told while somebody looked."))
        await until(pilot, lambda: "Told while somebody looked." in screen_text(app), "the newest message")
        before = shown(app)
        await pilot.press("slash", *"error", "enter")
        assert shown(app) == 1
        assert "✕ ERROR" in screen_text(app)
        await pilot.press("enter")
        for words in ("IST", "Mon 24 Nov 2025 09:00:12.000", "UTC", "03:30:12.000", "it goes on by itself."):
            assert words in screen_text(app)
        await pilot.press("escape", "escape", "1")
        engine.say(ev.Noticed(engine.now, "Told while nobody looked."))
        await enter(pilot, app)
        assert shown(app) == before + 1


async def test_older_lines_are_added_file_by_file_without_what_is_there_already(tmp_path: Path) -> None:
    engine = ScriptedEngine(scenes.empty)
    engine.backstage = ScriptedBackstage(tmp_path)
    yesterday = START - timedelta(days=1)
    (tmp_path / "vega.log.1").write_text(line("The oldest.", yesterday - timedelta(hours=1)) + "\n")
    newest = (
        line("Of yesterday.", yesterday),
        line("PRIMARY: MISSING [INIT]", START),
        line("Only in the file.", START, "WARNING", "vega_terminal.store.opening"),
        "no log line at all",
    )
    (tmp_path / "vega.log").write_text("\n".join(newest) + "\n")
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await enter(pilot, app)
        told = shown(app)
        await pilot.press("o")
        await until(pilot, lambda: shown(app) == told + 3, "three lines that were not told by this run")
        await pilot.press("home")
        assert "Of yesterday." in screen_text(app)
        assert screen_text(app).count("PRIMARY: MISSING") == 1
        assert "store.opening" in screen_text(app)
        await pilot.press("o")
        await until(pilot, lambda: shown(app) == told + 4, "the older file")
        await pilot.press("o")
        await until(pilot, lambda: "nothing older" in screen_text(app), "there is no more")
        engine.say(ev.Noticed(engine.now, "Still told."))
        await until(pilot, lambda: shown(app) == told + 5, "what is said goes on")
        await pilot.press("e")
        await until(pilot, lambda: "Exported" in screen_text(app), "the export")
        (path,) = (tmp_path / "exports").iterdir()
        texts = [json.loads(text)["text"] for text in path.read_text().splitlines()]
        assert [texts[0], texts[-1], len(texts)] == ["The oldest.", "Still told.", told + 5]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_news_does_not_push_out_what_was_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vega_terminal.ui.screens.log.MOST_LOGGED", 3)
    engine = ScriptedEngine(lambda engine: engine.say(ev.Noticed(engine.now, "The first word.")))
    engine.backstage = ScriptedBackstage(tmp_path)
    (tmp_path / "vega.log").write_text(line("Of yesterday.", START - timedelta(days=1)) + "\n")
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app)
        await pilot.press("o")
        await until(pilot, lambda: "Of yesterday." in screen_text(app), "the older line")
        engine.say(*(ev.Noticed(engine.now, f"News {number}.") for number in range(1, 3)))
        await until(pilot, lambda: "News 2." in screen_text(app), "the news")
        assert "Of yesterday." in screen_text(app)
        engine.say(ev.Noticed(engine.now, "News 3."))
        await until(pilot, lambda: "News 3." in screen_text(app), "more news")
        assert shown(app) == 3 + 1


async def test_hostile_lines_are_shown_and_do_nothing(tmp_path: Path) -> None:
    engine = ScriptedEngine(scenes.empty)
    engine.backstage = ScriptedBackstage(tmp_path)
    attacks = [text.encode("utf-8", "replace").decode() for text in ATTACKS]
    hostile = [line(text, START, text, text) for text in attacks] + attacks
    (tmp_path / "vega.log").write_text("\n".join(hostile))
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await enter(pilot, app)
        engine.say(*(ev.Noticed(engine.now, text) for text in ATTACKS))
        await pilot.press("o")
        await until(pilot, lambda: "[/RMS] order refused" in screen_text(app), "the lines")
        for key in ("home", "enter", "j", "j", "j", "escape"):
            await pilot.press(key)
            harmless(screen_text(app))
        assert app.is_running


@UNHURRIED
@given(text=st.text())
def test_any_line_of_a_file_becomes_a_row(text: str) -> None:
    row = row_of_line(text, 0)
    assert len(row.cells(None)) == len(COLUMNS)
    assert row.fields()


@pytest.mark.parametrize(
    "text", ["[]", "{}", "null", '{"at": 1}', '{"at": "x"}', '{"at": "0001-01-01T00:00:00+14:00"}']
)
def test_json_that_is_no_log_line_stays_the_text_that_it_is(text: str) -> None:
    row = row_of_line(text, 0)
    assert (row.at, row.text) == (None, text)


def test_rows_are_ordered_by_time_and_undated_ones_stay_where_they_stood() -> None:
    told = row_of_message(Message(START, Tone.BAD, "now"), 0)
    assert told.level is Level.ERROR
    lines = [
        line("late", START + timedelta(seconds=1)),
        "its continuation",
        line("early", START - timedelta(hours=1)),
    ]
    rows = older_rows(lines, "vega.log", START, ())
    assert [row.text for row in in_order((*rows, told))] == ["early", "now", "late", "its continuation"]


def test_a_long_file_is_read_from_its_end_by_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "vega.log"
    path.write_text("".join(f"line {number}\n" for number in range(1000)))
    assert read_end(path, 30) == ("line 997", "line 998", "line 999")
    assert len(read_end(path)) == 1000
    (tmp_path / "vega.log.2").touch()
    assert log_files(path) == (path, tmp_path / "vega.log.2")
