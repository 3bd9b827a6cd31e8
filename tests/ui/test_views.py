"""What is shown, worked out without an App."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.lifecycle import TRANSITIONS, LoginState
from vega_terminal.domain.market import Panel, Position
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.status import Activity
from vega_terminal.domain.token import Verdict
from vega_terminal.ui.functions import Code
from vega_terminal.ui.theme import TOKENS, Tone
from vega_terminal.ui.views.actions import blocked_by_key, choices, hint
from vega_terminal.ui.views.cooldown import countdown
from vega_terminal.ui.views.database import banner_lines
from vega_terminal.ui.views.desk_view import DeskView, Phase
from vega_terminal.ui.views.grid import grid_lines
from vega_terminal.ui.views.lifecycle import STAGES
from vega_terminal.ui.views.market_boards import POSITION_TABLE
from vega_terminal.ui.views.market_numbers import MINUS, gain, rupees
from vega_terminal.ui.views.market_state import panel_foot
from vega_terminal.ui.views.messages import message_for
from vega_terminal.ui.views.partial import partial_lines
from vega_terminal.ui.views.progress import Progress, progress_of
from vega_terminal.ui.views.slots import SIGNS, running_step, slot_note, slot_row, slot_rows
from vega_terminal.ui.views.status_line import GAP, status_parts
from vega_terminal.ui.views.times import ist_time, mm_ss, span, time_left

from . import scenes
from .scripted_engine import SIX, History, ScriptedEngine
from .waiting import UNHURRIED


def told(history: History, names: tuple[str, ...] = SIX) -> ScriptedEngine:
    engine = ScriptedEngine(history, names)
    history(engine)
    return engine


def view_of(engine: ScriptedEngine, phase: Phase = Phase.RUNNING) -> DeskView:
    app = scenes.app_for(engine)
    return DeskView(
        info=app.session.info,
        now=engine.now,
        status=engine.status,
        phase=phase,
        generate_blocked=engine.generate_blocked(),
        roster=engine.roster,
        dashboard=engine.dashboard,
    )


# --- times and money --------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "text"), [(492, "08:12"), (0, "00:00"), (-3, "00:00"), (6001, "100:01")])
def test_countdown_text(seconds: int, text: str) -> None:
    assert mm_ss(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(64740, "17h 59m"), (3599, "59m 59s"), (8.9, "8s"), (0, "0s")])
def test_spans_show_their_two_largest_units(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_nothing_is_left_of_what_is_over() -> None:
    engine = ScriptedEngine()
    assert time_left(engine.now, engine.now) == "—"
    assert time_left(engine.now + timedelta(seconds=1), engine.now) == "1s"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1234567.8, "12,34,567.80"),
        (-696.0, f"{MINUS}696.00"),
        (100000.0, "1,00,000.00"),
        (0.0, "0.00"),
        (math.nan, "—"),
        (-math.inf, "—"),
    ],
)
def test_rupees_in_indian_grouping(amount: float, text: str) -> None:
    assert rupees(amount) == text


@UNHURRIED
@given(st.floats(-1e15, 1e15))
def test_rupees_lose_no_digit(amount: float) -> None:
    assert float(rupees(amount).replace(",", "").replace(MINUS, "-")) == round(amount, 2)


@pytest.mark.parametrize(
    ("amount", "text", "tone"),
    [
        (3877.5, "▲ +3,877.50", Tone.UP),
        (-0.01, f"▼ {MINUS}0.01", Tone.DOWN),
        (-0.001, "■ 0.00", Tone.VALUE),
        (math.nan, "■ —", Tone.VALUE),
    ],
)
def test_gain_has_arrow_and_sign_beside_its_colour(amount: float, text: str, tone: Tone) -> None:
    assert gain(amount) == (text, tone)


def test_two_positions_of_one_symbol_stay_two_rows() -> None:
    twin = Position("TCS", "NSE", "D", 1, 1.0, 1.0, 0.0)
    first, second = POSITION_TABLE.rows([twin, twin])
    assert first.key != second.key


def test_old_data_looks_old() -> None:
    engine = ScriptedEngine()
    panel = Panel("x", engine.now)
    assert not panel_foot(panel, engine.now + timedelta(seconds=30)).stale
    old = panel_foot(panel, engine.now + timedelta(seconds=31))
    assert (old.stale, old.age) == (True, "31s old")


# --- slots ------------------------------------------------------------------------------------


def test_every_verdict_has_a_glyph_and_a_word_of_its_own() -> None:
    assert set(SIGNS) == set(Verdict)
    assert len({sign.glyph for sign in SIGNS.values()}) == len(Verdict)
    assert len({sign.word for sign in SIGNS.values()}) == len(Verdict)


def test_a_row_tells_what_goes_on_before_why_it_failed_before_what_it_needs() -> None:
    engine = told(scenes.partial_cooldown)
    status, primary = engine.status, engine.status.primary
    failed = slot_row(primary, status, engine.now)
    assert failed.note.startswith("The OTP page did not come")
    assert failed.follows == "goes on 09:11"
    busy = replace(primary, activity=Activity.GENERATING, step=LoginStep.WAITING_OTP_PAGE)
    assert slot_row(busy, status, engine.now).note == "waiting for the OTP page"
    asked = replace(busy, step=LoginStep.WAITING_APPROVAL, step_until=engine.now)
    assert slot_row(asked, status, engine.now).note.startswith(
        f"until {ist_time(engine.now)} IST: waiting for"
    )
    at_rest = slot_row(replace(primary, failure=None), status, engine.now)
    assert (at_rest.note, at_rest.follows) == ("", "GEN: sign-in")
    assert slot_note(replace(primary, failure=None), engine.now)[0] == "needs a sign-in"


def test_a_token_dies_on_the_screen_by_time_alone() -> None:
    engine = told(scenes.ready)
    fresh = slot_row(engine.status.primary, engine.status, engine.now)
    assert (fresh.age, fresh.left, fresh.follows) == ("<1m", "18h 29m", "dies 03:30 IST")
    row = slot_row(engine.status.primary, engine.status, engine.now + timedelta(hours=19))
    assert (row.verdict, row.age, row.left, row.follows) == (Verdict.EXPIRED, "19h 00m", "—", "GEN: sign-in")


def test_the_running_step_names_slot_and_step() -> None:
    assert running_step(told(scenes.generating).status) == "WEBSOCKET3: waiting for the OTP page"
    assert running_step(told(scenes.empty).status) is None


@UNHURRIED
@given(count=st.integers(1, 24), width=st.integers(40, 300))
def test_the_grid_fits_every_roster_into_every_width(count: int, width: int) -> None:
    engine = told(scenes.empty, scenes.MANY[:count])
    lines = grid_lines(slot_rows(engine.status, engine.now), width)
    assert all(line.cell_length <= width for line in lines)
    text = "\n".join(line.plain for line in lines)
    assert all(name in text for name in engine.roster.names)
    assert text.count("○ MISSING") == count


def test_a_large_roster_stands_in_two_blocks_where_there_is_room() -> None:
    engine = told(scenes.empty, scenes.MANY)
    rows = slot_rows(engine.status, engine.now)
    assert len(grid_lines(rows, 116)) == 13
    assert len(grid_lines(rows, 76)) == 25


# --- lifecycle, progress, words of the contract -----------------------------------------------


def test_the_strip_shows_all_states_and_promises_only_legal_moves() -> None:
    assert [stage.state for stage in STAGES] == list(LoginState)
    legal = {(old, new) for moves in TRANSITIONS.values() for old, new in moves.items()}
    assert all((stage.state, stage.then) in legal for stage in STAGES if stage.then is not None)


def test_progress_in_the_words_of_the_contract() -> None:
    engine = told(scenes.partial_cooldown)
    assert progress_of(engine.status, engine.now).text == "3 / 6 Access Tokens Generated"


@UNHURRIED
@given(st.integers(1, 24), st.integers(0, 24), st.integers(0, 60))
def test_the_bar_is_full_only_when_all_is_generated(total: int, generated: int, cells: int) -> None:
    filled = Progress(min(generated, total), total).filled(cells)
    assert 0 <= filled <= cells
    assert (filled == cells) is (generated >= total or cells == 0)


def test_partial_login_in_the_words_of_the_contract() -> None:
    engine = told(scenes.partial_cooldown)
    assert partial_lines(engine.status, engine.now) == (
        "Login partially completed.",
        "PRIMARY access token pending.",
        "Cooldown: 08:12 remaining.",
    )
    assert len(partial_lines(engine.status, engine.now + timedelta(hours=1))) == 2
    assert partial_lines(told(scenes.ready).status, engine.now) == ()


def test_the_lock_banner_in_the_words_of_the_contract() -> None:
    assert banner_lines(told(scenes.locked).status.database) == (
        "⚠ Database temporarily locked.",
        "Access tokens are safely held in memory.",
        "Auto-recovery in progress.",
    )
    assert banner_lines(told(scenes.ready).status.database) == ()


def test_the_countdown_follows_the_deadline_through_a_sleeping_laptop() -> None:
    engine = told(scenes.partial_cooldown)
    shown = countdown(engine.status, engine.now)
    assert shown is not None
    assert (shown.digits, shown.lines) == ("08:12", ("…3210 until 09:11:12 IST",))
    later = countdown(engine.status, engine.now + timedelta(seconds=480))
    assert later is not None
    assert later.digits == "00:12"
    assert countdown(engine.status, engine.now + timedelta(hours=2)) is None


# --- actions and hints ------------------------------------------------------------------------


def test_blocked_choices_stay_with_their_reason() -> None:
    view = view_of(told(scenes.partial_cooldown))
    assert [choice.key for choice in choices(view, Code.LOGIN)] == ["g", "v", "2", "d"]
    assert blocked_by_key(view) == {
        "g": "Cooldown: 08:12 remaining.",
        "d": "PRIMARY has no access token yet.",
        "3": "PRIMARY has no access token yet.",
    }


def test_nothing_can_be_done_before_the_engine_runs() -> None:
    view = view_of(told(scenes.empty), Phase.STARTING)
    assert "v" in blocked_by_key(view)
    assert hint(view, Code.LOGIN).startswith("Starting")


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (scenes.empty, "Press g"),
        (scenes.generating, "A run is under way"),
        (scenes.partial_cooldown, "08:12"),
        (scenes.ready, "Press d"),
        (scenes.partly_ready, "or g"),
    ],
)
def test_the_hint_tells_what_to_do_now(history: History, words: str) -> None:
    names = scenes.MANY if history is scenes.partly_ready else SIX
    assert words in hint(view_of(told(history, names)), Code.LOGIN)


def test_a_refused_pin_is_to_be_corrected_before_the_next_try() -> None:
    engine = told(scenes.empty)
    refused = Failure(FailureKind.PIN_REJECTED, "The broker refused the PIN.")
    engine.say(ev.SlotFailed(engine.now, "PRIMARY", refused))
    assert hint(view_of(engine), Code.LOGIN).startswith("Correct what the broker refused")


@UNHURRIED
@given(st.integers(0, 300))
def test_the_status_line_fits_and_keeps_the_important(width: int) -> None:
    parts = status_parts(view_of(told(scenes.partial_cooldown)), width)
    assert sum(part.width for part in parts) + GAP * max(0, len(parts) - 1) <= max(width, 0)
    labels = [part.label for part in parts]
    assert "CD" in labels or width < 24
    assert "UTC" not in labels or "IST" in labels


def test_the_feed_is_idle_when_nobody_asks_and_old_when_asking_fails() -> None:
    def feed(history: History, seconds: float) -> tuple[str, Tone]:
        engine = told(history)
        engine.clock.advance(seconds)
        view = replace(view_of(engine), dashboard=engine.dashboard)
        (part,) = (part for part in status_parts(view, 200) if part.label == "FEED")
        return part.value, part.tone

    def well(engine: ScriptedEngine) -> None:
        scenes.ready(engine)
        engine.dashboard = replace(engine.dashboard, funds=replace(engine.dashboard.funds, failure=None))

    assert feed(scenes.empty, 0) == ("OFF", Tone.MUTED)
    assert feed(well, 5)[1] is Tone.VALUE
    assert feed(well, 120) == ("IDLE", Tone.MUTED)
    assert feed(scenes.ready, 120)[1] is Tone.WAIT


# --- messages and colours ---------------------------------------------------------------------


def test_every_event_that_has_words_becomes_a_message_of_its_time() -> None:
    engine = ScriptedEngine()
    issued = message_for(ev.TokenStored(engine.now, "PRIMARY"))
    assert issued is not None
    assert (issued.at, issued.text) == (engine.now, "PRIMARY: saved to the database.")
    assert message_for(ev.Settled(engine.now)) is None


def test_every_tone_has_a_colour() -> None:
    assert {tone.variable for tone in Tone} <= TOKENS.keys()
