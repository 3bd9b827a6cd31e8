"""Lists of records: filter, search, cursor, jumps, and work that does not grow with the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.content import Content

from vega_terminal.ui.house import HouseApp
from vega_terminal.ui.preferences import Preferences
from vega_terminal.ui.views.records import (
    Column,
    Field,
    Filter,
    Record,
    column_widths,
    index_at,
    minute_of_day,
    stamp_after,
)
from vega_terminal.ui.views.records_shown import ShownRecords
from vega_terminal.ui.widgets.cursor_view import HEADING
from vega_terminal.ui.widgets.record_list import RecordList

from .waiting import UNHURRIED

NIGHT = datetime(2025, 11, 23, 18, 29, tzinfo=UTC)
"""23:59 IST."""


@dataclass(frozen=True)
class Line:
    """A record of one word that counts how often it is painted."""

    key: int
    words: str = ""
    at: datetime | None = None
    painted: list[int] = field(default_factory=list, compare=False)

    def cells(self, before: Record | None) -> tuple[Content, ...]:
        self.painted.append(self.key)
        return (Content(f"line {self.key}"),)

    def fields(self) -> tuple[Field, ...]:
        return (("key", str(self.key)),)

    def document(self) -> dict[str, object]:
        return {"key": self.key}


def lines(count: int, first: int = 0) -> tuple[Line, ...]:
    painted: list[int] = []
    return tuple(Line(first + number, f"line {first + number}", None, painted) for number in range(count))


WORDS = st.text(alphabet="abİßX!", max_size=5)
TYPED = st.lists(WORDS, max_size=4).map(" ".join)


@UNHURRIED
@given(texts=st.lists(TYPED, max_size=30), typed=TYPED, cursor=st.integers(0, 40))
def test_a_filter_shows_what_its_definition_says(texts: list[str], typed: str, cursor: int) -> None:
    records = [Line(number, text.casefold()) for number, text in enumerate(texts)]
    shown = ShownRecords()
    shown.replace(records)
    shown.put_cursor(cursor)
    chosen = shown.at_cursor
    shown.narrow(Filter.of(typed))

    def fits(text: str) -> bool:
        for word in typed.split():
            is_there = word.lstrip("!").casefold() in text if word[0] != "!" else word[1:].casefold() in text
            if word != "!" and is_there == (word[0] == "!"):
                return False
        return True

    assert list(shown.shown) == [record for record in records if fits(record.words)]
    assert shown.at_cursor is chosen or chosen not in shown.shown
    shown.narrow(Filter())
    assert list(shown.shown) == records


@UNHURRIED
@given(count=st.integers(1, 40), hit=st.sets(st.integers(0, 39), min_size=1), by=st.sampled_from((1, -1)))
def test_a_search_goes_round_every_hit_in_the_whole_list(count: int, hit: set[int], by: int) -> None:
    shown = ShownRecords()
    shown.replace([Line(number, "hit" if number in hit else "miss") for number in range(count)])
    shown.narrow(Filter.of("hit"))
    shown.search()
    wanted = sorted(number for number in hit if number < count)
    assert len(shown.shown) == count
    seen = []
    for _ in wanted:
        index = shown.hit_from_cursor(by)
        assert index is not None
        shown.put_cursor(index)
        assert shown.hit_number == wanted.index(index) + 1
        seen.append(index)
    assert sorted(seen) == wanted
    assert wanted or shown.hit_from_cursor(by) is None


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("09:15", 555),
        ("9:15", 555),
        ("0915", 555),
        (" 00:00 ", 0),
        ("24:00", None),
        ("12:60", None),
        ("\u0660\u0669:\u0661\u0665", None),
    ],
)
def test_a_time_is_read_or_refused(typed: str, minute: int | None) -> None:
    assert minute_of_day(typed) == minute


def test_a_jump_stays_on_the_day_and_ends_at_the_last_record() -> None:
    records = [Line(number, at=NIGHT + timedelta(minutes=number)) for number in range(5)]
    undated = [Line(9), *records]
    assert index_at(records, 0, None) == 1, "midnight in IST begins the newest day"
    assert index_at(records, 2, date(2025, 11, 24)) == 3
    assert index_at(records, 23 * 60, date(2025, 11, 23)) == 0
    assert index_at(records, 23 * 60, date(2025, 11, 24)) == 4, "nothing that late: the last one"
    assert index_at(undated, 0, None) == 2
    assert index_at([Line(9)], 0, None) is None


def test_the_day_is_told_where_it_changes() -> None:
    before, after = Line(0, at=NIGHT), Line(1, at=NIGHT + timedelta(minutes=1))
    assert stamp_after(before, None) == "23 Nov 23:59:00"
    assert stamp_after(after, before) == "24 Nov 00:00:00"
    assert stamp_after(after, after).strip() == "00:00:00"


@UNHURRIED
@given(width=st.integers(0, 200))
def test_columns_never_take_more_than_there_is(width: int) -> None:
    columns = (Column("A", 6), Column("B", 10, seen_from=40), Column("C", 0))
    widths = column_widths(columns, width)
    assert sum(widths) <= max(width, 7)
    assert bool(widths[1]) is (width >= 40)


class Host(HouseApp):
    """Nothing but a list."""

    def __init__(self, records: Sequence[Line], *, follows: bool = True) -> None:
        super().__init__(Preferences())
        self.records = records
        self.list = RecordList((Column("LINE", 0),), follows=follows, empty="Nothing.")

    def compose(self) -> ComposeResult:
        yield self.list

    def on_mount(self) -> None:
        self.list.focus()
        self.list.show(self.records)

    def line(self, y: int) -> str:
        return self.list.render_line(y).text.strip()


async def test_twenty_thousand_records_cost_no_more_than_a_screen() -> None:
    records = lines(20_000)
    app, painted = Host(records), records[0].painted
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = 24 - HEADING
        assert app.line(rows) == "▸ line 19999", "the newest is in view"
        for key in ("up", "pageup", "home", "pagedown", "j", "end"):
            painted.clear()
            await pilot.press(key)
            await pilot.pause()
            assert len(painted) <= 2 * rows, key
        painted.clear()
        app.list.narrow(Filter.of("line 1999"))
        await pilot.pause()
        assert [app.line(HEADING).split()[-1], len(app.list.state.shown)] == ["1999", 12]
        assert len(painted) <= 2 * rows


async def test_the_newest_is_followed_unless_somebody_reads_above() -> None:
    app = Host(lines(50))
    async with app.run_test(size=(40, 11)) as pilot:
        app.list.show(lines(60))
        await pilot.pause()
        assert app.line(10) == "▸ line 59"
        await pilot.press("up")
        app.list.show(lines(70))
        await pilot.pause()
        assert [app.line(9), app.line(10)] == ["▸ line 58", "line 59"]
        await pilot.press("end")
        app.list.show(lines(80))
        await pilot.pause()
        assert app.line(10) == "▸ line 79"
        app.list.scroll_to(y=5, animate=False, immediate=True)
        app.list.show(lines(90))
        await pilot.pause()
        assert app.line(1) == "line 5", "a wheel that was turned back is left alone"


async def test_what_comes_above_moves_nothing_on_the_screen() -> None:
    app = Host(lines(50, first=100))
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press("pageup", "up")
        before = [app.line(y) for y in range(11)]
        app.list.show(lines(150))
        await pilot.pause()
        assert [app.line(y) for y in range(11)] == before


async def test_resizing_keeps_the_cursor_in_view_and_clicks_find_their_line() -> None:
    app = Host(lines(50), follows=False)
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.click(RecordList, offset=(5, 25))
        assert app.list.state.cursor == 24
        await pilot.resize_terminal(40, 8)
        await pilot.pause()
        assert "▸ line 24" in [app.line(y) for y in range(8)]
        app.list.show(())
        await pilot.pause()
        assert app.line(1) == "Nothing."
        await pilot.press("down", "end", "enter")
