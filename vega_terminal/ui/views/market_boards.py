"""What the boards of indices, positions, holdings and orders show.

Widths and ranks are chosen together: on 120 columns everything but the least is there, on 80 columns the
symbol, how many, the last price and what was won or lost. Symbols take 21 cells, as the longest option has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from vega_terminal.domain.market import Holding, Order, Position, Quote
from vega_terminal.domain.token import IST
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_numbers import gain_cell, percent_cell, price_cell, quantity, range_bar
from vega_terminal.ui.views.market_tables import Column, Table, number_column, text_column
from vega_terminal.ui.views.quotes import Align, BoardCell, BoardColumn
from vega_terminal.ui.views.times import ist_day, ist_minute

_SYMBOL: Final = 21
_PRICE: Final = 11
_MONEY: Final = 14
_GAIN: Final = 15
_QUANTITY: Final = 8
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def _signed_count(count: float | None) -> BoardCell:
    return BoardCell(quantity(int(count or 0)))


def _count(count: float | None) -> BoardCell:
    return BoardCell(quantity(int(count or 0)).removeprefix("+"))


# --- indices --------------------------------------------------------------------------------------

_RANGE: Final = 9

INDEX_TABLE: Final[Table[Quote]] = Table(
    columns=(
        text_column("INDEX", 10, 0, lambda quote: safe_text(quote.symbol, 24), Tone.STRONG),
        number_column("LAST", _PRICE, 0, lambda quote: quote.last_price, price_cell),
        number_column("CHANGE", 11, 1, lambda quote: quote.change, gain_cell),
        number_column("%", 7, 0, lambda quote: quote.change_percent, percent_cell),
        Column(
            BoardColumn("DAY RANGE", _RANGE, rank=2),
            lambda quote: range_bar(quote.low, quote.high, quote.last_price, _RANGE),
        ),
        number_column("LOW", _PRICE, 3, lambda quote: quote.low, price_cell),
        number_column("HIGH", _PRICE, 3, lambda quote: quote.high, price_cell),
        number_column("OPEN", _PRICE, 4, lambda quote: quote.open, price_cell),
        number_column("PREV CLOSE", _PRICE, 5, lambda quote: quote.previous_close, price_cell),
    ),
    key=lambda quote: quote.instrument_key,
    instrument=lambda quote: quote.instrument_key,
    words=lambda quote: quote.symbol,
)


# --- positions ------------------------------------------------------------------------------------


def position_value(position: Position) -> float:
    """What the position is worth at the last price, in rupees; negative for what is sold short."""
    return position.quantity * position.last_price


POSITION_TABLE: Final[Table[Position]] = Table(
    columns=(
        text_column("SYMBOL", _SYMBOL, 0, lambda position: safe_text(position.symbol, 40), Tone.STRONG),
        number_column("QTY", _QUANTITY, 0, lambda position: position.quantity, _signed_count),
        number_column("AVERAGE", _PRICE, 1, lambda position: position.average_price, price_cell),
        number_column("LAST", _PRICE, 0, lambda position: position.last_price, price_cell),
        number_column("P&L", _GAIN, 0, lambda position: position.pnl, gain_cell),
        number_column("VALUE", _MONEY, 2, position_value, price_cell),
        text_column("EXCH", 4, 3, lambda position: safe_text(position.exchange, 8)),
        text_column("PROD", 4, 4, lambda position: safe_text(position.product, 8)),
    ),
    key=lambda position: f"{position.exchange}:{position.symbol}:{position.product}",
    instrument=lambda position: position.symbol,
    words=lambda position: f"{position.symbol} {position.exchange} {position.product}",
)


# --- holdings -------------------------------------------------------------------------------------


def holding_value(holding: Holding) -> float:
    """What the shares are worth at the last price, in rupees."""
    return holding.quantity * holding.last_price


def day_gain(holding: Holding) -> float | None:
    """What all the shares won or lost since the close before, in rupees."""
    return None if holding.day_change is None else holding.quantity * holding.day_change


def gain_percent(holding: Holding) -> float | None:
    """Profit or loss in percent of what the shares cost; None where that is not known."""
    cost = holding.quantity * holding.average_price if holding.average_price else 0.0
    return 100 * holding.pnl / cost if cost else None


HOLDING_TABLE: Final[Table[Holding]] = Table(
    columns=(
        text_column("SYMBOL", _SYMBOL, 0, lambda holding: safe_text(holding.symbol, 40), Tone.STRONG),
        number_column("QTY", _QUANTITY, 0, lambda holding: holding.quantity, _count),
        number_column("AVERAGE", _PRICE, 2, lambda holding: holding.average_price, price_cell),
        number_column("LAST", _PRICE, 0, lambda holding: holding.last_price, price_cell),
        number_column("P&L", _GAIN, 0, lambda holding: holding.pnl, gain_cell),
        number_column("VALUE", _MONEY, 3, holding_value, price_cell),
        number_column("DAY %", 8, 1, lambda holding: holding.day_change_percentage, percent_cell),
        number_column("DAY P&L", _MONEY, 4, day_gain, gain_cell),
        number_column("P&L %", 9, 5, gain_percent, percent_cell),
        text_column("EXCH", 4, 6, lambda holding: safe_text(holding.exchange, 8)),
    ),
    key=lambda holding: f"{holding.exchange}:{holding.symbol}",
    instrument=lambda holding: holding.symbol,
    words=lambda holding: f"{holding.symbol} {holding.exchange}",
)


# --- orders ---------------------------------------------------------------------------------------


def order_status(order: Order) -> BoardCell:
    """The broker's word behind a sign: working, done, refused or given up."""
    word = safe_text(order.status, 40) or "no status"
    if order.is_working:
        return BoardCell(f"● {word}", Tone.WAIT)
    match order.status:
        case "complete":
            return BoardCell(f"✓ {word}", Tone.GOOD)
        case "rejected":
            return BoardCell(f"✕ {word}", Tone.BAD)
        case _:
            return BoardCell(f"○ {word}", Tone.MUTED)


def order_detail(order: Order) -> str:
    """Why the broker did what it did with the order."""
    reason = safe_text(order.status_message)
    return f"{safe_text(order.symbol, 40)}: {reason}" if reason else ""


def working_first(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders that can still be traded first; among equals the youngest first."""
    youngest_first = sorted(orders, key=lambda order: order.placed_at or _LONG_AGO, reverse=True)
    return tuple(sorted(youngest_first, key=lambda order: not order.is_working))


def order_day(order: Order, today: date) -> str:
    """When the order was placed: the time in IST if that was on `today`, otherwise the day."""
    placed = order.placed_at
    is_older = placed is not None and placed.astimezone(IST).date() != today
    return ist_day(placed) if is_older else ist_minute(placed)


def order_table(today: date) -> Table[Order]:
    """Orders as they are shown on the day `today` (IST)."""
    when: Column[Order] = text_column("TIME", 6, 1, lambda order: order_day(order, today))
    return replace(_ORDERS, columns=(when, *_ORDERS.columns))


_ORDERS: Final[Table[Order]] = Table(
    columns=(
        text_column("SIDE", 4, 0, lambda order: order.side.value, Tone.STRONG),
        text_column("SYMBOL", _SYMBOL, 0, lambda order: safe_text(order.symbol, 40), Tone.STRONG),
        Column(
            BoardColumn("FILLED/QTY", 10, rank=0),
            lambda order: BoardCell(f"{order.filled}/{order.quantity}"),
        ),
        number_column("PRICE", _PRICE, 2, lambda order: order.price, price_cell),
        Column(BoardColumn("STATUS", 17, Align.LEFT, 0), order_status),
        text_column("TYPE", 6, 3, lambda order: safe_text(order.order_type, 8)),
        text_column("PROD", 4, 4, lambda order: safe_text(order.product, 8)),
        number_column("TRIGGER", _PRICE, 5, lambda order: order.trigger_price, price_cell),
        number_column("AVERAGE", _PRICE, 5, lambda order: order.average_price, price_cell),
        text_column("ORDER ID", 20, 6, lambda order: safe_text(order.order_id, 24)),
    ),
    key=lambda order: order.order_id,
    instrument=lambda order: order.symbol,
    words=lambda order: f"{order.symbol} {order.side} {order.status}",
    arrange=working_first,
    detail=order_detail,
)
