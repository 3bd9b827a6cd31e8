"""Instrument keys in addresses: their bar, spaces and ampersands are percent-encoded."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def in_path(text: str) -> str:
    """`text` as one segment of a path."""
    return quote(text, safe="")


def with_query(path: str, **values: str) -> str:
    """`path` with a query; a space becomes `%20`, which every server reads alike."""
    return f"{path}?{urlencode(values, quote_via=quote, safe='')}"
