"""The broker's daily rules, all in Indian Standard Time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30), "IST")
TOKEN_DEATH = time(3, 30)
NIGHT_WINDOW_END = time(5, 30)


def token_death_after(issued: datetime) -> datetime:
    """The next 03:30 IST strictly after `issued`, in UTC (broker docs: get-token).

    Raises:
        ValueError: `issued` has no time zone.
    """
    if issued.tzinfo is None:
        raise ValueError("the instant of issue needs a time zone")
    local = issued.astimezone(IST)
    death = local.replace(hour=TOKEN_DEATH.hour, minute=TOKEN_DEATH.minute, second=0, microsecond=0)
    if death <= local:
        death += timedelta(days=1)
    return death.astimezone(UTC)


def in_night_window(moment: datetime) -> bool:
    """Whether funds are closed: 00:00 to 05:30 IST (broker docs: UDAPI100072)."""
    return moment.astimezone(IST).time() < NIGHT_WINDOW_END
