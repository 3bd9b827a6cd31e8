"""RFC 6238 one-time passwords: SHA-1, six digits, steps of 30 seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct

STEP_S = 30
_DIGITS = 6


def step_at(epoch: float) -> int:
    """The number of the time step that `epoch` (seconds since 1970) lies in."""
    return int(epoch // STEP_S)


def code_of(secret: str, step: int) -> str:
    """The password of one time step.

    Args:
        secret: base32, as shown by an authenticator.
        step: the time step's number.
    """
    key = base64.b32decode(secret, casefold=True)
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"
