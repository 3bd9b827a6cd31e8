"""Takes out of a text what must not leave the machine: known secrets, and whatever looks like one.

Rather too much than too little: what is hard to read can be asked about, a secret cannot be taken back.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from vega_terminal.domain.secret import MASK, Secret

Json = Mapping[str, Any] | Sequence[Any] | str | int | float | bool | None
"""What a JSON document is made of."""

_SHORTEST: Final = 6
"""Characters. A shorter text turns up everywhere, and taking it out would tell what it is."""
_DIGITS: Final = "######"
_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])"

_RULES: Final = (
    # The query of an address is where authorization codes and states travel.
    (re.compile(r"(https?://[^\s?#\"']*)[?#][^\s\"']+"), rf"\1?{MASK}"),
    (re.compile(r"://[^/\s@\"']+@"), f"://{MASK}@"),
    (re.compile(r"\beyJ(?:[\w-]{8,}|[\w-]*\.)[\w.-]*", re.ASCII), MASK),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s\"',;]+", re.IGNORECASE), rf"\1 {MASK}"),
    (
        re.compile(
            r"((?:code|token|secret|password|passwd|pin|otp|totp|state|cookie|authorization|api[_-]?key)"
            r"[\"']?\s*[:=]\s*[\"']?)(?!UDAPI\d+\b)[^\s\"'&;,}]+",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}"), "someone@…"),
    (re.compile(r"(?<!\d)(?:\+?91[\s-]?)?[6-9]\d{4}[\s-]?\d{5}(?!\d)"), _DIGITS),
    # Base64, as keys are kept; a path begins with its slash.
    (
        re.compile(
            r"(?<![\w+/=-])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*\d)[\w+][\w+/-]{31,}={0,2}",
            re.ASCII,
        ),
        MASK,
    ),
    # The ids of runs are UUIDs; everything else that is long and mixed may be a key.
    (re.compile(rf"(?<![\w-])(?!{_UUID})(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{{20,}}", re.ASCII), MASK),
    # Six digits are an OTP or a PIN, but not behind the point of a second, nor in a code of the broker.
    (re.compile(r"(?<![\d.])(?<!UDAPI)\d{6}(?!\d)"), _DIGITS),
    # The last digits of a mobile number, by which a login is called.
    (re.compile(r"…\d{4}(?!\d)"), "…####"),
)


class Redactor:
    """Knows the secrets of one installation, and what secrets look like."""

    def __init__(self, secrets: Iterable[Secret], home: Path | None = None) -> None:
        """Take out `secrets` in whatever form they stand.

        Args:
            secrets: everything that is known; what has less than six characters is passed over.
            home: of the user, whose name it tells; it becomes `~`.
        """
        forms = {form for secret in secrets for form in _forms(secret.reveal())}
        longest_first = sorted(map(re.escape, forms), key=len, reverse=True)
        self._known = re.compile("|".join(longest_first), re.IGNORECASE) if forms else None
        self._home = re.compile(rf"{re.escape(str(home))}(?![\w.-])") if home and home != Path("/") else None

    def text(self, text: str) -> str:
        """The text without them."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for pattern, instead in _RULES:
            text = pattern.sub(instead, text)
        return text if self._home is None else self._home.sub("~", text)

    def document(self, value: Json) -> Json:
        """A JSON document with every text in it, the names included, gone through."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self._name(name): self.document(each) for name, each in value.items()}
        if isinstance(value, Sequence):
            return [self.document(each) for each in value]
        return value

    def _name(self, name: str) -> str:
        return name if self._known is None else self._known.sub(MASK, name)


def _forms(text: str) -> Iterator[str]:
    """How a secret may be spelled: as it is, in an address, in JSON, in base64."""
    if len(text) < _SHORTEST:
        return
    yield text
    yield quote(text, safe="", errors="replace")
    yield text.encode("unicode_escape").decode()
    packed = base64.b64encode(text.encode(errors="surrogatepass")).decode()
    yield packed
    # The last four letters also depend on what stands behind the secret.
    if len(packed) >= _SHORTEST + 4:
        yield packed[:-4]
