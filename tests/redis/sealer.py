"""A key of the vault that is the same on every host of a test."""

from __future__ import annotations

import base64
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.store.vault.key import KeySource, VaultKey


def key(number: int = 1) -> VaultKey:
    text = base64.b64encode(bytes([number]) * 32).decode()
    return VaultKey(Secret(text), KeySource.KEY_FILE, "test")


KEY: Final = key()
