"""What the broker says of market and account, in words and numbers."""

from vega_terminal.ui.views.market_boards import POSITION_TABLE
from vega_terminal.ui.views.market_facts import Fact, funds_facts, profile_facts, session_lines
from vega_terminal.ui.views.market_numbers import MINUS, gain, rupees
from vega_terminal.ui.views.market_state import PanelFoot, panel_foot

position_rows = POSITION_TABLE.rows

__all__ = [
    "MINUS",
    "Fact",
    "PanelFoot",
    "funds_facts",
    "gain",
    "panel_foot",
    "position_rows",
    "profile_facts",
    "rupees",
    "session_lines",
]
