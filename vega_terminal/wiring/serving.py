"""The API of a running engine, attached terminals included: for `vega-auth serve` and for a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from vega_terminal.api.serving import ServeOrder, Serving, serving
from vega_terminal.engine.engine import Engine
from vega_terminal.engine.prompt_hub import PromptHub
from vega_terminal.metrics.metrics import Metrics
from vega_terminal.settings.values import Settings
from vega_terminal.wiring.attach import attachable


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeWish:
    """What an operator said about serving.

    Attributes:
        host: of loopback; None for `VEGA_API_HOST`.
        port: 0 for a free one; None for `VEGA_API_PORT`.
        token_file: holds the token; None for a new one.
        env_file: where the settings came from; None for `./.env`.
        is_demo: whether the settings are the demo's.
        port_option: how another port is chosen.
    """

    host: str | None = None
    port: int | None = None
    token_file: Path | None = None
    env_file: Path | None = None
    is_demo: bool = False
    port_option: str = "--port"


@asynccontextmanager
async def served(
    settings: Settings, engine: Engine, hub: PromptHub, wish: ServeWish
) -> AsyncIterator[Serving]:
    """Serve the API, attached terminals included, for as long as this block lasts.

    Args:
        settings: of the engine.
        engine: a started one.
        hub: the prompts that the engine was made with.
        wish: where and with which token.

    Raises:
        UsageError, PlaceError, TokenFileError, AlreadyServed: nothing can be served; see `api.serving`.
    """
    order = ServeOrder(
        host=wish.host or settings.api_host,
        port=settings.api_port if wish.port is None else wish.port,
        data_folder=settings.data_dir,
        token_file=wish.token_file,
        cure=f"Choose another one with {wish.port_option}.",
    )
    async with (
        attachable(settings, engine, hub, wish.env_file, is_demo=wish.is_demo) as (routes, feed),
        _measured(engine) as metrics,
        serving(order, engine, engine.history, metrics=metrics, routers=(routes,), at_end=(feed.end,)) as at,
    ):
        yield at


@asynccontextmanager
async def _measured(engine: Engine) -> AsyncIterator[Metrics]:
    metrics = Metrics(engine.board, engine.clock)
    try:
        yield metrics
    finally:
        metrics.close()
