"""Where the page is served, and which addresses of it are this very machine."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from vega_terminal.domain.errors import UsageError, VegaError

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8643
_LOCALHOST: Final = "localhost"
_USUAL_PORT: Final = 80
"""Browsers leave this one out of every address."""


class PlaceError(VegaError):
    """Nothing can listen there."""


@dataclass(frozen=True, slots=True)
class Place:
    """One host and port of loopback, as a browser names them.

    Attributes:
        host: `localhost` or an address of loopback.
        port: of TCP.
    """

    host: str
    port: int

    @property
    def authority(self) -> str:
        """What stands in the Host header of every request that was meant for this page."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _USUAL_PORT else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        """What stands in the Origin header of every request that this page makes."""
        return f"http://{self.authority}"


def loopback_host(text: str) -> str:
    """Return `text` if it is `localhost` or an address of loopback.

    Raises:
        UsageError: other machines could reach it.
    """
    if text.lower() == _LOCALHOST:
        return _LOCALHOST
    try:
        address = ip_address(text)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise UsageError(
            f"{text} is not loopback. The page can sign in, and it is sent in clear: only this machine may"
            " reach it. From another machine forward the port with ssh -L and open the printed address there"
        )
    return str(address)


def listen(host: str, port: int) -> tuple[Place, socket.socket]:
    """Listen on loopback; port 0 takes a free one.

    Raises:
        PlaceError: the port is taken, or may not be used.
    """
    address = DEFAULT_HOST if host == _LOCALHOST else host
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listening = socket.create_server((address, port), family=family)
    except OSError as error:
        raise PlaceError(
            f"Nothing can be served on port {port} of {host}: {error.strerror}."
            " Choose another one with --port."
        ) from error
    return Place(host, listening.getsockname()[1]), listening
