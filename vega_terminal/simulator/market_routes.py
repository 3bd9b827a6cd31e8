"""Reads of the market: quotes, options, candles, calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from vega_terminal.simulator.envelope import BrokerError, RefusedError
from vega_terminal.simulator.faults import Call
from vega_terminal.simulator.market import calendar, candles, chain, quotes
from vega_terminal.simulator.market.candles import Grain, Unit
from vega_terminal.simulator.market.listings import STOCK_BY_KEY, Listing, map_key
from vega_terminal.simulator.market.options import SERIES_BY_UNDERLYING, Series, contracts, option_of
from vega_terminal.simulator.reads import Access, Reading, endpoint_of
from vega_terminal.simulator.schedule import IST

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    Row = dict[str, object]

_MOST_QUOTES, _MOST_GREEKS = 500, 50
_KEY_SHAPE = re.compile(r"[A-Z]+_[A-Z]+\|[\w &-]+")


def _refuse(code: str, message: str) -> NoReturn:
    raise RefusedError(BrokerError(400, code, message))


def _listing(key: str) -> Listing:
    if not _KEY_SHAPE.fullmatch(key):
        _refuse("UDAPI1087", "One of either symbol or instrument_key is invalid")
    listing = STOCK_BY_KEY.get(key) or option_of(key)
    if listing is None:
        _refuse("UDAPI100011", "Invalid Instrument key")
    return listing


def _quotes(reading: Reading, row: Callable[[Listing, datetime], Row], most: int = _MOST_QUOTES) -> object:
    keys = (reading.query.get("instrument_key") or reading.query.get("symbol", "")).split(",")
    if len(keys) > most:
        code = "UDAPI100042" if most == _MOST_QUOTES else "UDAPI100043"
        _refuse(code, f"Maximum {most} instrument keys are allowed")
    listings = [_listing(key) for key in keys]
    return {map_key(listing): row(listing, reading.moment) for listing in listings}


def _ltp_v2(listing: Listing, moment: datetime) -> Row:
    return {"last_price": listing.price_at(moment.timestamp()), "instrument_token": listing.key}


def _ohlc_v2(listing: Listing, moment: datetime) -> Row:
    return {"ohlc": quotes.day_bar(listing, moment).ohlc()} | _ltp_v2(listing, moment)


def _ohlc(reading: Reading) -> object:
    interval = reading.query.get("interval", "")
    if not interval:
        _refuse("UDAPI1027", "Interval is required")
    if interval not in ("1d", "I1", "I30"):
        _refuse("UDAPI1028", "Invalid interval")
    return _quotes(reading, lambda listing, moment: quotes.ohlc_row(listing, moment, interval))


def _series(reading: Reading) -> Series:
    series = SERIES_BY_UNDERLYING.get(reading.query.get("instrument_key", ""))
    if series is None:
        _refuse("UDAPI100011", "Invalid Instrument key")
    return series


def _chain(reading: Reading) -> object:
    expiry = _date(reading.query.get("expiry_date", ""))
    return chain.chain_rows(contracts(_series(reading), reading.moment, expiry), reading.moment)


def _contracts(reading: Reading) -> object:
    wanted = reading.query.get("expiry_date")
    expiry = _date(wanted) if wanted else None
    return [chain.contract_row(option) for option in contracts(_series(reading), reading.moment, expiry)]


def _grain(reading: Reading) -> Grain:
    unit, count = reading.path["unit"], reading.path["interval"]
    if unit not in Unit.__members__.values():
        _refuse("UDAPI1146", "Invalid unit; it must be minutes, hours, days, weeks or months")
    if not count.isdecimal() or not Grain(Unit(unit), int(count)).is_allowed:
        _refuse("UDAPI1147", "Invalid interval for the unit")
    return Grain(Unit(unit), int(count))


def _history(reading: Reading) -> object:
    listing, grain = _listing(reading.path["key"]), _grain(reading)
    today = reading.moment.astimezone(IST).date()
    last = _date(reading.path["to_date"])
    first = _date(reading.path["from_date"]) if "from_date" in reading.path else last - grain.longest_span
    if first > last:
        _refuse("UDAPI1015", "to_date must not be before from_date")
    if last - first > grain.longest_span:
        _refuse("UDAPI1148", "Invalid date range for the unit and interval")
    last = min(last, today - timedelta(days=1))
    return {"candles": candles.candles(listing, grain, first, last, reading.moment)}


def _intraday(reading: Reading) -> object:
    listing, grain = _listing(reading.path["key"]), _grain(reading)
    today = reading.moment.astimezone(IST).date()
    return {"candles": candles.candles(listing, grain, today, today, reading.moment)}


def _status(reading: Reading) -> object:
    exchange = reading.path["exchange"]
    if exchange not in calendar.EXCHANGES:
        _refuse("UDAPI1089", "Invalid exchange")
    updated = int(reading.moment.timestamp() // 60 * 60_000)
    return {"exchange": exchange, "status": calendar.status_at(reading.moment), "last_updated": updated}


def _holidays(reading: Reading) -> object:
    if "date" not in reading.path:
        return calendar.holidays(reading.moment.astimezone(IST).year)
    day = _date(reading.path["date"], "UDAPI1088")
    return [row for row in calendar.holidays(day.year) if row["date"] == day.isoformat()]


def _timings(reading: Reading) -> object:
    return calendar.timings(_date(reading.path["date"], "UDAPI1088"))


def _date(text: str, code: str = "UDAPI1022") -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(code, "Invalid date; it must look like 2026-01-31")


_HISTORY = "/v3/historical-candle/{key}/{unit}/{interval}/{to_date}"

MARKET_ENDPOINTS = (
    endpoint_of("/v2/market-quote/quotes", Call.QUOTES, partial(_quotes, row=quotes.full_row)),
    endpoint_of("/v2/market-quote/ltp", Call.QUOTES, partial(_quotes, row=_ltp_v2)),
    endpoint_of("/v2/market-quote/ohlc", Call.QUOTES, partial(_quotes, row=_ohlc_v2)),
    endpoint_of("/v3/market-quote/ltp", Call.QUOTES, partial(_quotes, row=quotes.ltp_row)),
    endpoint_of("/v3/market-quote/ohlc", Call.QUOTES, _ohlc),
    endpoint_of(
        "/v3/market-quote/option-greek",
        Call.QUOTES,
        partial(_quotes, row=quotes.greek_row, most=_MOST_GREEKS),
    ),
    endpoint_of("/v2/option/chain", Call.OPTIONS, _chain),
    endpoint_of("/v2/option/contract", Call.OPTIONS, _contracts),
    # Before the general form, which would take "intraday" for a key.
    endpoint_of(
        "/v3/historical-candle/intraday/{key}/{unit}/{interval}", Call.CANDLES, _intraday, Access.PUBLIC
    ),
    endpoint_of(_HISTORY, Call.CANDLES, _history, Access.PUBLIC),
    endpoint_of(_HISTORY + "/{from_date}", Call.CANDLES, _history, Access.PUBLIC),
    endpoint_of("/v2/market/status/{exchange}", Call.MARKET, _status),
    endpoint_of("/v2/market/holidays", Call.CALENDAR, _holidays, Access.PUBLIC),
    endpoint_of("/v2/market/holidays/{date}", Call.CALENDAR, _holidays, Access.PUBLIC),
    endpoint_of("/v2/market/timings/{date}", Call.CALENDAR, _timings, Access.PUBLIC),
)
