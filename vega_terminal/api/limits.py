"""How much a client may take: bytes, seconds, connections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All spans are in seconds.

    Attributes:
        header_bytes: of request line and headers together.
        header_seconds: from the first byte, or from the connection, to the last header.
        body_bytes: of one body, counted while it comes.
        body_seconds: for the whole body.
        idle_seconds: between two requests of one connection.
        connections: at once, event streams included.
        send_seconds: that a reader of events may leave its connection full.
        heartbeat_seconds: without a change, after which a reader of events hears that the server lives.
        end_seconds: for requests under way when the server ends.
    """

    header_bytes: int = 16 * 1024
    header_seconds: float = 10.0
    body_bytes: int = 64 * 1024
    body_seconds: float = 10.0
    idle_seconds: int = 30
    connections: int = 400
    send_seconds: float = 30.0
    heartbeat_seconds: float = 15.0
    end_seconds: int = 3
