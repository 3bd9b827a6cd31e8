"""What the account screen says while PRIMARY is missing (contract section 6)."""

from __future__ import annotations

from datetime import datetime

from vega_terminal.domain.status import AuthStatus
from vega_terminal.ui.views.times import mm_ss


def partial_lines(status: AuthStatus, now: datetime) -> tuple[str, ...]:
    """The contract's two or three lines; nothing when PRIMARY holds a token."""
    if status.primary.holds_token(now):
        return ()
    left = status.cooldown_remaining(now)
    waiting = (f"Cooldown: {mm_ss(left)} remaining.",) if left else ()
    return ("Login partially completed.", "PRIMARY access token pending.", *waiting)
