"""How long a cooldown on record still lasts, whatever was done to the machine's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.status import Cooldown
from vega_terminal.engine.ports import CooldownRecord

TOLERANCE: Final = 1.0
"""Seconds by which wall clock and uptime may drift apart before a shown deadline is corrected."""


def seconds_left(record: CooldownRecord, clock: Clock) -> float:
    """The rest of a cooldown in seconds; 0 when it is over, never more than its whole length.

    Within one start of the machine the uptime decides: no change of the clock moves it. After a restart
    of the machine only the wall clock is left; one that was set back starts the pause anew at most.
    """
    cooldown = record.cooldown
    length = (cooldown.until - record.started_at).total_seconds()
    if record.boot_id and record.boot_id == clock.boot_id():
        left = record.started_uptime + length - clock.uptime()
    else:
        left = (cooldown.until - clock.now()).total_seconds()
    return min(max(left, 0.0), length)


def ending_in(cooldown: Cooldown, seconds: float, clock: Clock) -> Cooldown:
    """The cooldown with the deadline that the wall clock will show in `seconds`; kept where it is right."""
    until = clock.now() + timedelta(seconds=seconds)
    drift = abs((until - cooldown.until).total_seconds())
    return cooldown if drift <= TOLERANCE else replace(cooldown, until=until)
