"""A broker address taken apart: where to connect, and what to ask for there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[A-Za-z0-9._:-]+")
_TARGET: Final = re.compile(r"/[!-~]*|")
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class HttpAddress:
    """One absolute http or https address.

    Attributes:
        secure: whether it is https.
        host: name or number, an IPv6 one without its brackets.
        port: to connect to.
        authority: host and port as they are written in the address, for the Host header.
        target: path and query.
    """

    secure: bool
    host: str
    port: int
    authority: str
    target: str

    @classmethod
    def of(cls, url: str) -> HttpAddress | None:
        """Take `url` apart; None for one that cannot be called: scheme, host or port are none."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return None
        host, query = parts.hostname or "", f"?{parts.query}" if parts.query else ""
        target = f"{parts.path}{query}"
        if (
            parts.scheme not in _PORTS
            or port == 0
            or not (_HOST.fullmatch(host) and _TARGET.fullmatch(target))
        ):
            return None
        authority = parts.netloc.rpartition("@")[2]
        return cls(parts.scheme == "https", host, port or _PORTS[parts.scheme], authority, target or "/")


def is_loopback(url: str) -> bool:
    """Whether the address leads to this very machine; nothing is looked up."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
