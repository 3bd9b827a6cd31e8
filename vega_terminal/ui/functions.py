"""The functions of the terminal, by code: command line, keys, footer, palette and help come from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.navigation import Area
from vega_terminal.ui.function import Argument, Code, Function

__all__ = ["ALL", "FUNCTIONS", "Argument", "Code", "Function", "by_word", "screens", "tabs"]

_SCREENS: Final = "vega_terminal.ui.screens"

ALL: Final = (
    Function(
        Code.GEN,
        "Generate",
        "Generate what is missing or refused; asks first.",
        "Generate",
        keys=("g",),
        aliases=("GENERATE",),
        footer=True,
    ),
    Function(
        Code.VER,
        "Verify",
        "Ask the broker about every token; opens no browser.",
        "Verify",
        keys=("v",),
        aliases=("VERIFY",),
        footer=True,
    ),
    Function(
        Code.LOGIN,
        "Access tokens",
        "The tokens, where the login stands, what to do now.",
        "Login",
        keys=("1",),
        screen=f"{_SCREENS}.login:LoginScreen",
        footer=True,
    ),
    Function(
        Code.TOK,
        "Access tokens",
        "The token grid on LOGIN; Enter tells everything about a slot.",
        "Token grid",
        place=Code.LOGIN,
        focus="TokenGrid",
        aliases=("TOKEN", "TOKENS"),
    ),
    Function(
        Code.ACCT,
        "Account and slots",
        "Who is logged in, every slot in full, and its history.",
        "Account",
        keys=("2",),
        screen=f"{_SCREENS}.account:AccountScreen",
        area=Area.ACCOUNT,
        aliases=("ACCOUNT",),
        footer=True,
    ),
    Function(
        Code.DASH,
        "Market and account",
        "Sessions, indices, funds, positions, holdings, orders.",
        "Dashboard",
        keys=("3", "d"),
        screen=f"{_SCREENS}.dashboard:DashboardScreen",
        area=Area.DASHBOARD,
        aliases=("DASHBOARD",),
        footer=True,
    ),
    Function(
        Code.THEME,
        "Looks and keys",
        "Choose theme and market colours; THEME CVD changes at once.",
        "Theme",
        screen=f"{_SCREENS}.looks:LooksScreen",
        takes=Argument.THEME,
        aliases=("THEMES", "LOOK"),
    ),
    Function(
        Code.AUD,
        "Audit trail",
        "Who did what and what came of it, and the proof that nothing of it was changed.",
        "Audit",
        keys=("4",),
        screen=f"{_SCREENS}.audit:AuditScreen",
        aliases=("AUDIT",),
        footer=True,
    ),
    Function(
        Code.LOG,
        "Log",
        "What this run said; older lines from the log files on request.",
        "Log",
        screen=f"{_SCREENS}.log:LogScreen",
        aliases=("MESSAGES",),
    ),
    Function(
        Code.DOC,
        "Doctor",
        "Looks at everything that a login needs and tells the cure of what is wrong.",
        "Doctor",
        screen=f"{_SCREENS}.doctor:DoctorScreen",
        aliases=("DOCTOR",),
    ),
    Function(
        Code.PORT,
        "Portfolio",
        "Positions and holdings in full, with totals; sort and filter.",
        "Portfolio",
        screen=f"{_SCREENS}.portfolio:PortfolioScreen",
        area=Area.DASHBOARD,
        aliases=("PORTFOLIO", "POSITIONS", "HOLDINGS"),
    ),
    Function(
        Code.W,
        "Watchlist",
        "Your watchlist, live; Enter describes, o shows options, p the graph.",
        "Watchlist",
        screen=f"{_SCREENS}.watchlist:WatchlistScreen",
        area=Area.DASHBOARD,
        aliases=("WATCH", "WATCHLIST"),
    ),
    Function(
        Code.DES,
        "Description",
        "One instrument in full: price, ranges, best bid and ask; RELIANCE DES.",
        "Description",
        screen=f"{_SCREENS}.quote:QuoteScreen",
        area=Area.DASHBOARD,
        takes=Argument.INSTRUMENT,
        aliases=("QUOTE",),
    ),
    Function(
        Code.OMON,
        "Option monitor",
        "The option chain of an underlying by expiry; NIFTY OMON.",
        "Options",
        screen=f"{_SCREENS}.options:OptionsScreen",
        area=Area.DASHBOARD,
        takes=Argument.INSTRUMENT,
        aliases=("OPTIONS", "CHAIN"),
    ),
    Function(
        Code.GP,
        "Price graph",
        "The price over time, from minutes to days; GP INFY.",
        "Graph",
        screen=f"{_SCREENS}.graph:GraphScreen",
        area=Area.DASHBOARD,
        takes=Argument.INSTRUMENT,
        aliases=("GRAPH", "CHART"),
    ),
    Function(
        Code.HELP,
        "Help",
        "Help for what has the focus; once more: the manual and a diagnostics bundle.",
        "Help",
        keys=("question_mark", "f1"),
        shown_key="?",
        footer=True,
    ),
    Function(
        Code.LAST,
        "Last function",
        "Back to the function before this one.",
        "Last",
        keys=("minus",),
        shown_key="-",
    ),
    Function(
        Code.QUIT,
        "Quit",
        "Leave; asks while a login or a held token is live.",
        "Quit",
        keys=("ctrl+q",),
        aliases=("EXIT", "BYE"),
        footer=True,
    ),
)

FUNCTIONS: Final[Mapping[Code, Function]] = MappingProxyType({function.code: function for function in ALL})
"""All functions, in the order in which menus show them."""


def screens() -> Iterator[Function]:
    """The functions that have a screen of their own."""
    return (function for function in ALL if function.screen is not None)


def tabs() -> tuple[Function, ...]:
    """The screens that a digit calls, in the order of the digits."""
    return tuple(function for function in screens() if function.keys[:1] and function.keys[0].isdigit())


def by_word(word: str) -> Function | None:
    """The function that somebody means by `word`, in whatever case; None when there is none."""
    wanted = word.upper()
    return next((one for one in ALL if wanted in (one.code, *one.aliases)), None)
