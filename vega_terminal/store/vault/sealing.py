"""Seals tokens with AES-256-GCM, each for its own place."""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.secret import Secret
from vega_terminal.store.vault.key import VaultKey

_PRODUCT: Final = "vega-terminal"
_FORMAT: Final = 1
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class Vault:
    """Seals and opens secrets for one slot and client at a time.

    A sealed value is one byte of format, 12 random bytes of nonce, and the ciphertext with its tag. What
    it is bound to (product, format, key, slot, client id) is not in it but must be the same to open it,
    so a row copied to another slot or client does not open.

    Attributes:
        key_id: tells the key without giving it away.
    """

    def __init__(self, key: VaultKey) -> None:
        self.key_id = key.record.key_id
        self._cipher = AESGCM(key.reveal())

    def seal(self, slot: str, client_id: str, secret: Secret) -> bytes:
        """Seal `secret` for this slot and client; never twice the same bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = self._cipher.encrypt(nonce, secret.reveal().encode(), self._bound_to(slot, client_id))
        return bytes([_FORMAT]) + nonce + ciphertext

    def open(self, slot: str, client_id: str, sealed: bytes) -> Secret:
        """Open what `seal` made for the same slot and client with the same key.

        Raises:
            VaultError: it was sealed with another key or for another place, or it is damaged.
        """
        if len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES or sealed[0] != _FORMAT:
            raise VaultError(
                f"The sealed token of {slot} is damaged or from a newer version. Generate it anew."
            )
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            text = self._cipher.decrypt(nonce, ciphertext, self._bound_to(slot, client_id)).decode()
        except InvalidTag as error:
            raise VaultError(
                f"The sealed token of {slot} does not open with the key {self.key_id}: it was sealed with"
                " another key, moved here from another slot or client, or damaged. Generate it anew."
            ) from error
        return Secret(text)

    def _bound_to(self, slot: str, client_id: str) -> bytes:
        """The associated data; each part carries its length, so no two places read the same."""
        parts = (_PRODUCT, str(_FORMAT), self.key_id, slot, client_id)
        encoded = [part.encode() for part in parts]
        return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
