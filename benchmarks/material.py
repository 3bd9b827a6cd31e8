"""Slots, tokens, and the product's own store with its journal, for benchmarks to work with."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from vega_terminal.clock import SystemClock
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.store.opening import Store, open_store
from vega_terminal.store.vault.locator import key_locator

USER_ID: Final = "AB1234"
KEY_NAME: Final = "bench.key"


def slots(number: int) -> tuple[ApiSlot, ...]:
    """PRIMARY and others, all of one person."""
    identity = LoginIdentity("bench", "…0001")
    names = ("PRIMARY", *(f"SLOT{index}" for index in range(1, number)))
    return tuple(
        ApiSlot(name, f"client-{name}", Secret("secret"), "http://127.0.0.1/", identity) for name in names
    )


def token(slot: ApiSlot, epoch: int = 1, user_id: str = USER_ID) -> AccessToken:
    """A token as long as the broker's, and alive."""
    issued = IssuedToken(Secret(os.urandom(200).hex()), user_id, datetime.now(UTC))
    return AccessToken.from_issue(slot.name, slot.client_id, issued, epoch)


@asynccontextmanager
async def opened_store(folder: Path) -> AsyncIterator[Store]:
    """The product's own store in `folder/data`, its key beside it."""
    clock, environ = SystemClock(), dict[str, str]()
    keys = key_locator(folder / KEY_NAME, environ, clock)
    async with open_store(folder / "data", keys, clock, busy_attempts=3) as store:
        yield store
