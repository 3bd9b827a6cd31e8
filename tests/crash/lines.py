"""What a watched process says: short lines, by a system call that nobody watches."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable

from vega_terminal.domain.secret import Secret

Say = Callable[..., None]


def digest(token: Secret) -> str:
    """Names a token without showing it."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()[:16]


def saying_to(ear: socket.socket) -> Say:
    """A function that says its words as one line into `ear`."""

    def say(*words: object) -> None:
        ear.sendall((" ".join(map(str, words)) + "\n").encode())

    return say
