"""The ways in which a terminal is taken away: its window is closed, or somebody ends the process."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Final

_SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM)


def on_hang_up(leave: Callable[[], None]) -> None:
    """Call `leave` instead of dying at once, so that a run is ended and its browser closed.

    Needs the main thread and its running event loop.
    """
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, leave)
