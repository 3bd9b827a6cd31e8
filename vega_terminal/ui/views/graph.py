"""The price graph as a value: the line, its limits, what stands along the axes, and what its head says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from textual.content import Content

from vega_terminal.domain.market import Candle, CandleInterval
from vega_terminal.domain.token import IST
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_numbers import direction_of, gain, percent, rupees
from vega_terminal.ui.views.market_panels import Note
from vega_terminal.ui.views.times import ist_stamp

MOST: Final = 375
"""Candles that are drawn, the youngest: as many minutes as a session of the NSE has."""
LEAST: Final = 2
"""Fewer candles make no line."""
_LEAST_TICKS: Final = 4
_MOST_TICKS: Final = 7
_PATTERNS: Final = ("%b %Y", "%d %b", "%H:%M")
"""Of the labels of time, the coarsest first."""
_LONG: Final = timedelta(days=180)
_ROOM: Final = 0.04
"""Of the range of prices, above and below the line."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One interval that can be chosen.

    Attributes:
        interval: length of a candle.
        days: how far back it is asked; a weekend and holidays fit in.
    """

    interval: CandleInterval
    days: int


SCALES: Final = (
    Scale(CandleInterval.MINUTE_1, 5),
    Scale(CandleInterval.MINUTE_5, 12),
    Scale(CandleInterval.MINUTE_15, 28),
    Scale(CandleInterval.HOUR, 89),
    Scale(CandleInterval.DAY, 550),
)
"""Shortest first; each has about as many candles as are drawn."""


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn.

    Attributes:
        closes: one price a candle, oldest first.
        times: candle number and label, along the foot.
        low, high: limits of the prices, with room for the line.
        tone: of the direction from the first candle's opening to the last close.
    """

    closes: tuple[float, ...]
    times: tuple[tuple[int, str], ...]
    low: float
    high: float
    tone: Tone


def drawn(candles: Sequence[Candle]) -> tuple[Candle, ...]:
    """The candles that are drawn: the youngest, without those whose prices are none."""
    sound = [one for one in candles if all(map(math.isfinite, (one.open, one.high, one.low, one.close)))]
    return tuple(sound[-MOST:])


def graph_of(candles: Sequence[Candle]) -> Graph | None:
    """The graph of these candles; None when there are too few for a line."""
    shown = drawn(candles)
    if len(shown) < LEAST:
        return None
    closes = tuple(candle.close for candle in shown)
    low, high = min(closes), max(closes)
    room = (high - low) * _ROOM or abs(high) * _ROOM or 1.0
    return Graph(closes, time_ticks(shown), low - room, high + room, _tone(shown))


def _tone(shown: Sequence[Candle]) -> Tone:
    change = shown[-1].close - shown[0].open
    return direction_of(change).tone if round(change, 2) else Tone.VALUE


def time_ticks(shown: Sequence[Candle]) -> tuple[tuple[int, str], ...]:
    """Labels in IST along the foot, each where its month, day or minute begins.

    Candles stand side by side whatever time lies between them: nights and weekends have no room of their own.
    """
    labels: list[str] = []
    beginnings: list[int] = []
    for pattern in _PATTERNS:
        labels = [candle.at.astimezone(IST).strftime(pattern) for candle in shown]
        beginnings = [number for number in range(1, len(labels)) if labels[number] != labels[number - 1]]
        if len(beginnings) >= _LEAST_TICKS:
            break
    step = max(1, -(-len(beginnings) // _MOST_TICKS))
    return tuple((number, labels[number]) for number in beginnings[step // 2 :: step])


def graph_notes(candles: Sequence[Candle]) -> tuple[Note, ...]:
    """Last price, change since the beginning of the graph, and its highest and lowest price."""
    shown = drawn(candles)
    if len(shown) < LEAST:
        return ()
    first, last = shown[0], shown[-1]
    change = last.close - first.open
    words, tone = gain(change)
    percents = f" {percent(100 * change / first.open)}" if first.open else ""
    return (
        (f"last {rupees(last.close)}", Tone.STRONG),
        (f"{words}{percents}", tone),
        (f"since {_since(first.at, last.at)}", Tone.LABEL),
        (f"high {rupees(max(one.high for one in shown))}", Tone.VALUE),
        (f"low {rupees(min(one.low for one in shown))}", Tone.VALUE),
    )


def _since(first: datetime, last: datetime) -> str:
    """Day and time in IST; the day with its year where the time says nothing any more."""
    long_ago = last - first > _LONG
    return first.astimezone(IST).strftime("%d %b %Y") if long_ago else ist_stamp(first)


def scale_line(chosen: int, width: int) -> Content:
    """The intervals that can be chosen, the present one marked."""
    words = [
        Content.styled(f" {scale.interval.value} ", "bold $vega-title-fg on $vega-title-bg")
        if number == chosen
        else Content.styled(f" {scale.interval.value} ", Tone.VALUE)
        for number, scale in enumerate(SCALES)
    ]
    line = Content.assemble((" INTERVAL ", Tone.LABEL), *words, ("  [ shorter  ] longer", Tone.MUTED))
    return line.truncate(width, ellipsis=True)
