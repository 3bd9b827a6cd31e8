"""What is worth showing of an engine, besides its status."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """Where an engine's answers and secrets come from.

    Attributes:
        broker_host: host and port of the broker's API.
        vault_key: in words, which key seals the tokens and where it lies; always shown (contract section 2).
    """

    broker_host: str
    vault_key: str
