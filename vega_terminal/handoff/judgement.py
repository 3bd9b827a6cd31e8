"""Whether a stored token may be handed out. The broker is not asked: what was last known of it counts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import IST
from vega_terminal.engine.ports import StoredToken
from vega_terminal.handoff.refusal import TokenRefusal, TokenUnavailable

_CURE: Final = "Get a new one with: vega-auth refresh"


def usable(slot: str, stored: StoredToken | None, now: datetime) -> Secret:
    """The token itself, unless it is known to be of no use.

    One that the broker gave no clear answer about is handed out: nobody knows better.

    Raises:
        TokenUnavailable: it is missing, expired at `now`, or refused.
    """
    if stored is None:
        raise TokenUnavailable(slot, TokenRefusal.MISSING, f"{slot} has no token. {_CURE}")
    token = stored.token
    if token.is_expired(now):
        raise TokenUnavailable(
            slot, TokenRefusal.EXPIRED, f"The token of {slot} expired on {_stamp(token.expires_at)}. {_CURE}"
        )
    if stored.refused:
        when = f" on {_stamp(stored.checked_at)}" if stored.checked_at else ""
        raise TokenUnavailable(
            slot, TokenRefusal.REFUSED, f"The broker refused the token of {slot}{when}. {_CURE}"
        )
    return token.value


def _stamp(instant: datetime) -> str:
    return f"{instant.astimezone(IST):%d %b %Y at %H:%M} IST"
