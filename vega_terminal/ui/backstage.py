"""A running engine with all that belongs to it, and how it is made."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from vega_terminal.engine.ports import OperatorPrompts
    from vega_terminal.front_ports import Backstage
    from vega_terminal.ui.facade import Engine, Opening


class Connection(Protocol):
    """The way to an engine that runs elsewhere."""

    @property
    def lost_since(self) -> datetime | None:
        """Since when it cannot be reached, UTC; None while it can."""
        ...

    @property
    def why(self) -> str:
        """Why it cannot be reached, as a sentence."""
        ...


@dataclass(frozen=True, slots=True)
class Running:
    """A running engine with all that belongs to it.

    Attributes:
        engine: takes intents.
        backstage: what stands behind it.
        connection: to an engine elsewhere, which goes on without this terminal; None for one in this process.
        beside: what runs beside the started engine, and ends before it.
    """

    engine: Engine
    backstage: Backstage
    connection: Connection | None = None
    beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext


EngineFactory: TypeAlias = "Callable[[OperatorPrompts, Opening], AbstractAsyncContextManager[Running]]"
"""Makes the engine that asks the given operator. Entered after the first frame; leaving closes it."""
