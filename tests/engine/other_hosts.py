"""Other hosts of the same desk, as far as an engine hears of them."""

from __future__ import annotations

from collections.abc import Sequence

from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken


class OtherHosts:
    """Implements `TokenSharing`: keeps what is offered, and offers what a test put into `tokens`."""

    def __init__(self) -> None:
        self.tokens: list[AccessToken] = []
        self.heard: list[AccessToken] = []

    async def offer(self, token: AccessToken) -> None:
        self.heard.append(token)

    async def offered(self, slots: Sequence[ApiSlot]) -> Sequence[AccessToken]:
        wanted = {(slot.name, slot.client_id) for slot in slots}
        return [token for token in self.tokens if (token.slot, token.client_id) in wanted]
