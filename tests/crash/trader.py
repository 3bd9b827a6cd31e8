"""One life of the real program: start, generate what is missing, stop; broker and browser are scripted."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest.mock import patch

from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.clock import SystemClock
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.engine.engine import Engine
from vega_terminal.settings.loader import load_settings
from vega_terminal.settings.values import Settings
from vega_terminal.wiring import engine as wiring
from vega_terminal.wiring import generation

from .lines import Say
from .parties import ShortRoute, WillingBroker, acknowledging

NAMES: Final = ("PRIMARY", "WEBSOCKET1", "OPTIONCHAIN1")
PATIENCE_SECONDS: Final = 0.2
"""For a database that does not come back; the product's own minute would only make the suite slower."""


def settings_in(folder: Path) -> Settings:
    """Settings of three slots of one person with everything in `folder`."""
    environment = {
        "UPSTOX_API_NAMES": ",".join(NAMES),
        "UPSTOX_API_BASE_URL": "http://127.0.0.1:9",
        "UPSTOX_REDIRECT_URI": "http://127.0.0.1:9/callback",
        "UPSTOX_MOBILE_NUMBER": "9876543210",
        "UPSTOX_PIN": "246810",
        "UPSTOX_TOTP_SECRET": "JBSWY3DPEHPK3PXP",
        "VEGA_DATA_DIR": str(folder),
        "VEGA_KEY_FILE": str(folder / "vault.key"),
        "VEGA_DB_BUSY_ATTEMPTS": "2",
    }
    for name in NAMES:
        environment[f"UPSTOX_CLIENT_ID_{name}"] = f"client-id-of-{name}"
        environment[f"UPSTOX_CLIENT_SECRET_{name}"] = f"secret-of-{name}"
    return load_settings(environment, Path(os.devnull))


@contextmanager
def scripted(say: Say, *, too_soon: bool = False) -> Iterator[None]:
    """Broker and browser are scripted for the block; the rest of the wiring is the product's own."""
    with (
        patch.multiple(
            wiring,
            ProfileClient=lambda _gateway: WillingBroker(say, SystemClock()),
            new_broker=lambda _settings, _transport, clock: WillingBroker(say, clock),
            DATABASE_PATIENCE_SECONDS=PATIENCE_SECONDS,
        ),
        patch.multiple(
            generation,
            login_route=lambda *_: ShortRoute(),
            TokenPersistence=acknowledging(say, too_soon=too_soon),
        ),
    ):
        yield


async def live(
    folder: Path, say: Say, only: tuple[str, ...] = NAMES, *, too_soon: bool = False
) -> TokenExecutionResult:
    """Start, generate, stop; says how it went. With `too_soon` it acknowledges what is not safe yet.

    Raises:
        StorageError: it could not even start.
    """
    # One thread for all file work, as if the machine were busy: the calls come in nearly one order.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    with scripted(say, too_soon=too_soon):
        async with wiring.running_engine(settings_in(folder), NobodyThere(), front_end="cli") as engine:
            return await _generate(engine, say, only)


async def _generate(engine: Engine, say: Say, only: tuple[str, ...]) -> TokenExecutionResult:
    engine.board.watch(lambda event, _status: say("event", type(event).__name__))
    say("opened")
    await engine.start()
    say("started")
    result = await engine.execute(TokenExecutionRequest("crash suite", only=only, consent=True))
    for slot in result.slots:
        say("result", slot.slot, slot.verdict, slot.failure or "-")
    say("done", int(result.exit_code))
    return result
