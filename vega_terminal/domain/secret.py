"""A value that must never be shown: masked wherever text is made of it."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final, NoReturn

MASK: Final = "••••••"


class Secret:
    """Holds one secret text; only `reveal()` gives it away.

    `repr`, `str`, f-strings, `%`-formatting, logs and tracebacks with locals all show the mask, so that
    a secret leaves the process only where somebody wrote `reveal()` on purpose. It cannot be pickled.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself, for the one call that needs it."""
        return self._text

    def tail(self, length: int = 4) -> str:
        """Return the last characters for recognition, or the mask when that would tell too much."""
        return f"…{self._text[-length:]}" if 0 < 4 * length <= len(self._text) else MASK

    def mark(self) -> bytes:
        """A digest (SHA-256) by which a long secret is known again without being kept."""
        return hashlib.sha256(_as_bytes(self._text)).digest()

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_as_bytes(self._text), _as_bytes(other._text))

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A Secret is never serialised.")


def _as_bytes(text: str) -> bytes:
    """The text's bytes, also where the environment held some that are no text (lone surrogates)."""
    return text.encode(errors="surrogatepass")
