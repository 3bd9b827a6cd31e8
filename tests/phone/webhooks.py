"""The broker's message after an approval, and whatever else comes to the same address."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import next_expiry


def milliseconds(instant: datetime) -> str:
    """As the broker writes an instant."""
    return str(round(instant.timestamp() * 1000))


def message(slot: ApiSlot, token: str, at: datetime, user_id: str = "AB1234") -> dict[str, Any]:
    """The message about `token`, issued `at`."""
    return {
        "client_id": slot.client_id,
        "user_id": user_id,
        "access_token": token,
        "token_type": "Bearer",
        "expires_at": milliseconds(next_expiry(at)),
        "issued_at": milliseconds(at),
        "message_type": "access_token",
    }


def as_body(document: object) -> bytes:
    """As it goes over the wire."""
    return json.dumps(document).encode()
