"""Who listens on this machine, as the kernel's own tables of TCP tell it: Linux lets every user read them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final, TypeAlias

IpAddress: TypeAlias = IPv4Address | IPv6Address

TABLE: Final = Path("/proc/net/tcp")
TABLE_6: Final = Path("/proc/net/tcp6")
"""Is missing where the kernel has no IPv6."""

_LISTENING: Final = "0A"
_WORD: Final = 8
"""Digits of the 32 bits that an address is printed in, each in the machine's own order of bytes."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that takes connections.

    Attributes:
        address: it takes them at; `0.0.0.0` and `::` mean all.
        port: of TCP.
        uid: whose program made it.
    """

    address: IpAddress
    port: int
    uid: int


def listeners_at(address: IpAddress, port: int) -> tuple[Listener, ...] | None:
    """The listeners that get a connection to `address`; None where the system does not tell. Blocks.

    The kernel asks those that listen at all addresses only when nobody listens at this very one.
    """
    try:
        at_port = [listener for listener in _listeners() if listener.port == port]
    except (OSError, ValueError, IndexError):
        return None
    target = _plain(address)
    exact = tuple(listener for listener in at_port if listener.address == target)
    return exact or tuple(listener for listener in at_port if _takes_all(listener.address, target))


def _takes_all(listening: IpAddress, target: IpAddress) -> bool:
    """`::` may take IPv4, too; the table does not say."""
    return listening.is_unspecified and target.version in (listening.version, 4)


def _listeners() -> Iterator[Listener]:
    yield from _in_table(TABLE.read_text("ascii"))
    try:
        table = TABLE_6.read_text("ascii")
    except FileNotFoundError:
        return
    yield from _in_table(table)


def _in_table(text: str) -> Iterator[Listener]:
    for line in text.splitlines()[1:]:
        _, local, _, state, _, _, _, uid, *_ = line.split()
        if state == _LISTENING:
            address, _, port = local.partition(":")
            yield Listener(_address(address), int(port, 16), int(uid))


def _address(digits: str) -> IpAddress:
    words = (int(digits[at : at + _WORD], 16) for at in range(0, len(digits), _WORD))
    return _plain(ip_address(b"".join(struct.pack("=I", word) for word in words)))


def _plain(address: IpAddress) -> IpAddress:
    """An IPv4 address that is written as IPv6 is the IPv4 address."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
