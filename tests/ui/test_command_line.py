"""The command line: from a typed line to what happens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key
from textual.pilot import Pilot

from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.functions import ALL, Argument, Code, by_word, screens
from vega_terminal.ui.keys import function_bindings
from vega_terminal.ui.late_screens import late_screen
from vega_terminal.ui.modals.decision import DecisionModal
from vega_terminal.ui.modals.help import HelpModal
from vega_terminal.ui.modals.prompt import PromptModal
from vega_terminal.ui.views.go import Go, Pick, Refused, completions, understand
from vega_terminal.ui.widgets.command_line import CommandLine, GoInput
from vega_terminal.ui.widgets.completion_list import CompletionList
from vega_terminal.ui.widgets.token_grid import TokenGrid

from . import scenes
from .scripted_engine import ScriptedEngine
from .waiting import UNHURRIED, running, screen_text, until

WIDE = (120, 36)


async def typed(pilot: Pilot[None], line: str, *keys: str) -> None:
    """Open the line, type, press."""
    await pilot.press("colon", *("space" if char == " " else char for char in line), *keys)
    await pilot.pause()


def typing_in(app: VegaApp) -> bool:
    """Whether keys go into the command line."""
    return app.screen.query_one(CommandLine).is_typing


# --- the grammar ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", [code for one in ALL for code in (one.code, one.aliases[0] if one.aliases else "")]
)
def test_every_code_and_alias_is_understood_in_any_case(word: str) -> None:
    if word:
        for line in (word, word.lower(), f"  {word.title()} "):
            meant = understand(line)
            assert isinstance(meant, Go)
            assert meant.function is by_word(word)


def test_numbers_pick_and_nonsense_is_refused_with_a_way_out() -> None:
    assert understand("3") == Pick(3)
    assert isinstance(understand("99999"), Pick)
    refused = understand("QWERTY")
    assert isinstance(refused, Refused)
    assert "QWERTY" in refused.why
    assert isinstance(understand("ACCT RELIANCE"), Refused)
    assert isinstance(understand("   "), Refused)


def test_an_instrument_alone_is_told_what_can_be_shown_of_it() -> None:
    meant = understand("nifty 50")
    assert meant == Refused(
        "NIFTY is an instrument. Type what you want of it: NIFTY DES, NIFTY GP or NIFTY OMON."
    )


@UNHURRIED
@given(st.text(max_size=80))
def test_any_line_has_an_answer_and_nothing_in_it_acts(line: str) -> None:
    meant = understand(line)
    assert isinstance(meant, (Go, Pick, Refused))
    if isinstance(meant, Refused):
        assert not {"\x1b", "\x07", "\n"} & set(meant.why)
    for completion in completions(line, lambda _function: None):
        assert completion.function in ALL


def test_codes_aliases_and_keys_are_each_used_once() -> None:
    words = [word for one in ALL for word in (one.code, *one.aliases)]
    keys = [key for one in ALL for key in one.keys]
    assert len(words) == len(set(words))
    assert len(keys) == len(set(keys))
    assert {binding.id for binding in function_bindings()} == {one.code.lower() for one in ALL if one.keys}


def test_every_screen_of_the_table_exists() -> None:
    session = scenes.scene(scenes.empty).session
    for function in screens():
        assert late_screen(function, session).CODE is function.code


def test_what_a_line_could_become_is_listed_with_what_blocks_it() -> None:
    blocked = {Code.DASH: "closed"}
    found = completions("d", lambda function: blocked.get(function.code))
    assert found[0].function.code.startswith("D")
    assert {one.function.code: one.blocked for one in found}[Code.DASH] == "closed"
    taking = {one.function for one in completions("RELIANCE ", lambda _function: None)}
    assert all(function.takes is not Argument.NOTHING for function in taking)


# --- at the terminal --------------------------------------------------------------------------


async def test_a_function_is_typed_and_one_is_there() -> None:
    app = scenes.scene(scenes.ready)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await typed(pilot, "acct", "enter")
        await until(pilot, lambda: app.current_mode == "ACCT", "the account")
        await typed(pilot, "dash", "enter")
        await until(pilot, lambda: app.current_mode == "DASH", "the dashboard")
        await typed(pilot, "last", "enter")
        await until(pilot, lambda: app.current_mode == "ACCT", "the last one")
        await pilot.press("minus")
        await until(pilot, lambda: app.current_mode == "DASH", "and the one before")
        await pilot.press("escape")
        await until(pilot, lambda: app.current_mode == "ACCT", "one step back")


async def test_a_capital_letter_begins_a_function_and_escape_forgets_it() -> None:
    app = scenes.scene(scenes.ready)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await pilot.press("D")
        assert typing_in(app)
        assert app.screen.query_one(GoInput).value == "D"
        assert app.screen.query_one(CompletionList).display
        await pilot.press("escape")
        assert not typing_in(app)
        assert not app.screen.query_one(CompletionList).display
        assert app.current_mode == "LOGIN"


async def test_tab_completes_and_arrows_choose() -> None:
    app = scenes.scene(scenes.ready)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await typed(pilot, "ac", "tab")
        assert app.screen.query_one(GoInput).value == "ACCT "
        await pilot.press("escape")
        await typed(pilot, "d", "down")
        expected = completions("d", lambda _function: None)
        offered = app.screen.query_one(CompletionList)
        assert offered.chosen is not None
        assert offered.chosen.function is expected[1].function
        await pilot.press("up", "enter")
        await until(pilot, lambda: app.navigator.here is expected[0].function.code, "the first one")


@pytest.mark.parametrize("line", ["DOC", ":doc", "LOG", ";aud"])
async def test_a_line_that_comes_in_one_burst_loses_no_letter_and_calls_nothing_else(line: str) -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        for character in line:
            key = {":": "colon", ";": "semicolon"}.get(character, character)
            app.post_message(Key(key, character))
        app.post_message(Key("enter", "\r"))
        await until(pilot, lambda: app.navigator.here == line.strip(":;").upper(), line)
        assert engine.requests == []
        assert engine.verifications == 1


async def test_what_is_closed_is_not_entered_and_says_why() -> None:
    app = scenes.scene(scenes.empty)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await running(pilot)
        await typed(pilot, "dash", "enter")
        await until(pilot, lambda: "PRIMARY has no access token yet." in screen_text(app), "the reason")
        assert app.current_mode == "LOGIN"
        await typed(pilot, "xyzzy", "enter")
        await until(pilot, lambda: "There is no function" in screen_text(app), "the refusal")


async def test_a_number_picks_from_the_menu() -> None:
    engine = ScriptedEngine(scenes.empty)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await running(pilot)
        await typed(pilot, "9", "enter")
        await until(pilot, lambda: "There is no entry 9" in screen_text(app), "the refusal")
        await typed(pilot, "2", "enter")
        await until(pilot, lambda: engine.verifications == 2, "2) is Verify")
        await typed(pilot, "1", "enter")
        await until(pilot, lambda: isinstance(app.screen, DecisionModal), "1) is Generate")


async def ask_after_five_seconds(engine: ScriptedEngine) -> None:
    engine.find_missing()
    await engine.clock.sleep(5)
    await engine.decide(timeout=None)


async def test_a_question_in_the_middle_of_typing_takes_no_key_for_an_answer() -> None:
    engine = ScriptedEngine(scenes.empty)
    engine.script = ask_after_five_seconds
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await pilot.press("g", "colon", "l", "a")
        engine.clock.advance(5)
        await until(pilot, lambda: isinstance(app.screen, PromptModal), "the question")
        await pilot.press("y", "enter", "a", "n", "escape")
        assert isinstance(app.screen, PromptModal)
        assert engine.status.running
        engine.clock.advance(1)
        await pilot.press("n")
        await until(pilot, lambda: not engine.status.running, "the answer counts")


async def test_tok_gives_the_keys_to_the_grid() -> None:
    app = scenes.scene(scenes.ready)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await pilot.press("2")
        await typed(pilot, "tok", "enter")
        await until(pilot, lambda: isinstance(app.focused, TokenGrid), "the grid")
        assert app.current_mode == "LOGIN"


async def test_help_is_for_what_has_the_focus_and_once_more_the_manual_with_a_bundle() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        await typed(pilot, "tok", "enter")
        await until(pilot, lambda: isinstance(app.focused, TokenGrid), "the grid")
        await pilot.press("f1")
        await until(pilot, lambda: "The token grid" in screen_text(app), "help for the grid")
        assert engine.backstage.bundles == 0
        await pilot.press("f1")
        await until(pilot, lambda: "bundle-1.zip" in screen_text(app), "the bundle")
        assert "FUNCTIONS" in screen_text(app)
        await pilot.press("f1")
        assert engine.backstage.bundles == 1
        await pilot.press("escape")
        assert not isinstance(app.screen, HelpModal)


async def test_a_click_on_a_tab_and_on_the_menu() -> None:
    engine = ScriptedEngine(scenes.ready)
    app: VegaApp = scenes.app_for(engine)
    async with app.run_test(size=WIDE) as pilot:
        await running(pilot)
        first = screen_text(app).splitlines()[0]
        await pilot.click("TitleBand", offset=(first.index("2 ACCOUNT") + 2, 0))
        await until(pilot, lambda: app.current_mode == "ACCT", "the account by its tab")
        await pilot.press("1")
        await pilot.click("ChoiceList", offset=(8, 1))
        await until(pilot, lambda: engine.verifications == 2, "the second entry of the menu")
