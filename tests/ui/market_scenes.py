"""A market worth looking at: quotes, an option chain and candles for the scripted engine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from textual.pilot import Pilot

from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import Failure
from vega_terminal.domain.instruments import INSTRUMENTS, NIFTY, Instrument
from vega_terminal.domain.market import Candle, CandleInterval, OptionChain, OptionQuote, OptionRow, Quote
from vega_terminal.ui.messages import Call
from vega_terminal.ui.views.go import Go, understand

from . import scenes
from .scripted_engine import ScriptedEngine

EXPIRY = date(2025, 11, 27)
NEXT_EXPIRY = date(2025, 12, 4)
SPOT = 24541.15
_LAST = {"NIFTY": SPOT, "BANKNIFTY": 52108.6, "SENSEX": 80377.9, "INDIAVIX": 12.4, "MARUTI": 15432.0}


def live(engine: ScriptedEngine) -> None:
    """The gate is open and the broker quotes everything that is known."""
    scenes.ready(engine)
    engine.quoted = {one.key: quote_of(one, number, engine.now) for number, one in enumerate(INSTRUMENTS)}
    for expiry in (EXPIRY, NEXT_EXPIRY):
        engine.chains[NIFTY.key, expiry] = chain(NIFTY.key, expiry)
    engine.charts[NIFTY.key, CandleInterval.MINUTE_5] = candles(SPOT, 300, timedelta(minutes=5))
    engine.charts[NIFTY.key, CandleInterval.DAY] = candles(SPOT, 250, timedelta(days=1))


def quote_of(instrument: Instrument, number: int, at: datetime) -> Quote:
    """A quote that differs from instrument to instrument; indices have no offers and no limits."""
    last = _LAST.get(instrument.symbol, 412.35 + 231.4 * number)
    close = round(last * (1 + 0.004 * ((number * 7) % 5 - 2)), 2)
    index = Quote(
        instrument_key=instrument.key,
        symbol=instrument.symbol,
        last_price=last,
        previous_close=close,
        open=round(close * 1.001, 2),
        high=round(max(last, close) * 1.006, 2),
        low=round(min(last, close) * 0.996, 2),
        at=at,
    )
    if "INDEX" in instrument.key:
        return index
    return replace(
        index,
        volume=1_234_567 * (number + 1),
        bid=round(last - 0.05, 2),
        bid_quantity=250 + number,
        ask=round(last + 0.1, 2),
        ask_quantity=175,
        average_price=round((last + close) / 2, 2),
        lower_circuit=round(close * 0.9, 2),
        upper_circuit=round(close * 1.1, 2),
    )


def chain(underlying: str, expiry: date, strikes: int = 81) -> OptionChain:
    """Strikes in steps of fifty around the spot."""
    middle = 24550.0
    rows = []
    for number in range(strikes):
        strike = middle + 50 * (number - strikes // 2)
        rows.append(OptionRow(strike, _option(strike, 1, number), _option(strike, -1, number)))
    return OptionChain(underlying, expiry, SPOT, tuple(rows))


def _option(strike: float, sign: int, number: int) -> OptionQuote:
    moneyness = sign * (SPOT - strike)
    last = round(max(0.05, moneyness * 0.5 + math.hypot(moneyness * 0.5, 110)), 2)
    interest = 9_850_000 * math.exp(-(((strike - SPOT - sign * 300) / 420) ** 2)) + 4_300
    return OptionQuote(
        instrument_key=f"NSE_FO|{43000 + number * 2 + (sign < 0)}",
        last_price=last,
        bid=round(last - 0.05, 2),
        ask=round(last + 0.15, 2),
        volume=int(interest * 2.4),
        open_interest=interest,
        open_interest_change=interest * 0.12 * (-1) ** number,
        iv=round(11.2 + abs(moneyness) / 400, 2),
        delta=round(sign / (1 + math.exp(-moneyness / 160)), 4),
        gamma=0.0011,
        theta=-14.52,
        vega=9.31,
    )


def candles(last: float, count: int, step: timedelta) -> tuple[Candle, ...]:
    """A wave that ends at `last`."""
    end = datetime(2025, 11, 24, 3, 30, tzinfo=UTC)
    waves = [
        last * (1 + 0.004 * (math.sin(number / 17) + 0.4 * math.sin(number / 5))) for number in range(count)
    ]
    shift = last - waves[-1]
    return tuple(
        Candle(
            end - step * (count - number),
            wave + shift - 3,
            wave + shift + 9,
            wave + shift - 9,
            wave + shift,
            0,
            0,
        )
        for number, wave in enumerate(waves)
    )


class AskedEngine(ScriptedEngine):
    """Counts what it is asked, and fails while it is told to."""

    def __init__(self) -> None:
        super().__init__(live)
        self.asked: list[tuple[object, ...]] = []
        self.failure: Failure | None = None

    async def quotes(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        self._note("quotes", *keys)
        return await super().quotes(keys)

    async def option_chain(self, underlying_key: str, expiry: date) -> OptionChain:
        self._note("chain", underlying_key, expiry)
        return await super().option_chain(underlying_key, expiry)

    async def candles(self, key: str, interval: CandleInterval, days: int) -> tuple[Candle, ...]:
        self._note("candles", key, interval)
        return await super().candles(key, interval, days)

    def _note(self, *what: object) -> None:
        self.asked.append(what)
        if self.failure is not None:
            raise BrokerError(self.failure)


async def go(pilot: Pilot[None], line: str) -> None:
    """Call a function as if `line` had been typed; typing itself is slow, and tested once."""
    meant = understand(line)
    assert isinstance(meant, Go)
    pilot.app.screen.post_message(Call(meant.function, meant.argument))
    await pilot.pause()
