"""Screens that the first frame does not need: their modules are loaded when they are entered."""

from __future__ import annotations

from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.session import Session


def account_screen(session: Session) -> DeskScreen:
    """The screen ACCOUNT."""
    from vega_terminal.ui.screens.account import AccountScreen  # noqa: PLC0415

    return AccountScreen(session)


def dashboard_screen(session: Session) -> DeskScreen:
    """The screen DASHBOARD."""
    from vega_terminal.ui.screens.dashboard import DashboardScreen  # noqa: PLC0415

    return DashboardScreen(session)
