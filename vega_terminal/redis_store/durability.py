"""Whether what the server took survives its crash, as far as it can tell."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from vega_terminal.redis_store.troubles import Refusal, Trouble

CONFIRM_MS: Final = 500
"""How long the server may take to confirm that its log is on disk."""

CONFIRMATION: Final = (
    ("WAITAOF", 1, 0, CONFIRM_MS),  # Redis 7.2 and newer: waits for its own fsync
    ("CONFIG", "GET", "append*"),  # older: what it promises in general
)
"""Sent behind a write, on the same connection: WAITAOF speaks of this connection's writes only."""


class Durability(Enum):
    """Where a copy is; the value tells it to people, and is empty where there is nothing to tell."""

    ON_DISK = ""
    SOON = (
        "writes its copies to disk within a second or so: a crash of that machine can lose the last one."
        " To be sure, set appendfsync always there."
    )
    MEMORY = (
        "keeps a copy in memory only: its crash loses it. This machine's journal holds every token all the"
        " same. For a second copy that lasts, set appendonly yes and appendfsync always there."
    )


def durability_of(answers: Sequence[object]) -> Durability:
    """What the answers to `CONFIRMATION` say."""
    synced, configured = answers
    if isinstance(synced, list):
        # A time-out answers with numbers, too: they count, not the answer.
        return Durability.ON_DISK if synced and synced[0] == 1 else Durability.SOON
    if isinstance(synced, Refusal) and synced.trouble is not Trouble.UNKNOWN_COMMAND:
        return Durability.MEMORY  # it knows the command and cannot confirm: it keeps no log
    return _promised(configured)


def _promised(configured: object) -> Durability:
    if not isinstance(configured, list):
        return Durability.MEMORY
    settings = dict(zip(configured[::2], configured[1::2], strict=False))
    if settings.get(b"appendonly") != b"yes":
        return Durability.MEMORY
    return Durability.ON_DISK if settings.get(b"appendfsync") == b"always" else Durability.SOON
