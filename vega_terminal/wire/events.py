"""Events by the name of their class, so that a terminal can hear what it does not know yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from vega_terminal.domain import events
from vega_terminal.domain.events import Event, Noticed
from vega_terminal.wire.coding import NotUnderstood, decode, encode


@dataclass(frozen=True, slots=True)
class Told:
    """An event on its way.

    Attributes:
        name: of its class.
        at: when it happened, UTC; also in `event`, for those who do not know the class.
        event: the event itself as JSON.
    """

    name: str
    at: datetime
    event: str


def told(event: Event) -> Told:
    """`event` ready to be sent."""
    return Told(type(event).__name__, event.at, encode(type(event), event))


def event_of(message: Told) -> Event:
    """The event; one that this version does not know becomes a notice that says so."""
    kind = _kinds().get(message.name)
    try:
        if kind is not None:
            return decode(kind, message.event)
    except NotUnderstood:
        pass
    return Noticed(
        message.at,
        f"The server told of {message.name}, which this version does not know. The screens show its outcome.",
    )


@cache
def _kinds() -> dict[str, type[Event]]:
    classes = (each for each in vars(events).values() if isinstance(each, type))
    return {kind.__name__: kind for kind in classes if issubclass(kind, Event)}
