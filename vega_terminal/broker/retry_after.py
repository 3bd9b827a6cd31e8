"""The `Retry-After` header: seconds or a date (RFC 9110 section 10.2.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

MAX_WAIT: Final = 3_600.0
"""Seconds; a longer wish is cut to an hour, so that a slip of the broker cannot stop a trading day."""

_SECONDS: Final = re.compile(r"[0-9]+")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that the broker asked to wait, 0 to `MAX_WAIT`; None if it did not (readably).

    Args:
        headers: of the reply, names in lower case. Its own `Date` is the base of a date, since this
            machine's clock may be wrong.
        now: the base when there is no `Date`, zone-aware.
    """
    wish = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(wish):
        return min(float(wish), MAX_WAIT)
    until = _instant(wish)
    if until is None:
        return None
    base = _instant(headers.get("date", "")) or now
    return min(max((until - base).total_seconds(), 0.0), MAX_WAIT)


def _instant(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - costs start-up time, and is rarely needed

    try:
        parsed = parsedate_to_datetime(text)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
