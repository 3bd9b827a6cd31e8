"""Text from elsewhere as one harmless line: nothing in it can act on a terminal."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """Replace line breaks by spaces and control, format and private characters by a visible mark."""
    return "".join(_harmless(sign) for sign in text)


def _harmless(sign: str) -> str:
    if sign in "\r\n\t":
        return " "
    return "�" if unicodedata.category(sign).startswith("C") else sign
