"""Where a server is, and whether the way to it may be taken with a token."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from vega_terminal.domain.errors import UsageError

_HOW = "Write it as http://127.0.0.1:8642 on this machine, or https://HOST:PORT elsewhere"


@dataclass(frozen=True, slots=True)
class Address:
    """A server of this product.

    Attributes:
        url: scheme, host and port, without a slash at the end.
        host: name and port, as people write them.
        name: the name alone.
        on_this_machine: whether it is on loopback.
    """

    url: str
    host: str
    name: str
    on_this_machine: bool


def address_of(text: str) -> Address:
    """The address that an operator typed.

    Raises:
        UsageError: it is none, holds a password, or would send the token in clear.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError(f"This is no address of a server. {_HOW}") from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise UsageError(f"This is no address of a server. {_HOW}")
    if parts.username is not None or parts.password is not None:
        raise UsageError("The address holds a name or a password. The token goes into a file: --token-file")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(f"The address has something behind host and port. {_HOW}")
    here = _is_loopback(host)
    if parts.scheme == "http" and not here:
        raise UsageError(
            "http to another machine would send the token, and each OTP typed here, in clear. Use https, or"
            " forward the server's port with ssh -L and attach to http://127.0.0.1:PORT"
        )
    name = f"[{host}]" if ":" in host else host
    shown = name if port is None else f"{name}:{port}"
    return Address(f"{parts.scheme}://{shown}", shown, name, here)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
