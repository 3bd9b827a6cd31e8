"""The key of the vault: 256 bits, where they came from, and how they are recognised."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.secret import Secret

KEY_BYTES: Final = 32
_ID_PURPOSE: Final = b"vega-terminal key id"


class KeySource(StrEnum):
    """Where a key can come from, in the order of contract section 2. The value is stored and shown."""

    KEY_FILE = "VEGA_KEY_FILE"
    CREDENTIALS = "CREDENTIALS_DIRECTORY"
    KEYRING = "OS_KEYRING"
    CONFIG_FILE = "CONFIG_FILE"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """Which key the database was first used with; holds nothing of the key itself."""

    key_id: str
    source: KeySource


@dataclass(frozen=True, slots=True)
class VaultKey:
    """A key that was found or made.

    Attributes:
        text: the 32 bytes in base64, as they are kept.
        source: which kind of place it came from.
        place: which one exactly, for people: a path or the keyring's name.
    """

    text: Secret
    source: KeySource
    place: str

    @classmethod
    def generate(cls, source: KeySource, place: str) -> VaultKey:
        """A new random key, meant for `place`."""
        text = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        return cls(Secret(text), source, place)

    @classmethod
    def parse(cls, text: Secret, source: KeySource, place: str) -> VaultKey:
        """Read a key as it is kept: base64 of 32 bytes in one line.

        Raises:
            VaultError: it is anything else.
        """
        stripped = Secret(text.reveal().strip())
        if _decoded_length(stripped) != KEY_BYTES:
            raise VaultError(
                f"The vault's key in {place} is not one line of base64 that stands for {KEY_BYTES} bytes,"
                " so no stored token can be opened with it. Put the right key back; a new one, for a new"
                " database only, is made by `openssl rand -base64 32`."
            )
        return cls(stripped, source, place)

    def reveal(self) -> bytes:
        """The 32 bytes themselves, for the cipher."""
        return base64.b64decode(self.text.reveal())

    @property
    def record(self) -> KeyRecord:
        """What the database may know of the key: a keyed hash that does not lead back to it."""
        digest = hmac.new(self.reveal(), _ID_PURPOSE, hashlib.sha256).hexdigest()
        return KeyRecord(digest[:16], self.source)


def _decoded_length(text: Secret) -> int:
    """How many bytes `text` stands for; 0 when it is no base64."""
    try:
        return len(base64.b64decode(text.reveal(), validate=True))
    except ValueError:
        return 0
