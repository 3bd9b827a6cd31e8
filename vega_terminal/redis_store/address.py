"""Where the Redis server is and who may speak to it, read from `VEGA_REDIS_URL`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from vega_terminal.domain.secret import Secret

_DEFAULT_PORT: Final = 6379


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """One server and one of its numbered databases.

    Attributes:
        host, port: over the network; empty and 0 with a socket.
        socket: path of a Unix socket on this machine; empty over the network.
        database: the number of the database.
        tls: whether the connection is encrypted and the server's certificate checked.
        username: as registered with the server's access list; empty for its default user.
        password: None where the server wants none.
    """

    host: str
    port: int
    socket: str
    database: int
    tls: bool
    username: str
    password: Secret | None

    @classmethod
    def parse(cls, url: Secret) -> RedisAddress:
        """Read an address that the settings have accepted: redis://, rediss:// or unix://."""
        parts = urlsplit(url.reveal())
        local = parts.scheme == "unix"
        database = parse_qs(parts.query).get("db", ["0"])[0] if local else parts.path.strip("/")
        password = unquote(parts.password or "")
        return cls(
            host="" if local else parts.hostname or "",
            port=0 if local else parts.port or _DEFAULT_PORT,
            socket=unquote(parts.path) if local else "",
            database=int(database or 0),
            tls=parts.scheme == "rediss",
            username=unquote(parts.username or ""),
            password=Secret(password) if password else None,
        )

    @property
    def shown(self) -> str:
        """The address for people: no user, no password."""
        return self.socket or f"{self.host}:{self.port}"
