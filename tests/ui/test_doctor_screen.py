"""DOC: findings as they come, with their cures; leaving ends the examination."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from textual.pilot import Pilot

from vega_terminal.doctor.findings import Finding, Verdict
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.views.doctor import Examination, examination_note, finding_lines

from . import scenes
from .scripted_backstage import ScriptedBackstage
from .scripted_engine import ScriptedEngine
from .test_hostile_text import ATTACKS, harmless
from .waiting import running, screen_text, until

BROWSER = Finding(
    "Browser", Verdict.FAIL, "No browser was found.", "Install one:\n  apt install chromium", 0.2
)
FINE = Finding("Settings", Verdict.OK, "Right: 6 slots.", "", 0.1)
OLD = Finding("Driver", Verdict.WARN, "One version behind.", "Update it.", 0.1)


class SteppedBackstage(ScriptedBackstage):
    """A doctor that goes on when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = asyncio.Semaphore(0)
        self.begun = 0
        self.ended = 0
        self.trouble: OSError | None = None

    async def examine(self) -> AsyncIterator[Finding]:
        self.begun += 1
        try:
            for finding in self.findings:
                await self.steps.acquire()
                yield finding
            if self.trouble is not None:
                raise self.trouble
        finally:
            self.ended += 1


async def enter(pilot: Pilot[None], app: VegaApp) -> None:
    await running(pilot)
    await pilot.press("D", "O", "C", "enter")
    await until(pilot, lambda: app.current_mode == "DOC", "the doctor")


async def test_findings_appear_as_they_come_and_are_summed_up() -> None:
    engine, doctor = ScriptedEngine(scenes.empty), SteppedBackstage()
    engine.backstage = doctor
    doctor.findings = [FINE, BROWSER, OLD]
    app = scenes.app_for(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, app)
        assert "No browser was found." not in screen_text(app)
        doctor.steps.release()
        doctor.steps.release()
        await until(pilot, lambda: "No browser was found." in screen_text(app), "the second finding")
        assert "→ Install one:" in screen_text(app)
        assert "apt install chromium" in screen_text(app)
        assert "▸ Looking at everything that a login needs: 2" in screen_text(app)
        doctor.steps.release()
        await until(pilot, lambda: "✕ 3 checks: 1 fine, 1 warning, 1 failure." in screen_text(app), "the sum")
        doctor.trouble = OSError("No space left.")
        await pilot.press("r")
        assert "One version behind." not in screen_text(app), "begun anew"
        for _ in doctor.findings:
            doctor.steps.release()
        await until(
            pilot, lambda: "ended early. No space left. r begins anew." in screen_text(app), "the trouble"
        )


async def test_leaving_ends_the_examination_and_coming_back_begins_a_new_one() -> None:
    engine, doctor = ScriptedEngine(scenes.empty), SteppedBackstage()
    engine.backstage = doctor
    doctor.findings = [FINE, BROWSER]
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await enter(pilot, app)
        doctor.steps.release()
        await until(pilot, lambda: "Right: 6 slots." in screen_text(app), "the first finding")
        await pilot.press("1")
        await until(pilot, lambda: doctor.ended == 1, "nothing is looked at any more")
        await enter(pilot, app)
        await until(pilot, lambda: doctor.begun == 2, "a new one")
        assert "Right: 6 slots." not in screen_text(app), "what was found before says nothing now"


async def test_hostile_findings_are_shown_and_do_nothing() -> None:
    engine = ScriptedEngine(scenes.empty)
    engine.backstage.findings = [Finding(text, Verdict.WARN, text, f"{text}\n{text}", 0) for text in ATTACKS]
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await enter(pilot, app)
        await until(pilot, lambda: f"{len(ATTACKS)} checks" in screen_text(app), "all of them")
        harmless(screen_text(app))
        await pilot.press("end")
        harmless(screen_text(app))
        assert app.is_running


def test_every_verdict_is_counted_and_the_worst_one_leads() -> None:
    unknown = Finding("Clock", Verdict.UNKNOWN, "No answer.", "", 5)
    words, _ = examination_note(Examination((FINE, FINE, unknown), is_over=True))
    assert words == "? 3 checks: 2 fine, 1 unknown."
    assert examination_note(Examination((FINE,), is_over=True))[0] == "● 1 check: 1 fine."
    assert "1 of 14" in examination_note(Examination((FINE,), expected=14))[0]


def test_lines_keep_their_columns_in_every_width() -> None:
    for width in (40, 76, 118):
        lines = finding_lines((FINE, BROWSER, OLD), width)
        assert all(line.cell_length <= width for line in lines)
        assert sum("→" in line.plain for line in lines) == 2, "a cure only where something is wrong"
