"""What an operator prefers: looks, movement, watchlist and keys. Read from terminal.toml, never needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vega_terminal.ui.looks import Look
from vega_terminal.ui.own_keys import OwnKeys


@dataclass(frozen=True, slots=True)
class Preferences:
    """How one operator wants the terminal.

    Attributes:
        look: theme and market colours.
        animations: whether anything moves or flashes; False over SSH unless the file says otherwise.
        watchlist: what W shows, as symbols or instrument keys; empty: the list that comes with the terminal.
        keys: own keys of functions.
        file: where a changed look is written; None: nowhere.
    """

    look: Look = field(default_factory=Look)
    animations: bool = True
    watchlist: tuple[str, ...] = ()
    keys: OwnKeys = field(default_factory=OwnKeys)
    file: Path | None = None
