"""Sessions, money and profile in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.market import Funds, MarketSession, Profile
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_numbers import rupees
from vega_terminal.ui.views.times import ist_minute

Fact = tuple[str, str]
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NORMAL_OPEN": "OPEN",
        "NORMAL_CLOSE": "CLOSED",
        "PRE_OPEN_START": "PRE-OPEN",
        "PRE_OPEN_END": "PRE-OPEN ENDED",
        "CLOSING_START": "CLOSING",
        "CLOSING_END": "CLOSING ENDED",
    }
)
"""The broker's words for a session (broker docs: market status) in shorter ones; others stay as they are."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One exchange's session: name, sign with word, and since when (IST)."""

    exchange: str
    word: str
    since: str
    tone: Tone


def session_lines(sessions: Iterable[MarketSession]) -> tuple[SessionLine, ...]:
    """One line an exchange."""
    return tuple(
        SessionLine(
            exchange=safe_text(session.exchange, 5),
            word=f"{'●' if session.is_open else '○'} {_word(session.status)}",
            since=ist_minute(session.updated_at),
            tone=Tone.GOOD if session.is_open else Tone.MUTED,
        )
        for session in sessions
    )


def _word(status: str) -> str:
    return _WORDS.get(status) or safe_text(status, 20).replace("_", " ")


def profile_facts(profile: Profile) -> tuple[Fact, ...]:
    """Who it is."""
    return (
        ("User", safe_text(profile.user_name, 40)),
        ("User id", safe_text(profile.user_id, 16)),
        ("Email", safe_text(profile.email, 48)),
        ("Exchanges", safe_text(" ".join(profile.exchanges), 60)),
        ("Products", safe_text(" ".join(profile.products), 40)),
        ("Active", "yes" if profile.is_active else "no: reactivate the segments at the broker"),
    )


def funds_facts(funds: Funds) -> tuple[Fact, ...]:
    """Money of the account, in rupees."""
    return (
        ("Available", rupees(funds.available)),
        ("Used", rupees(funds.used)),
        ("Pay-in", rupees(funds.payin)),
        ("Exposure", rupees(funds.exposure)),
    )
