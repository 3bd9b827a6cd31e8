"""Text from outside is data: whatever could move the cursor, hide or mislead becomes visible."""

from __future__ import annotations

import unicodedata
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS: Final = "…"
LONGEST: Final = 400
_MOST_MARKS: Final = 3

# Cc: C0, C1, ESC. Cf: bidi controls, zero-width characters, tags. Cs, Co, Cn: nothing a terminal can show.
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANKS: Final = frozenset({"Zs", "Zl", "Zp"})
_MARKS: Final = frozenset({"Mn", "Me"})


def safe_text(text: str, limit: int = LONGEST) -> str:
    """Return `text` as one harmless line of at most `limit` characters.

    Tabs, line breaks and every kind of blank become one space each; control bytes (so that no escape
    sequence survives), bidi and zero-width characters, surrogates and unassigned characters become
    U+FFFD; of stacked combining marks the first three stay; what is too long ends with an ellipsis.
    """
    shown: list[str] = []
    marks = 0
    for character in text:
        harmless = _harmless(character)
        marks = marks + 1 if unicodedata.category(harmless) in _MARKS else 0
        if marks <= _MOST_MARKS:
            shown.append(harmless)
        if len(shown) > limit:
            return "".join(shown[: limit - 1]) + ELLIPSIS
    return "".join(shown)


def _harmless(character: str) -> str:
    if character in "\t\n\r":
        return " "
    category = unicodedata.category(character)
    if category in _BLANKS:
        return " "
    return REPLACEMENT if category in _FORBIDDEN or _selects_variation(character) else character


def _selects_variation(character: str) -> bool:
    """Variation selectors change the width of what stands before them after it was measured."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
