"""The quote board paints exactly what changed, keeps its cursor on its row, and flashes with restraint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.theme import Theme

from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import AMBER, TOKENS, Tone
from vega_terminal.ui.views.quotes import (
    Align,
    BoardCell,
    BoardColumn,
    BoardRow,
    Direction,
    changed_digits,
    places,
)
from vega_terminal.ui.widgets.quote_board import PERIOD, QuoteBoard
from vega_terminal.ui.widgets.quote_flash import REST_SECONDS, FlashBook

from .manual_clock import ManualClock
from .waiting import UNHURRIED, until

COLUMNS = (
    BoardColumn("SYMBOL", 8, Align.LEFT),
    BoardColumn("LAST", 9, rank=1),
    BoardColumn("STRIKE", 8, Align.CENTRE, rank=2),
    BoardColumn("VOLUME", 7, rank=1),
)


def quote(
    key: str, last: str = "100.25", direction: Direction = Direction.NONE, volume: str = "7"
) -> BoardRow:
    cells = (BoardCell(key), BoardCell(last, direction=direction), BoardCell("2450"), BoardCell(volume))
    return BoardRow(key, cells)


class BoardApp(App[None]):
    """A board, and an emulated terminal that gets what a real one would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(AMBER)
        self.theme = AMBER.name
        self.clock = ManualClock()
        self.board = QuoteBoard(COLUMNS, clock=self.clock)
        self.told: list[str] = []
        self._sent: list[tuple[Size, str]] = []

    def _display(self, screen: Screen[object], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self._sent.append((self.size, renderable.render_segments(self.console)))
        super()._display(screen, renderable)

    def emulated(self) -> list[str]:
        """The lines of a terminal that got everything since it had its present size."""
        screen = pyte.Screen(*self.size)
        stream = pyte.Stream(screen)
        for size, text in self._sent:
            if size == self.size:
                stream.feed(text)
        return list(screen.display)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return TOKENS

    def compose(self) -> ComposeResult:
        yield self.board

    def on_row_board_row_highlighted(self, message: QuoteBoard.RowHighlighted) -> None:
        self.told.append(f"on {message.key}")

    def on_row_board_row_selected(self, message: QuoteBoard.RowSelected) -> None:
        self.told.append(f"open {message.key}")

    def show(self, *rows: BoardRow) -> None:
        """Show these rows now, and let every highlight end."""
        self.board.show(rows)
        for _ in range(3):
            self.clock.advance(REST_SECONDS)
            self.board.flush()

    def strips(self) -> list[Strip]:
        return [self.board.render_line(y) for y in range(self.board.size.height)]

    def lines(self) -> list[str]:
        return [strip.text for strip in self.strips()]


@asynccontextmanager
async def running(width: int = 48, height: int = 6) -> AsyncIterator[tuple[BoardApp, Pilot[None]]]:
    app = BoardApp()
    async with app.run_test(size=(width, height)) as pilot:
        app.board.focus()
        await pilot.pause()
        yield app, pilot


def painted_strips(app: App[None]) -> list[Strip]:
    """What stands on the screen, from what was painted at any time before."""
    return app.screen._compositor.render_strips()


def painted(app: App[None]) -> list[str]:
    """The same, as text."""
    return [strip.text for strip in painted_strips(app)]


# --- exact lines ------------------------------------------------------------------------------------


async def test_lines_are_exact() -> None:
    async with running() as (app, pilot):
        at_the_money = replace(quote("ATM"), marker="◆")
        old = replace(quote("OLD", volume="9,99,999"), stale="42s")
        app.show(
            quote("UP", "101.50", Direction.UP), quote("DOWN", "99.05", Direction.DOWN), at_the_money, old
        )
        await pilot.pause()
        assert app.lines() == [
            "  SYMBOL        LAST  STRIKE   VOLUME    AGE    ",
            "▸ UP        ▲ 101.50   2450         7           ",
            "  DOWN       ▼ 99.05   2450         7           ",
            " ◆ATM         100.25   2450         7           ",
            "  OLD         100.25   2450   9,99,9…    42s    ",
            " " * 48,
        ]
        assert painted(app) == app.lines()


def style_of(app: BoardApp, line: int, text: str) -> Style:
    """How `text` looks in a line of the board."""
    strip = app.board.render_line(line)
    start = strip.text.index(text)
    (part,) = {segment.style for segment in strip.crop(start, start + len(text))}
    assert part is not None
    return part


async def test_stale_rows_are_grey_and_a_direction_colours_its_sign_alone() -> None:
    async with running() as (app, _):
        app.show(quote("UP", "9.5", Direction.UP), replace(quote("OLD", "9.5", Direction.UP), stale="42s"))
        muted = TOKENS["vega-muted"].lower()
        for shown in ("UP", "▲", "9.5"):
            assert ink(app, 1, shown) != muted
        for shown in ("OLD", "▲", "9.5", "42s"):
            assert ink(app, 2, shown) == muted
        assert ink(app, 1, "▲") == TOKENS["vega-up"].lower()
        assert ink(app, 1, "9.5") == TOKENS["vega-value"].lower()


def ink(app: BoardApp, line: int, text: str) -> str | None:
    color = style_of(app, line, text).color
    return color.name if color else None


@pytest.mark.parametrize("width", [1, 2, 3, 9, 17, 18, 26, 27, 300])
async def test_any_width_keeps_the_lowest_rank_and_whole_ranks(width: int) -> None:
    async with running(width) as (app, _):
        app.show(quote("A"))
        assert {len(line) for line in app.lines()} == {width}
    kept = places(COLUMNS, width)
    numbers = [place.number for place in kept]
    assert numbers in ([0], [0, 1, 3], [0, 1, 2, 3])
    assert len(numbers) == 1 or kept[-1].end <= width


async def test_rows_must_fit_the_columns_and_keys_are_unique() -> None:
    async with running() as (app, _):
        with pytest.raises(ValueError, match="1 cells does not fit 4 columns"):
            app.board.show([BoardRow("A", (BoardCell("A"),))])
        with pytest.raises(ValueError, match="same key"):
            app.board.show([quote("A"), quote("A")])
        app.show(quote("A"))
        assert app.lines()[1].startswith("▸ A ")


# --- painting: no more than what changed, and never less --------------------------------------------

KEYS = "ABCDEFGHIJ"
TEXTS = st.sampled_from(["1", "22.5", "22.6", "23.60", "-1,234,567.5", "漢字漢字漢字", "[b]x[/b]", ""])
CELLS = st.builds(BoardCell, TEXTS, st.sampled_from(Tone), st.sampled_from(Direction))
ROWS = st.lists(
    st.builds(
        BoardRow,
        key=st.sampled_from(KEYS),
        cells=st.tuples(*(CELLS for _ in COLUMNS)),
        marker=st.sampled_from(["", "◆"]),
        stale=st.sampled_from(["", "", "42s"]),
    ),
    max_size=8,
    unique_by=lambda row: row.key,
)
STEPS = st.one_of(
    st.tuples(st.just("show"), ROWS),
    st.tuples(st.just("feed"), ROWS),
    st.tuples(st.just("press"), st.sampled_from(["up", "j", "pagedown", "pageup", "home", "end"])),
    st.tuples(st.just("scroll"), st.integers(0, 9)),
    st.tuples(st.just("resize"), st.tuples(st.integers(1, 60), st.integers(1, 9))),
    st.tuples(st.just("wait"), st.sampled_from([0.05, 0.1, 0.25, 0.5])),
)


async def take(step: tuple[str, object], app: BoardApp, pilot: Pilot[None]) -> None:
    match step:
        case ("show", list(rows)):
            app.board.show(rows)
        case ("feed", list(rows)):
            app.board.feed(*rows)
        case ("press", str(key)):
            await pilot.press(key)
        case ("scroll", int(line)):
            app.board.scroll_to(y=line, animate=False)
        case ("resize", (int(width), int(height))):
            await pilot.resize_terminal(width, height)
        case ("wait", float(seconds)):
            app.clock.advance(seconds)
    app.board.flush()
    await pilot.pause()


@settings(UNHURRIED, max_examples=8)
@given(st.lists(STEPS, min_size=3, max_size=8))
async def test_after_any_history_the_screen_is_that_of_a_fresh_board(steps: list[tuple[str, object]]) -> None:
    async with running() as (app, pilot):
        for step in steps:
            await take(step, app, pilot)
            before, there = painted_strips(app), app.strips()
            assert app.emulated() == painted(app), "what was sent is not what should stand there"
            app.board._forget_looks()
            assert app.strips() == there, "a kept strip was out of date"
            assert painted_strips(app) == before, "a change was not painted"


async def test_only_the_changed_columns_of_changed_rows_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as (app, pilot):
        app.show(*(quote(key) for key in "ABC"))
        await pilot.pause()
        asked: list[tuple[Region, ...]] = []
        refresh = app.board.refresh

        def spy(*regions: Region, **how: bool) -> QuoteBoard:
            asked.append(regions)
            return refresh(*regions, **how)

        monkeypatch.setattr(app.board, "refresh", spy)
        app.board.show([quote("A"), quote("B", "100.75"), quote("C", "99.10", volume="8")])
        app.board.flush()
        assert asked == [(Region(11, 2, 9, 1), Region(11, 3, 26, 1))]
        asked.clear()
        app.board.show([quote("A"), quote("B", "100.75"), quote("C", "99.10", volume="8")])
        app.clock.advance(PERIOD)
        app.board.flush()
        assert asked == []


# --- cursor -----------------------------------------------------------------------------------------


async def test_the_cursor_stays_on_its_row_wherever_that_goes() -> None:
    async with running() as (app, pilot):
        app.show(*(quote(key) for key in "ABC"))
        await pilot.press("down")
        assert app.board.cursor_key == "B"
        app.show(*(quote(key) for key in "XYZACB"))
        assert (app.board.cursor_key, app.lines()[-1][:3]) == ("B", "▸ B"), (
            "it moved down with its row, in view"
        )
        app.show(*(quote(key) for key in "XYZ"))
        assert app.board.cursor_key == "Z", "the row is gone: the nearest one"
        app.show()
        await pilot.press("enter", "down", "end")
        assert app.told == ["on A", "on B", "on Z"]
        assert app.lines()[1].strip() == ""


async def test_rows_that_come_while_somebody_scrolled_away_do_not_scroll_back() -> None:
    async with running() as (app, pilot):
        app.show(*(quote(key) for key in KEYS))
        app.board.scroll_to(y=5, animate=False, force=True)
        app.show(*(quote(key) for key in "Z" + KEYS))
        assert app.board.scroll_offset.y == 5
        await pilot.press("up")
        assert (app.board.cursor_key, app.board.scroll_offset.y) == ("Z", 0)


async def test_keys_mouse_and_wheel() -> None:
    async with running() as (app, pilot):
        app.show(*(quote(key) for key in KEYS))
        await pilot.press("j", "j", "k", "pagedown", "pagedown", "end", "up", "home", "enter")
        await pilot.click(QuoteBoard, offset=(5, 3))
        await pilot.click(QuoteBoard, offset=(5, 3))
        await pilot.click(QuoteBoard, offset=(5, 0))
        moves = [told for told in app.told if told.startswith("on")]
        assert moves == [f"on {key}" for key in "ABCBGJIAC"]
        assert [told for told in app.told if told.startswith("open")] == ["open A", "open C"]
        app.board.post_message(wheel(app.board))
        await pilot.pause()
        assert app.board.scroll_offset.y > 0
        assert app.board.cursor_key == "C"
        assert painted(app)[0].startswith("  SYMBOL"), "the heading stays"


def wheel(board: QuoteBoard) -> events.MouseScrollDown:
    return events.MouseScrollDown(board, 5, 3, 0, 1, 0, shift=False, meta=False, ctrl=False)


# --- highlights -------------------------------------------------------------------------------------


def test_changed_digits() -> None:
    assert changed_digits("100.25", "100.75") == (4, 6)
    assert changed_digits("99.95", "100.05") == (0, 6)
    assert changed_digits("1", "1") == (1, 1)


@settings(UNHURRIED, max_examples=40)
@given(st.lists(st.floats(0.01, 0.5), min_size=10, max_size=40))
def test_no_cell_ever_flashes_more_than_three_times_a_second(pauses: list[float]) -> None:
    book, now, begun = FlashBook(), 0.0, []
    for pause in pauses:
        now += pause
        for _ in book.advance(now):
            pass
        was_calm = not book.of("A")
        book.begin("A", 1, (0, 2), now)
        if was_calm:
            begun.append(now)
    assert all(len([at for at in begun if first <= at < first + 1]) <= 3 for first in begun)
    assert len(list(book.advance(now + 1))) <= 1
    assert book.is_empty


async def test_changed_digits_are_bright_then_dim_then_normal() -> None:
    async with running() as (app, _):
        app.show(quote("A", "100.25"))
        app.board.show([quote("A", "100.75")])
        grounds = []
        for seconds in (0.0, 0.1, 0.1, 0.1):
            app.clock.advance(seconds)
            app.board.flush()
            grounds.append((ground(app, "75"), ground(app, "100.")))
        plain = ground(app, "2450")
        bright, dim = TOKENS["vega-flash"].lower(), TOKENS["vega-band"].lower()
        assert [changed for changed, _ in grounds] == [bright, bright, dim, plain]
        assert {rest for _, rest in grounds} == {plain}


def ground(app: BoardApp, text: str) -> str | None:
    color = style_of(app, 1, text).bgcolor
    return color.name if color else None


async def test_nothing_flashes_without_animations() -> None:
    async with running() as (app, _):
        app.animation_level = "none"
        app.show(quote("A", "100.25"))
        app.board.show([quote("A", "100.75")])
        assert ground(app, "75") == ground(app, "100.")


# --- rate and sight ---------------------------------------------------------------------------------


async def test_many_values_between_two_paints_cost_one_and_the_last_one_counts() -> None:
    async with running() as (app, pilot):
        app.animation_level = "none"
        app.show(quote("A", "0"))
        shown = []
        for number in range(1, 30):
            app.board.feed(quote("A", str(number)))
            shown.append(last_price(app))
            app.clock.advance(PERIOD / 10)
        assert sorted(set(shown), key=int) == ["1", "11", "21"]
        await until(pilot, lambda: last_price(app) == "29", "the last value came by itself")


async def test_nothing_is_painted_while_nobody_sees_it() -> None:
    async with running() as (app, pilot):
        app.show(quote("A", "1"))
        app.board.display = False
        await pilot.pause()
        app.show(quote("A", "2"))
        assert last_price(app) == "1"
        app.board.display = True
        await until(pilot, lambda: last_price(app) == "2", "the board came back with the newest value")


async def test_a_board_of_a_mode_that_was_left_waits_for_its_return() -> None:
    async with running() as (app, pilot):
        app.add_mode("OTHER", OtherScreen)
        await app.board.remove()
        app.board = QuoteBoard(COLUMNS, clock=app.clock)
        app.add_mode("BOARD", partial(BoardScreen, app.board))
        await app.switch_mode("BOARD")
        await pilot.pause()
        app.show(quote("A", "1"))
        assert last_price(app) == "1"
        await app.switch_mode("OTHER")
        app.show(quote("A", "2"))
        assert last_price(app) == "1"
        await app.switch_mode("BOARD")
        await until(pilot, lambda: last_price(app) == "2", "the newest value")


class BoardScreen(Screen[None]):
    def __init__(self, board: QuoteBoard) -> None:
        super().__init__()
        self._board = board

    def compose(self) -> ComposeResult:
        yield self._board


def last_price(app: BoardApp) -> str:
    return app.board._rows[0].cells[1].text


class OtherScreen(Screen[None]):
    """Nothing."""


# --- colours and text -------------------------------------------------------------------------------


async def test_another_theme_changes_every_colour() -> None:
    async with running() as (app, pilot):
        app.show(quote("UP", "9.5", Direction.UP))
        await pilot.pause()
        app.register_theme(Theme("blue", primary="blue", variables={**TOKENS, "vega-up": "#4DA3FF"}))
        app.theme = "blue"
        await until(pilot, lambda: "#4da3ff" in str(painted_strips(app)[1]._segments), "the new colour")


async def test_without_colours_cursor_and_flash_are_still_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running() as (app, pilot):
        app.show(quote("A"), quote("B", "100.25"))
        app.board.feed(quote("B", "100.75"))
        await pilot.pause()
        strips = painted_strips(app)
        assert strips[1].text.startswith("▸ A")
        bold = [part.text for part in strips[2]._segments if part.style is not None and part.style.bold]
        assert bold[1:] == ["75"]


async def test_hostile_text_is_only_text() -> None:
    attacks = (
        "[/RMS]",
        "[@click=app.quit]x[/]",
        "\x1b]52;c;ZXZpbA==\x07",
        "\u202eDILAV",
        "क्षि" * 9,
        "$vega-up",
    )
    async with running(80, 12) as (app, pilot):
        cells = [BoardCell(safe_text(attack)) for attack in attacks]
        app.show(
            *(
                BoardRow(attack, (cell,) * 4, marker="[b]", stale="[/]")
                for attack, cell in zip(attacks, cells, strict=True)
            )
        )
        await pilot.click(QuoteBoard, offset=(4, 2))
        assert app.is_running
        assert not {"\x1b", "\x07", "\u202e"} & set("".join(painted(app)))
        assert "[/RMS]" in painted(app)[1]
        assert {strip.cell_length for strip in app.strips()} == {80}
