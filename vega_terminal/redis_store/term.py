"""What one process knows of the lease that it holds."""

from __future__ import annotations

import os
import platform
import secrets


class Term:
    """One holder's time with the lease.

    Attributes:
        holder: what stands in the lease: process, host and something random.
        number: rises with each holder; 0 while the lease was never had.
        confirmed: when the server was last asked with success, in seconds of the machine's uptime.
        lost: why it is not held any more, in words; empty while nothing is known against it.
    """

    def __init__(self) -> None:
        self.holder = f"process {os.getpid()} on {platform.node()} {secrets.token_hex(16)}"
        self.number = 0
        self.confirmed = 0.0
        self.lost = ""


def holder_in_words(holder: str) -> str:
    """Process and host of a holder, for people; something general for one that has let go already."""
    return holder.rpartition(" ")[0] or "a process on another host"
