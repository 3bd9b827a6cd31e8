"""terminal.toml: what it may say, what is said about mistakes in it, and what it changes in the App."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color
from textual.pilot import Pilot

from vega_terminal.ui.functions import Code
from vega_terminal.ui.house import HouseApp
from vega_terminal.ui.looks import CHOICES, Look, MarketColours, ThemeName
from vega_terminal.ui.modals.decision import DecisionModal
from vega_terminal.ui.own_keys import OwnKeys, UnusableKey, clashes, key_named
from vega_terminal.ui.preference_file import load_preferences, preference_path, save_look
from vega_terminal.ui.preference_text import read_text
from vega_terminal.ui.preferences import Preferences
from vega_terminal.ui.startup import terminal_factory
from vega_terminal.ui.theme import CVD_TOKENS, TOKENS

from . import scenes
from .scripted_engine import History, ScriptedEngine
from .waiting import UNHURRIED, app_of, running, screen_text, until

CVD = Look(ThemeName.CVD)
EVERYTHING = """
theme = "cvd"
market_colours = "red-up"
animations = false
watchlist = ["NIFTY 50", "RELIANCE", "NIFTY 50"]
[keys]
GEN = "ctrl+g"
ver = ["v", "f5"]
"""


def test_everything_that_can_be_said() -> None:
    reading = read_text(EVERYTHING, Preferences())
    assert reading.problems == ()
    assert reading.preferences == Preferences(
        look=Look(ThemeName.CVD, MarketColours.RED_UP),
        animations=False,
        watchlist=("NIFTY 50", "RELIANCE"),
        keys=OwnKeys({Code.GEN: ("ctrl+g",), Code.VER: ("v", "f5")}),
    )


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    reading = read_text(
        'theme = "blue"\nmarket_colours = 3\nanimations = "no"\nwatchlist = ["A", 3]\ncolour = 1\n'
        '[keys]\nGEN = "ctrl+i"\nNONE = "x"\nQUIT = "x"\nDASH = []\n',
        Preferences(),
    )
    assert reading.preferences == Preferences()
    places = [problem.partition(":")[0] for problem in reading.problems]
    assert places == [f"terminal.toml line {line}" for line in (5, 1, 2, 3, 4, 7, 8, 9, 10, 6)]
    assert reading.problems[1].endswith('theme is "blue"; write "amber" or "cvd".')
    assert reading.problems[-1].endswith("all keys stay as usual until this is mended.")


def test_what_is_right_counts_beside_what_is_wrong() -> None:
    reading = read_text('theme = "cvd"\n\n[keys]\nGEN = "v"\nVER = "ctrl+c"', Preferences())
    assert (reading.preferences.look, reading.preferences.keys) == (CVD, OwnKeys())


@UNHURRIED
@given(st.text() | st.lists(st.sampled_from(EVERYTHING.split("\n"))).map("\n".join))
def test_no_text_stops_the_terminal(text: str) -> None:
    reading = read_text(text, Preferences())
    assert reading.problems or read_text(text, reading.preferences).preferences == reading.preferences


@pytest.mark.parametrize(
    ("written", "key"),
    [("g", "g"), ("?", "question_mark"), ("Ctrl+G", "ctrl+g"), ("F5", "f5"), ("alt+x", "alt+x")],
)
def test_keys_as_people_write_them(written: str, key: str) -> None:
    assert key_named(written) == key


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ctrl+i", "as tab does"),
        ("ctrl+m", "as Enter does"),
        ("ctrl+j", "as Enter does"),
        ("ctrl+h", "as backspace does"),
        ("ctrl+[", "as Esc does"),
        ("3", "always does the same"),
        ("esc", "always does the same"),
        ("ctrl+q", "always does the same"),
        ("down", "moves in lists"),
        ("/", "opens a line"),
        ("G", "begins a function"),
        ("ctrl+gg", "is no key"),
        ("", "is no key"),
        ("\x1b", "is no key"),
    ],
)
def test_keys_that_nobody_can_have(written: str, why: str) -> None:
    with pytest.raises(UnusableKey, match=why):
        key_named(written)


def test_a_key_calls_one_function() -> None:
    assert clashes({Code.GEN: ("v",)}) == ('"v" would call GEN and VER; write a key for each of them',)
    assert clashes({Code.GEN: ("v",), Code.VER: ("g",)}) == ()
    assert clashes({Code.GEN: ("f1",)}) != ()


# --- the file -------------------------------------------------------------------------------------


def test_without_a_file_nothing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "terminal.toml"
    assert load_preferences({}, path) == (Preferences(file=path), ())


def test_a_remote_terminal_keeps_still_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    path, remote = tmp_path / "terminal.toml", {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
    assert not load_preferences(remote, path)[0].animations
    path.write_text("animations = true\n")
    assert load_preferences(remote, path)[0].animations


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"#" * 300_000, None], ids=["no text", "too large", "a folder"]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "terminal.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    preferences, (problem,) = load_preferences({}, path)
    assert preferences == Preferences()
    assert problem.startswith(f"{path} cannot be read and was not used")


def test_a_written_look_leaves_the_rest_of_the_file_alone(tmp_path: Path) -> None:
    path, dotfiles = tmp_path / "terminal.toml", tmp_path / "dotfiles.toml"
    dotfiles.write_text('# mine\nanimations = false  # calm\n[keys]\nGEN = "ctrl+g"  # g is too easy\n')
    path.symlink_to(dotfiles)
    save_look(path, CVD)
    assert path.is_symlink()
    assert dotfiles.read_text() == (
        '# mine\nanimations = false  # calm\ntheme = "cvd"\n\n[keys]\nGEN = "ctrl+g"  # g is too easy\n'
    )
    assert list(tmp_path.glob(".*")) == []


def test_a_first_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "vega-terminal" / "terminal.toml"
    save_look(path, Look(market=MarketColours.RED_UP))
    assert path.read_text() == 'market_colours = "red-up"\n'
    assert [each.stat().st_mode & 0o777 for each in (path, path.parent)] == [0o600, 0o700]


def test_the_demo_reads_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    preference_path().parent.mkdir(parents=True)
    preference_path().write_text('theme = "cvd"\nanimations = 1\n')
    info, _ = terminal_factory("happy", None)
    assert info.preferences.look == CVD
    assert info.preferences.file == preference_path()
    assert [notice for notice in info.notices if "terminal.toml line 2" in notice] == list(info.notices)


# --- the running App ------------------------------------------------------------------------------


async def type_line(pilot: Pilot[None], line: str) -> None:
    await pilot.press("colon", *("space" if each == " " else each for each in line), "enter")
    await pilot.pause()


async def test_own_keys_call_and_are_shown() -> None:
    keys = OwnKeys({Code.GEN: ("ctrl+g",), Code.THEME: ("f9",)})
    engine = ScriptedEngine(scenes.empty)
    app = scenes.app_for(engine, preferences=Preferences(keys=keys))
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        await until(pilot, lambda: "Press ^g: what is missing" in screen_text(app), "the hint names the key")
        footer = screen_text(app).splitlines()[-1]
        assert "^g Generate" in footer
        assert "^g  Generate tokens" in screen_text(app)
        await pilot.press("g")
        await pilot.pause()
        assert engine.requests == []
        await pilot.press("f9")
        await until(pilot, lambda: app.navigator.here is Code.THEME, "a function without a usual key")
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, DecisionModal), "the question")


async def test_an_own_key_that_does_nothing_now_tells_why() -> None:
    engine = ScriptedEngine(scenes.partial_cooldown)
    app = scenes.app_for(engine, preferences=Preferences(keys=OwnKeys({Code.GEN: ("f8",)})))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: "Cooldown: 08:12 remaining." in toasts(app), "the reason")


def toasts(app: object) -> str:
    return " ".join(notification.message for notification in app._notifications)  # type: ignore[attr-defined]


def colours_shown(pilot: Pilot[None]) -> set[str]:
    strips = app_of(pilot).screen._compositor.render_strips()
    styles = [
        segment.style for strip in strips for segment in strip if segment.style and segment.text.strip()
    ]
    found = [style.color for style in styles if style.color is not None]
    return {Color.from_rich_color(colour).hex for colour in found}


@pytest.mark.parametrize(("history", "key"), [(scenes.partial_cooldown, "1"), (scenes.ready, "3")])
async def test_a_new_theme_leaves_no_old_colour_behind(history: History, key: str) -> None:
    """Every widget is painted anew, also those that keep what they painted."""
    gone = {TOKENS[name] for name in ("vega-label", "vega-good", "vega-wait")} - set(CVD_TOKENS.values())
    app = scenes.app_for(ScriptedEngine(history))
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        await pilot.press(key)
        await pilot.pause()
        assert colours_shown(pilot) & gone
        await type_line(pilot, "theme cvd")
        await until(pilot, lambda: not colours_shown(pilot) & gone, "no amber is left")
        await pilot.press("2")
        await until(pilot, lambda: not colours_shown(pilot) & gone, "nor on a screen that comes later")


async def test_a_chosen_look_is_written_down(tmp_path: Path) -> None:
    path = tmp_path / "terminal.toml"
    app = scenes.app_for(ScriptedEngine(scenes.empty), preferences=Preferences(file=path))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        await type_line(pilot, "theme pink")
        assert "There is no look pink: type one of AMBER, CVD, GREEN-UP, RED-UP." in toasts(app)
        await type_line(pilot, "theme")
        await until(pilot, lambda: app.navigator.here is Code.THEME, "the list of looks")
        assert all(choice.word in screen_text(app) for choice in CHOICES)
        await pilot.press("down", "enter")
        await until(pilot, lambda: f"Written to {path}." in toasts(app), "it is written")
        await type_line(pilot, "4")
        await until(pilot, lambda: app.theme == "vega-cvd-red-up", "chosen by number")
        chosen = Look(ThemeName.CVD, MarketColours.RED_UP)
        await until(pilot, lambda: load_preferences({}, path)[0].look == chosen, "written, too")


async def test_the_palette_finds_looks() -> None:
    app = scenes.app_for(ScriptedEngine(scenes.empty))
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        await pilot.press("ctrl+p", *"red-up")
        await until(pilot, lambda: "THEME  RED-UP" in screen_text(app), "the hit")
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.theme == "vega-amber-red-up", "the look is worn")


async def test_a_look_that_cannot_be_written_counts_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    preferences = Preferences(file=tmp_path / "file" / "terminal.toml")
    app = scenes.app_for(ScriptedEngine(scenes.empty), preferences=preferences)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        await type_line(pilot, "theme cvd")
        await until(pilot, lambda: "it holds until you leave" in toasts(app), "the operator is told")
        assert app.theme == CVD.theme_name


@pytest.mark.parametrize(("animations", "level"), [(False, "none"), (True, "full")])
async def test_animations_can_be_off(animations: bool, level: str) -> None:
    assert HouseApp(Preferences(animations=animations)).animation_level == level
