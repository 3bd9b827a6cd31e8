"""What terminals attach to, on the settings of the engine that they see."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter

from vega_terminal import __version__
from vega_terminal.api.attach import attachment
from vega_terminal.api.attach_feed import AttachFeed
from vega_terminal.domain.document import status_document
from vega_terminal.engine.engine import Engine
from vega_terminal.engine.prompt_hub import PromptHub
from vega_terminal.settings.values import Settings
from vega_terminal.wiring.backstage import Backstage


@asynccontextmanager
async def attachable(
    settings: Settings, engine: Engine, hub: PromptHub, env_file: Path | None, *, is_demo: bool
) -> AsyncIterator[tuple[APIRouter, AttachFeed]]:
    """Routes for attached terminals, and the feed that a server ends first; for as long as this block lasts.

    Args:
        settings: of the engine.
        engine: that is shown.
        hub: the prompts that the engine was made with.
        env_file: where the settings came from; None for `./.env`.
        is_demo: whether they are the demo's, which come from no file.
    """
    backstage = Backstage(
        settings,
        Path(os.devnull) if is_demo else env_file,
        lambda: status_document(engine.board.status, engine.board.now()),
        engine.clock,
    )
    simulated = settings.broker_on_loopback
    async with attachment(engine, hub, backstage, version=__version__, simulated=simulated) as (routes, feed):
        yield routes, feed
