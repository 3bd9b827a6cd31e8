"""Instants as the database holds them: ISO 8601 text in UTC, always with microseconds."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(instant: datetime) -> str:
    """Write a zone-aware instant; texts sort as the instants do.

    Raises:
        ValueError: the instant carries no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """Read what `to_text` wrote, in UTC.

    Raises:
        ValueError: it is no such text.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} carries no time zone.")
    return instant.astimezone(UTC)


def to_optional_text(instant: datetime | None) -> str | None:
    """As `to_text`; nothing stays nothing."""
    return None if instant is None else to_text(instant)


def from_optional_text(text: str | None) -> datetime | None:
    """As `from_text`; nothing stays nothing."""
    return None if text is None else from_text(text)
