"""Episodes: something that is worth telling, from its beginning to its end, and told once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from vega_terminal.notices.notice import Matter, Notice, NoticeKind
from vega_terminal.notices.standing import STANDING, Key
from vega_terminal.notices.wording import notice_of


@dataclass(frozen=True, slots=True)
class _Episode:
    """An episode that goes on: when it is told (monotonic seconds), and whether it was."""

    matter: Matter
    due: float
    told: bool = False


class Episodes:
    """Those that go on. One that ends before its time is never told, and none is told twice."""

    def __init__(self, told: Collection[Key] = ()) -> None:
        """Begin with those that an earlier process told, and that may go on."""
        self._open = {key: _Episode(Matter(*key, "", ""), 0.0, told=True) for key in told}

    def begin(self, matter: Matter, due: float) -> None:
        """Open an episode that is told from `due` on (monotonic seconds); one that goes on gets new words."""
        key = (matter.kind, matter.subject)
        known = self._open.get(key)
        self._open[key] = _Episode(matter, due) if known is None else replace(known, matter=matter)

    def end(self, kind: NoticeKind, subject: str) -> None:
        """It is over; the next one of that name is another episode."""
        self._open.pop((kind, subject), None)

    def end_all(self, kinds: Collection[NoticeKind], *, but: Matter | None = None) -> None:
        """Every episode of these kinds is over, except that of `but`."""
        kept = None if but is None else (but.kind, but.subject)
        for key in [key for key in self._open if key[0] in kinds and key != kept]:
            del self._open[key]

    def goes_on(self, kind: NoticeKind, subject: str) -> bool:
        """Whether this episode is open, told or about to be."""
        return (kind, subject) in self._open

    def standing(self) -> frozenset[Key]:
        """Those that were told, and that another process would find as they are."""
        return frozenset(key for key, episode in self._open.items() if episode.told and key[0] in STANDING)

    def next_due(self) -> float | None:
        """When the next one is to be told (monotonic seconds); None when nothing waits."""
        return min((episode.due for episode in self._open.values() if not episode.told), default=None)

    def due(self, now: float, at: datetime) -> list[Notice]:
        """What is to be told at `now`: one notice a kind, with everything of that kind that waits.

        Args:
            now: monotonic seconds.
            at: the same moment, UTC.
        """
        waiting = {key: episode for key, episode in self._open.items() if not episode.told}
        kinds = dict.fromkeys(key[0] for key, episode in waiting.items() if episode.due <= now)
        notices = []
        for kind in kinds:
            group = {key: episode for key, episode in waiting.items() if key[0] is kind}
            self._open.update({key: replace(episode, told=True) for key, episode in group.items()})
            notices.append(notice_of([episode.matter for episode in group.values()], at))
        return notices
