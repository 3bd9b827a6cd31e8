"""Tokens on an operator's machine that no login of the test brought there."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from vega_terminal.clock import SystemClock
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.settings.loader import load_settings
from vega_terminal.wiring.storage import stored

from .command_line import CommandLine


async def save(desk: CommandLine, user: str = "AB1234", **texts: str) -> None:
    """Leave a token of this minute in the database for each slot, with this text, issued to `user`."""
    settings = load_settings(desk.environment(), Path(os.devnull))
    async with stored(settings, SystemClock(), print) as storage:
        for slot, text in texts.items():
            issued = IssuedToken(Secret(text), user, datetime.now(UTC))
            client_id = settings.roster[slot].client_id
            await storage.store.tokens.save(AccessToken.from_issue(slot, client_id, issued, 1))


async def save_valid(desk: CommandLine, *slots: str) -> None:
    """Leave a token for each slot that the broker knows, as a login of this minute would have."""
    user = desk.broker.population.identities[0].user_id
    await save(desk, user, **{slot: desk.broker.issue_token(slot) for slot in slots})
