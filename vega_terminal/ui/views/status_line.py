"""The line at the foot of every screen, cut by importance where the terminal is narrow."""

from __future__ import annotations

from dataclasses import dataclass

from vega_terminal.domain.events import DatabaseState
from vega_terminal.domain.market import MarketSession
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.times import age, ist_time, mm_ss, utc_time


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the line; a lower `rank` stays longer."""

    rank: int
    label: str
    value: str
    tone: Tone = Tone.VALUE
    at_end: bool = False

    @property
    def width(self) -> int:
        """Cells it takes, with one blank between label and value."""
        return len(self.label) + len(self.value) + bool(self.label and self.value)


GAP = 3


def status_parts(view: DeskView, width: int) -> tuple[Part, ...]:
    """The parts that fit into `width` cells, in their fixed order; those `at_end` belong to the right."""
    parts = _all_parts(view)
    kept: set[int] = set()
    room = width
    for part in sorted(parts, key=lambda part: part.rank):
        if part.width > room:
            break
        kept.add(part.rank)
        room -= part.width + GAP
    return tuple(part for part in parts if part.rank in kept)


def _all_parts(view: DeskView) -> tuple[Part, ...]:
    left = view.status.cooldown_remaining(view.now)
    cooling = (Part(1, "CD", mm_ss(left), Tone.WAIT),) if left else ()
    return (
        Part(0, "", view.status.state.value, Tone.LABEL),
        *cooling,
        _database(view),
        *_market(view),
        Part(5, view.info.broker.value, safe_text(view.info.host, 32)),
        Part(3, "IST", ist_time(view.now), at_end=True),
        Part(4, "UTC", utc_time(view.now), at_end=True),
    )


def _database(view: DeskView) -> Part:
    state = view.status.database.state
    tone = Tone.GOOD if state is DatabaseState.OK else Tone.BAD
    return Part(2, "DB", state.value, tone)


def _market(view: DeskView) -> tuple[Part, ...]:
    sessions = view.dashboard.sessions
    if sessions.fetched_at is None or not sessions.value:
        return ()
    first: MarketSession = sessions.value[0]
    word = f"{safe_text(first.exchange, 8)} {safe_text(first.status, 16)}"
    return (
        Part(7, "MKT", word, Tone.GOOD if first.is_open else Tone.VALUE),
        Part(6, "DATA", age(sessions.fetched_at, view.now)),
    )
