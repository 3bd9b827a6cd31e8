"""The line at the foot of every screen, cut by importance where the terminal is narrow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vega_terminal.domain.market import Dashboard, Panel
from vega_terminal.domain.navigation import Area
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.times import NOTHING, age, ist_time, mm_ss, utc_time

STALE_AFTER: Final = 30.0
"""Seconds after which the feed counts as standing still."""


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
    times = (
        Part(3, "IST", ist_time(view.now), at_end=True),
        Part(4, "UTC", utc_time(view.now), at_end=True),
    )
    if view.lost_since is not None:
        return (*_lost(view, view.lost_since), *times)
    left = view.status.cooldown_remaining(view.now)
    cooling = (Part(1, "CD", mm_ss(left), Tone.WAIT),) if left else ()
    return (
        Part(0, "", view.status.state.value, Tone.LABEL),
        *cooling,
        _database(view),
        _market(view),
        _feed(view),
        *_who(view),
        *_places(view),
        *times,
    )


def _places(view: DeskView) -> tuple[Part, ...]:
    """Where the broker is, and the engine if it is not in this process: that is more important then."""
    broker, at = view.info.broker.value, view.info.attached_to
    host = safe_text(view.info.host, 24)
    if at is None:
        return (Part(5, broker, host),)
    return (Part(9, broker, host), Part(5, "AT", safe_text(at, 32)))


def _lost(view: DeskView, since: datetime) -> tuple[Part, ...]:
    """All that can be said of an engine that cannot be reached."""
    where = safe_text(view.info.attached_to or "", 32)
    return (
        Part(0, "", "✕ SERVER LOST", Tone.BAD),
        Part(1, "SINCE", ist_time(since), Tone.WAIT),
        Part(5, "AT", where),
    )


def _database(view: DeskView) -> Part:
    state, held = view.status.database.state, view.status.pending_persist
    tone = Tone.GOOD if state is DatabaseState.OK else Tone.BAD
    return Part(2, "DB", f"{state.value} {held} held" if held else state.value, tone)


def _market(view: DeskView) -> Part:
    """The first exchange's session, as long as it was told by the broker."""
    sessions = view.dashboard.sessions.value
    if not sessions or view.why_closed(Area.DASHBOARD) is not None:
        return Part(7, "MKT", NOTHING, Tone.MUTED)
    first = sessions[0]
    glyph = "●" if first.is_open else "○"
    words = safe_text(first.status, 16).removeprefix("NORMAL_").replace("_", " ")
    tone = Tone.GOOD if first.is_open else Tone.VALUE
    return Part(7, "MKT", f"{glyph} {safe_text(first.exchange, 8)} {words}", tone)


def _feed(view: DeskView) -> Part:
    """How old the newest of the broker's data is; old and without any failure, no screen asks for it."""
    if view.why_closed(Area.DASHBOARD) is not None:
        return Part(6, "FEED", "OFF", Tone.MUTED)
    newest = _newest(view.dashboard, view.fed_at)
    if newest is None:
        return Part(6, "FEED", "IDLE", Tone.MUTED)
    if (view.now - newest).total_seconds() <= STALE_AFTER:
        return Part(6, "FEED", age(newest, view.now))
    if any(panel.failure for panel in _panels(view.dashboard)):
        return Part(6, "FEED", age(newest, view.now), Tone.WAIT)
    return Part(6, "FEED", "IDLE", Tone.MUTED)


def _panels(data: Dashboard) -> tuple[Panel[Any], ...]:
    return (data.sessions, data.indices, data.funds, data.positions, data.orders)


def _newest(data: Dashboard, fed_at: datetime | None) -> datetime | None:
    known = (fed_at, *(panel.fetched_at for panel in _panels(data)))
    return max((at for at in known if at is not None), default=None)


def _who(view: DeskView) -> tuple[Part, ...]:
    profile = view.dashboard.profile.value
    return () if profile is None else (Part(8, "WHO", safe_text(profile.user_id, 12)),)
