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
        stranger_seconds: that a connection may live which has not shown the token.
        send_seconds: that a client may read nothing of what waits for it.
        heartbeat_seconds: without a change, after which a reader of events hears that the server lives.
        cancel_seconds: that an answer waits for the end of an execution that is cancelled.
        end_seconds: for requests under way when the server ends.
    """

    header_bytes: int = 16 * 1024
    header_seconds: float = 10.0
    body_bytes: int = 64 * 1024
    body_seconds: float = 10.0
    idle_seconds: int = 30
    connections: int = 400
    stranger_seconds: float = 20.0
    send_seconds: float = 30.0
    heartbeat_seconds: float = 15.0
    cancel_seconds: float = 20.0
    end_seconds: int = 3

    @property
    def accepted_at_once(self) -> int:
        """Newcomers of one turn of the loop: few, so that the token can be shown before room is made."""
        return max(1, self.connections // 16)
