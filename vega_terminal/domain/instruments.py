"""Well-known instruments by the names that people type, and the form of a full instrument key.

Instrument keys cannot be worked out from a symbol (an index key even mixes case), so a name that is not
listed here is refused: nobody guesses what a trader means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vega_terminal.domain.errors import VegaError

_FULL_KEY: Final = re.compile(r"[A-Z]{2,4}_[A-Z]{2,6}\|[A-Za-z0-9][A-Za-z0-9 &._-]{0,39}")


class UnknownInstrument(VegaError):
    """What was typed is neither a known symbol nor a full instrument key; the sentence says what to type."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument.

    Attributes:
        symbol: what a trader types, in capitals.
        key: what the broker is asked with.
        name: in full.
    """

    symbol: str
    key: str
    name: str


NIFTY: Final = Instrument("NIFTY", "NSE_INDEX|Nifty 50", "Nifty 50")
BANKNIFTY: Final = Instrument("BANKNIFTY", "NSE_INDEX|Nifty Bank", "Nifty Bank")
SENSEX: Final = Instrument("SENSEX", "BSE_INDEX|SENSEX", "BSE Sensex")
INDIA_VIX: Final = Instrument("INDIAVIX", "NSE_INDEX|India VIX", "India VIX")

INDICES: Final = (NIFTY, BANKNIFTY, SENSEX, INDIA_VIX)
"""The indices that the dashboard shows, in its order."""

SHARES: Final = (
    Instrument("AXISBANK", "NSE_EQ|INE238A01034", "Axis Bank"),
    Instrument("BHARTIARTL", "NSE_EQ|INE397D01024", "Bharti Airtel"),
    Instrument("HDFCBANK", "NSE_EQ|INE040A01034", "HDFC Bank"),
    Instrument("HINDUNILVR", "NSE_EQ|INE030A01027", "Hindustan Unilever"),
    Instrument("ICICIBANK", "NSE_EQ|INE090A01021", "ICICI Bank"),
    Instrument("INFY", "NSE_EQ|INE009A01021", "Infosys"),
    Instrument("ITC", "NSE_EQ|INE154A01025", "ITC"),
    Instrument("LT", "NSE_EQ|INE018A01030", "Larsen & Toubro"),
    Instrument("MARUTI", "NSE_EQ|INE585B01010", "Maruti Suzuki India"),
    Instrument("RELIANCE", "NSE_EQ|INE002A01018", "Reliance Industries"),
    Instrument("SBIN", "NSE_EQ|INE062A01020", "State Bank of India"),
    Instrument("TCS", "NSE_EQ|INE467B01029", "Tata Consultancy Services"),
)

INSTRUMENTS: Final = (*INDICES, *SHARES)
"""Every instrument that is known by its symbol."""


def _squeezed(text: str) -> str:
    """`text` without white space and case, as two spellings of one name are compared."""
    return "".join(text.split()).upper()


_BY_NAME: Final = {
    _squeezed(name): each for each in INSTRUMENTS for name in (each.symbol, each.name, each.key)
}


def find(text: str) -> Instrument:
    """The instrument that `text` names: a symbol or name in any case, or a full key.

    A full key that is not listed is taken as it is; the broker says whether it exists.

    Raises:
        UnknownInstrument: it is neither.
    """
    known = _BY_NAME.get(_squeezed(text))
    if known is not None:
        return known
    key = text.strip()
    if _FULL_KEY.fullmatch(key):
        name = key.partition("|")[2]
        return Instrument(name, key, name)
    raise UnknownInstrument(
        f"“{key[:40]}” is not among the symbols that the terminal knows, and it does not guess. Type the "
        "full instrument key from the broker's instrument list, such as NSE_EQ|INE002A01018 or "
        "NSE_INDEX|Nifty 50."
    )
