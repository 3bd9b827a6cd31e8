"""Text from the broker made fit for a screen, a log and an error message."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from vega_terminal.domain.secret import MASK, Secret

MAX_TEXT: Final = 120
_MAX_WORK: Final = 4_000
_WINDOW: Final = 8
_JWT: Final = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*)*", re.ASCII)


def plain_text(text: str, secrets: Iterable[Secret] = (), limit: int = MAX_TEXT) -> str:
    """Return one line without control, bidirectional or invisible characters, secrets or excess length.

    Args:
        text: what the broker sent.
        secrets: values that were sent to the broker and may be echoed, whole or in part.
        limit: characters that the result has at most.
    """
    visible = _one_line(text[:_MAX_WORK])
    masked = _JWT.sub(MASK, without_secrets(visible, secrets))
    return masked if len(masked) <= limit else f"{masked[: limit - 1].rstrip()}…"


def without_secrets(text: str, secrets: Iterable[Secret]) -> str:
    """Mask each secret in `text`, as it is and percent-encoded, and every longer piece of it."""
    for secret in secrets:
        text = _without(text, secret.reveal())
        text = _without(text, quote(secret.reveal(), safe="", errors="replace"))
    return text


def _one_line(text: str) -> str:
    """Line breaks become spaces; whatever has no shape of its own (Unicode category C) goes."""
    spaced = " ".join(text.split())
    return "".join(char for char in spaced if unicodedata.category(char)[0] != "C").strip()


def _without(text: str, secret: str) -> str:
    window = min(len(secret), _WINDOW)
    starts = range(len(text) - window + 1) if window else range(0)
    hidden = {at + k for at in starts if text[at : at + window] in secret for k in range(window)}
    pieces = [
        ("" if at - 1 in hidden else MASK) if at in hidden else char  # a run of hidden ones is one mask
        for at, char in enumerate(text)
    ]
    return "".join(pieces)
