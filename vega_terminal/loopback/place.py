"""Where something is served, and which addresses of it are this very machine."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from vega_terminal.domain.errors import UsageError, VegaError

DEFAULT_HOST: Final = "127.0.0.1"
LOCALHOST: Final = "localhost"
_USUAL_PORT: Final = 80
"""Clients leave this one out of every address."""


class PlaceError(VegaError):
    """Nothing can listen there."""


@dataclass(frozen=True, slots=True)
class Place:
    """One host and port of loopback, as clients name them.

    Attributes:
        host: `localhost` or an address of loopback.
        port: of TCP.
    """

    host: str
    port: int

    @property
    def authority(self) -> str:
        """What stands in the Host header of every request that was meant for this place."""
        return self._authority_of(self.host)

    @property
    def authorities(self) -> frozenset[str]:
        """Every Host header that means this place: the address and `localhost`, each with the port."""
        address = DEFAULT_HOST if self.host == LOCALHOST else self.host
        return frozenset({self._authority_of(address), self._authority_of(LOCALHOST)})

    @property
    def origin(self) -> str:
        """What stands in the Origin header of every request that a page of this place makes."""
        return f"http://{self.authority}"

    def _authority_of(self, host: str) -> str:
        name = f"[{host}]" if ":" in host else host
        return name if self.port == _USUAL_PORT else f"{name}:{self.port}"


def loopback_host(text: str) -> str:
    """Return `text` if it is `localhost` or an address of loopback.

    Raises:
        UsageError: other machines could reach it.
    """
    if text.lower() == LOCALHOST:
        return LOCALHOST
    try:
        address = ip_address(text)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise UsageError(
            f"{text} is not loopback. What is served can sign in, and it is sent in clear: only this machine"
            " may reach it. From another machine forward the port with ssh -L and use the same address there"
        )
    return str(address)


def listen(host: str, port: int, cure: str) -> tuple[Place, socket.socket]:
    """Listen on loopback; port 0 takes a free one.

    Args:
        host: `localhost` or an address of loopback.
        port: of TCP.
        cure: what to do when it cannot be had; a sentence.

    Raises:
        PlaceError: the port is taken, or may not be used.
    """
    address = DEFAULT_HOST if host == LOCALHOST else host
    try:
        listening = _listening(address, port)
    except OSError as error:
        raise PlaceError(f"Nothing can be served on port {port} of {host}: {_why(error)}. {cure}") from error
    return Place(host, listening.getsockname()[1]), listening


def _listening(address: str, port: int) -> socket.socket:
    """With the protocol named, asyncio switches Nagle's delay off on every accepted connection (40 ms)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _why(error: OSError) -> str:
    """What the system says; Python adds the address to it, which stands in the sentence already."""
    return str(error) if error.errno is None else os.strerror(error.errno)
