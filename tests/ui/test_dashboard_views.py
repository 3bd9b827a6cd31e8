"""Numbers, tables, heads and troubles of the market's panels, without a terminal."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Dashboard, MarketSession, Order, Panel, Position
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views import market_boards as boards
from vega_terminal.ui.views.market_facts import session_lines
from vega_terminal.ui.views.market_numbers import (
    MINUS,
    direction_of,
    gain_cell,
    percent,
    price_cell,
    quantity,
    range_bar,
    rupees,
    signed,
)
from vega_terminal.ui.views.market_panels import HOLDINGS, ORDERS, POSITIONS, Head, head_line
from vega_terminal.ui.views.market_state import panel_foot, trouble_lines, trouble_of
from vega_terminal.ui.views.market_tables import Sorting
from vega_terminal.ui.views.market_totals import totals_lines, totals_of
from vega_terminal.ui.views.quotes import BoardRow, Direction

from . import scenes
from .scripted_engine import ScriptedEngine
from .waiting import UNHURRIED

NOW = datetime(2025, 11, 24, 3, 30, tzinfo=UTC)
NAN = float("nan")
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@pytest.fixture(name="seen")
def _seen() -> Dashboard:
    return scenes.market(ScriptedEngine())


# --- numbers --------------------------------------------------------------------------------------


@UNHURRIED
@given(NUMBERS)
def test_no_number_is_ever_shown_as_nan(number: float) -> None:
    shown = [
        rupees(number),
        signed(number),
        percent(number),
        gain_cell(number).shown,
        price_cell(number).shown,
    ]
    for text in shown:
        assert not {"n", "a", "i", "-"} & set(text)
        assert ("—" in text) is not math.isfinite(number)


@UNHURRIED
@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_arrow_sign_and_colour_agree(number: float) -> None:
    cell = gain_cell(number)
    expected = {
        Direction.UP: ("▲ +", Direction.UP.tone),
        Direction.DOWN: (f"▼ {MINUS}", Direction.DOWN.tone),
        Direction.FLAT: ("■ 0.00", Tone.VALUE),
    }
    start, tone = expected[direction_of(number)]
    assert cell.shown.startswith(start)
    assert cell.tone is tone


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (150, "+150"), (-60, f"{MINUS}60"), (1234567, "+12,34,567")]
)
def test_quantities_in_indian_grouping(count: int, text: str) -> None:
    assert quantity(count) == text


@pytest.mark.parametrize(
    ("low", "high", "last", "bar"),
    [
        (10.0, 20.0, 10.0, "●────"),
        (10.0, 20.0, 15.0, "──●──"),
        (10.0, 20.0, 99.0, "────●"),
        (None, 20.0, 15.0, "—"),
        (20.0, 20.0, 20.0, "—"),
        (NAN, 20.0, 15.0, "—"),
        (10.0, 20.0, NAN, "—"),
    ],
)
def test_where_the_last_price_stands_in_the_day(
    low: float | None, high: float, last: float, bar: str
) -> None:
    assert range_bar(low, high, last, 5).text == bar


# --- tables ---------------------------------------------------------------------------------------


def test_a_row_of_each_table(seen: Dashboard) -> None:
    def shown(row: int, rows: tuple[BoardRow, ...]) -> list[str]:
        return [cell.shown for cell in rows[row].cells]

    positions = boards.POSITION_TABLE.rows(seen.positions.value or ())
    assert shown(1, positions) == [
        "BANKNIFTY25NOV52000PE",
        f"{MINUS}60",
        "240.00",
        "251.60",
        f"▼ {MINUS}696.00",
        f"{MINUS}15,096.00",
        "NFO",
        "D",
    ]
    holdings = boards.HOLDING_TABLE.rows(seen.holdings.value or ())
    assert shown(0, holdings)[4:9] == [
        "▲ +11,043.00",
        "59,784.00",
        f"{MINUS}0.47%",
        f"▼ {MINUS}285.00",
        "+22.66%",
    ]
    refused = [order for order in seen.orders.value or () if order.status == "rejected"]
    placed = refused[0].placed_at
    assert placed is not None
    for days, time in ((0, "08:06"), (1, f"{placed:%d %b}")):
        table = boards.order_table(placed.date() + timedelta(days))
        assert shown(0, table.rows(refused))[:6] == [time, "BUY", "MARUTI", "0/900", "—", "✕ rejected"]


def test_orders_that_work_come_first_and_the_youngest_of_each_kind(seen: Dashboard) -> None:
    old, refused, stop = seen.orders.value or ()
    older = replace(stop, order_id="older", placed_at=None)
    found = boards.working_first((old, older, refused, stop))
    assert [order.order_id for order in found] == [stop.order_id, "older", refused.order_id, old.order_id]


@pytest.mark.parametrize(
    ("status", "shown", "tone"),
    [
        ("open", "● open", Tone.WAIT),
        ("complete", "✓ complete", Tone.GOOD),
        ("rejected", "✕ rejected", Tone.BAD),
        ("cancelled", "○ cancelled", Tone.MUTED),
        ("", "● no status", Tone.WAIT),
    ],
)
def test_each_status_has_a_sign_of_its_own(seen: Dashboard, status: str, shown: str, tone: Tone) -> None:
    order: Order = replace((seen.orders.value or ())[0], status=status)
    cell = boards.order_status(order)
    assert (cell.shown, cell.tone) == (shown, tone)


def test_twins_have_keys_of_their_own_that_stay() -> None:
    twin = Position("TCS", "NSE", "D", 1, 1.0, 1.0, 0.0)
    first = [row.key for row in boards.POSITION_TABLE.rows([twin, twin])]
    second = [row.key for row in boards.POSITION_TABLE.rows([twin, twin, replace(twin, symbol="ITC")])]
    assert len(set(first)) == 2
    assert second[:2] == first


@UNHURRIED
@given(
    st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), max_size=12),
    st.booleans(),
)
def test_sorting_keeps_every_row_and_puts_the_unknown_last(
    prices: list[float | None], descending: bool
) -> None:
    table = boards.POSITION_TABLE
    column = [one.board.title for one in table.columns].index("AVERAGE")
    keyed = table.keyed(Position(str(at), "NSE", "D", 1, price, 1.0, 0.0) for at, price in enumerate(prices))
    found = table.ordered(keyed, Sorting(column, descending))
    assert sorted(key for key, _ in found) == sorted(key for key, _ in keyed)
    shown = [position.average_price for _, position in found]
    known = [price for price in shown if price is not None]
    assert known == sorted(known, reverse=descending)
    assert shown[len(known) :] == [None] * (len(shown) - len(known))
    assert table.ordered(keyed, Sorting()) == keyed


def test_sorting_goes_once_through_every_column_and_back() -> None:
    table, sorting, titles = boards.HOLDING_TABLE, Sorting(), []
    while (sorting := table.next_sorting(sorting)).column is not None:
        titles.append(table.columns[sorting.column].board.title)
        assert table.sorting_notes(sorting)[0][0].startswith(f"by {titles[-1]}, ")
    assert titles == [column.board.title for column in table.columns if column.order is not None]
    assert table.sorting_notes(sorting) == ()


# --- heads and troubles ---------------------------------------------------------------------------


def test_heads_tell_what_matters_most(seen: Dashboard) -> None:
    def words(notes: tuple[tuple[str, Tone], ...]) -> list[str]:
        return [text for text, _ in notes]

    assert words(POSITIONS.notes(seen.positions.value or ())) == ["3", "P&L ▲ +3,181.50"]
    assert words(HOLDINGS.notes(seen.holdings.value or ()))[2:] == ["day ▲ +69.00", "value 2,75,574.00"]
    assert words(ORDERS.notes(seen.orders.value or ())) == ["3", "1 working"]
    assert POSITIONS.notes(()) == HOLDINGS.notes(()) == ORDERS.notes(()) == ()


@UNHURRIED
@given(st.integers(0, 220), st.booleans(), st.booleans())
def test_a_head_never_leaves_its_line(width: int, stale: bool, focused: bool) -> None:
    notes = (("3", Tone.VALUE), ("P&L ▲ +3,181.50", Tone.VALUE))
    line = head_line(Head("4 POSITIONS", notes, "1m 35s old", stale, focused), width)
    assert line.cell_length == width
    assert ("STALE" in line.plain) is stale or width < 40


@pytest.mark.parametrize(
    ("seconds", "age", "stale", "rows_age"),
    [
        (0, "just now", False, ""),
        (4, "just now", False, ""),
        (29, "25s old", False, ""),
        (60, "1m old", False, ""),
        (95, "1m 35s old", True, "1m"),
        (7300, "2h 01m old", True, "2h"),
        (-5, "just now", False, ""),
    ],
)
def test_fresh_ages_move_in_steps_and_stale_ones_tell_the_second(
    seconds: int, age: str, stale: bool, rows_age: str
) -> None:
    foot = panel_foot(Panel("x", NOW - timedelta(seconds=seconds)), NOW, limit=90)
    assert (foot.age, foot.stale, foot.rows_age) == (age, stale, rows_age)


def test_the_night_is_no_fault_and_says_when_it_ends() -> None:
    night = trouble_of(Failure(FailureKind.SERVICE_HOURS, "whatever the broker says", "UDAPI100072"))
    narrow = "\n".join(line.plain for line in trouble_lines(night, 27))
    assert narrow == " ○ Closed until 05:30 IST;\n   tokens are fine."
    wide = " ".join(line.plain.strip() for line in trouble_lines(night, 118))
    assert "from 00:00 to 05:30 IST. Your tokens are fine" in wide
    assert wide.endswith("[UDAPI100072]")


@UNHURRIED
@given(st.text(max_size=300), st.integers(1, 150))
def test_a_trouble_is_never_longer_than_its_place(message: str, width: int) -> None:
    lines = trouble_lines(trouble_of(Failure(FailureKind.UNEXPECTED_ANSWER, message, message)), width)
    assert 1 <= len(lines) <= 3
    assert all(line.cell_length <= max(width, 5) for line in lines)


def test_sessions_in_words_that_people_use() -> None:
    lines = session_lines(
        (
            MarketSession("NSE", "NORMAL_OPEN", NOW),
            MarketSession("BSE", "PRE_OPEN_START", NOW),
            MarketSession("MCX", "SOMETHING_NEW", None),
        )
    )
    assert [(line.word, line.since) for line in lines] == [
        ("● OPEN", "09:00"),
        ("○ PRE-OPEN", "09:00"),
        ("○ SOMETHING NEW", "—"),
    ]


# --- totals ---------------------------------------------------------------------------------------


def test_a_total_without_one_of_its_parts_is_not_known(seen: Dashboard) -> None:
    first, *others = seen.holdings.value or ()
    holdings = (replace(first, day_change=None), *others)
    totals = totals_of(replace(seen, holdings=Panel(holdings, NOW), funds=Panel()))
    assert (totals.day_gain, totals.used, totals.available) == (None, None, None)
    labels, figures = totals_lines(totals, 80)
    assert labels.cell_length == figures.cell_length == 80
    assert figures.plain.split() == ["—", "▲", "+12,961.60", "2,81,215.50", "—", "—"]
