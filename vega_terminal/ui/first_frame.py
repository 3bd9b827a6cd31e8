"""What the first frame does without: collecting garbage, and the looks of what comes later."""

from __future__ import annotations

import gc


def begin() -> None:
    """Nothing of what is loaded for the first frame is garbage: do not look for any."""
    gc.disable()


def is_there() -> None:
    """The frame is on the screen. What it took lives as long as the program: it is never looked at again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
