"""Why nothing can be generated, in words that an engine and those who show it from afar share."""

from __future__ import annotations

from typing import Final

RUN_UNDER_WAY: Final = "A run is under way. Esc stops it."


def cooling_in_words(seconds: int) -> str:
    """The sentence for a cooldown that lasts `seconds` more; it counts down."""
    minutes, rest = divmod(seconds, 60)
    return f"Cooldown: {minutes:02d}:{rest:02d} remaining. Nobody signs in before it is over."
