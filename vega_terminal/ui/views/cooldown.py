"""The cooldown, always computed from its stored deadline, never counted down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vega_terminal.domain.status import AuthStatus
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.views.times import ist_time, mm_ss


@dataclass(frozen=True, slots=True)
class Countdown:
    """The longest cooldown in large digits and every identity that waits."""

    digits: str
    lines: tuple[str, ...]


def countdown(status: AuthStatus, now: datetime) -> Countdown | None:
    """What the cooldown panel shows at `now` (UTC); None when nobody waits."""
    left = status.cooldown_remaining(now)
    if not left:
        return None
    waiting = [cooldown for cooldown in status.cooldowns if cooldown.remaining(now)]
    return Countdown(
        digits=mm_ss(left),
        lines=tuple(f"{safe_text(one.label, 12)} until {ist_time(one.until)} IST" for one in waiting),
    )
