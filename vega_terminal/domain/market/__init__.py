"""The market and the account as the broker gives them: typed values without presentation.

A number that the broker leaves out is None; nothing is filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.late_names import late_names

if TYPE_CHECKING:
    from vega_terminal.domain.market.account import Funds, Holding, Order, Position, Side
    from vega_terminal.domain.market.candles import Candle, CandleInterval
    from vega_terminal.domain.market.dashboard import Dashboard, Panel
    from vega_terminal.domain.market.options import OptionChain, OptionQuote, OptionRow
    from vega_terminal.domain.market.profile import Profile
    from vega_terminal.domain.market.quotes import Exchange, MarketSession, Quote

__all__ = [
    "Candle",
    "CandleInterval",
    "Dashboard",
    "Exchange",
    "Funds",
    "Holding",
    "MarketSession",
    "OptionChain",
    "OptionQuote",
    "OptionRow",
    "Order",
    "Panel",
    "Position",
    "Profile",
    "Quote",
    "Side",
]

if not TYPE_CHECKING:
    __getattr__ = late_names(
        __name__,
        {
            "Candle": "candles",
            "CandleInterval": "candles",
            "Dashboard": "dashboard",
            "Exchange": "quotes",
            "Funds": "account",
            "Holding": "account",
            "MarketSession": "quotes",
            "OptionChain": "options",
            "OptionQuote": "options",
            "OptionRow": "options",
            "Order": "account",
            "Panel": "dashboard",
            "Position": "account",
            "Profile": "profile",
            "Quote": "quotes",
            "Side": "account",
        },
    )
