"""The status of an engine elsewhere: taken over as it is told, never folded here."""

from __future__ import annotations

from dataclasses import replace

from vega_terminal.domain.events import Event, GateClosed, Noticed
from vega_terminal.domain.status import Activity, AuthStatus, Probe, SlotStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.domain.wording import words_for
from vega_terminal.engine.status_board import StatusBoard


class RemoteBoard(StatusBoard):
    """A `StatusBoard` whose status comes from the server."""

    def take(self, event: Event, status: AuthStatus) -> None:
        """Take over what `event` led to there, and tell every watcher."""
        self._status = status
        for watcher in tuple(self._watchers):
            watcher(event, status)

    def recall(self, event: Event) -> None:
        """Tell of something that happened while nobody here heard it; a gate that closed then is history."""
        if isinstance(event, GateClosed):
            event = Noticed(event.at, words_for(event) or event.why)
        self.take(event, self._status)

    def lose(self, why: str) -> None:
        """Nothing is known from now on: what was is not shown as if it still were, and the gate closes."""
        was_ready = self.status.ready(self.now())
        event = GateClosed(self.now(), why) if was_ready else Noticed(self.now(), why)
        self.take(event, _unknown(self.status))


def _unknown(status: AuthStatus) -> AuthStatus:
    """`status` as far as it is true without a server: cooldowns have their own deadline."""
    return replace(
        status,
        slots=tuple(_unknown_slot(slot) for slot in status.slots),
        execution_id=None,
        probe=Probe.PENDING,
    )


def _unknown_slot(slot: SlotStatus) -> SlotStatus:
    """Its times stay true of the token that it had; by now it may have another one, or none."""
    return replace(
        slot,
        verdict=Verdict.UNKNOWN,
        failure=None,
        activity=Activity.IDLE,
        step=None,
        step_until=None,
    )
