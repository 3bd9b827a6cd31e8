"""Notices to an address of the operator's own: each one posted as one JSON document."""

from __future__ import annotations

import json
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.notices.http_call import Call, call_until_taken
from vega_terminal.notices.notice import Notice


class WebhookChannel:
    """Posts; an answer of 2xx is a delivery. The document has a `text`, which chat services show."""

    name: Final = "the webhook"
    key: Final = "VEGA_NOTIFY_WEBHOOK"

    def __init__(self, address: Secret, clock: Clock) -> None:
        self._address = address
        self._clock = clock

    async def deliver(self, notice: Notice) -> None:
        """Post it, at most three times."""
        body = json.dumps(notice.document()).encode()
        await call_until_taken(Call(self._address, body, {"Content-Type": "application/json"}), self._clock)
