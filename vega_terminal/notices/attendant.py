"""Keeps the episodes, and has told what is due."""

from __future__ import annotations

from collections.abc import Callable, Collection

from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.events import Event
from vega_terminal.domain.status import AuthStatus
from vega_terminal.notices import wording
from vega_terminal.notices.delivery import Delivery
from vega_terminal.notices.episodes import Episodes
from vega_terminal.notices.occasions import Occasions
from vega_terminal.notices.questions import Question
from vega_terminal.notices.run_end import lacking
from vega_terminal.notices.standing import Key
from vega_terminal.notices.watched_engine import WatchedEngine


class Attendant:
    """Lives on the event loop; nothing here waits but `remind`."""

    def __init__(
        self,
        engine: WatchedEngine,
        delivery: Delivery,
        attended: Callable[[], bool],
        told: Collection[Key] = (),
    ) -> None:
        """Watch over `engine`.

        Args:
            engine: what is watched.
            delivery: takes what is to be told.
            attended: whether somebody is there to be asked.
            told: what an earlier process told already.
        """
        self._engine = engine
        self._delivery = delivery
        self._episodes = Episodes(told)
        self._occasions = Occasions(
            self._episodes, engine.roster, engine.clock, spent=engine.spent, attended=attended
        )

    def heard(self, event: Event, status: AuthStatus) -> None:
        """Draw the consequences of an event."""
        self._occasions.heard(event, status)

    def asked(self, question: Question) -> Callable[[], None]:
        """Somebody is asked; the returned function is called when it is over."""
        return self._occasions.asked(question)

    def stopping(self, *, by_operator: bool) -> None:
        """The run under way is stopped: by the operator, who knows it, or by somebody else."""
        self._occasions.stopping(by_operator=by_operator)

    def pause(self) -> float | None:
        """Seconds until something is to be told; None when nothing waits."""
        due = self._episodes.next_due()
        return None if due is None else max(0.0, due - self._engine.clock.monotonic())

    def tell_due(self) -> None:
        """Deliver what is to be told by now."""
        self._tell(self._engine.clock.monotonic())

    async def remind(self) -> None:
        """Tell which slots lack a token, by a fresh look: another process may have got them."""
        try:
            await self._engine.verify()
        except VegaError as error:
            self._engine.board.say(f"The tokens could not be verified for the reminder. {error}")
        now = self._engine.clock.now()
        left = tuple(slot.name for slot in lacking(self._engine.board.status, now))
        if left:
            self._delivery.send(wording.notice_of([wording.tokens_missing(left, now)], now))

    def standing(self) -> frozenset[Key]:
        """What was told and goes on, for the process that comes next."""
        return self._episodes.standing()

    def close(self, status: AuthStatus) -> None:
        """Deliver what is worth it at the end."""
        self._occasions.ending(status)
        self._tell(float("inf"))

    def _tell(self, until: float) -> None:
        for notice in self._episodes.due(until, self._engine.clock.now()):
            self._delivery.send(notice)
