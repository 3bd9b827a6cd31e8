"""What the terminal is told before anything runs, and the engine that it is given then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from vega_terminal.domain.status import DatabaseStatus
from vega_terminal.front_ports import RunningEngine
from vega_terminal.ui.preferences import Preferences


class BrokerKind(StrEnum):
    """Whether orders and logins are real."""

    LIVE = "LIVE"
    SIMULATED = "SIMULATED"


@dataclass(frozen=True, slots=True)
class AppInfo:
    """What is known before anything runs.

    Attributes:
        broker: real or simulated.
        host: host (and port) of the broker's API.
        data_folder: where the database and its companions lie.
        slots: names of the roster in order of importance, for the first frame.
        version: of the product.
        notices: what the operator has to be told at each start, one sentence each.
        preferences: looks, movement, watchlist and keys.
        attached_to: the server whose engine is shown, as host and port; None for an engine in this process.
    """

    broker: BrokerKind
    host: str
    data_folder: str
    slots: tuple[str, ...]
    version: str
    notices: tuple[str, ...] = ()
    preferences: Preferences = field(default_factory=Preferences)
    attached_to: str | None = None


class Engine(RunningEngine, Protocol):
    """The one engine, which the terminal starts once it is ready to hear of everything."""

    async def start(self) -> None:
        """Load what is stored and restore cooldowns."""
        ...


Opening = Callable[[DatabaseStatus], None]
"""Hears how the database does while it cannot be opened yet."""
