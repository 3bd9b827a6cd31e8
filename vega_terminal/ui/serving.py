"""A terminal that serves the API beside its screens: others attach to it, and answer its questions, too."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vega_terminal.domain.errors import VegaError

if TYPE_CHECKING:
    from vega_terminal.engine.engine import Engine
    from vega_terminal.engine.ports import OperatorPrompts
    from vega_terminal.engine.prompt_hub import PromptHub
    from vega_terminal.settings.values import Settings

HERE: Final = "the terminal that serves"
"""Who answered, when it was the operator of this very terminal."""


@dataclass(frozen=True, slots=True)
class ServeToo:
    """The API is served beside the screens.

    Attributes:
        port: 0 for a free one; None for that of the settings.
        token_file: holds its token; None for a new one.
    """

    port: int | None = None
    token_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """How a terminal was started.

    Attributes:
        demo: a scenario of the simulated broker; None for the operator's own settings.
        env_file: instead of `./.env`.
        serve: serves the API as well.
    """

    demo: str | None
    env_file: Path | None
    serve: ServeToo | None = None


@asynccontextmanager
async def asked_through(
    start: Start, prompts: OperatorPrompts
) -> AsyncIterator[tuple[PromptHub | None, OperatorPrompts]]:
    """The prompts for the engine: the terminal's own, or a hub at which the terminal is one of several."""
    if start.serve is None:
        yield None, prompts
        return
    from vega_terminal.clock import SystemClock  # noqa: PLC0415 - after the first frame
    from vega_terminal.engine.operator_seat import seated  # noqa: PLC0415 - after the first frame
    from vega_terminal.engine.prompt_hub import PromptHub  # noqa: PLC0415 - after the first frame

    clock = SystemClock()
    hub = PromptHub(clock)
    async with seated(hub, prompts, clock, HERE):
        yield hub, hub


@asynccontextmanager
async def serving_beside(
    start: Start, settings: Settings, engine: Engine, hub: PromptHub
) -> AsyncIterator[None]:
    """Serve the API of a started engine; where that is not possible, the terminal says so and goes on."""
    wiring = await asyncio.to_thread(importlib.import_module, "vega_terminal.wiring.serving")
    wanted = start.serve or ServeToo()
    wish = wiring.ServeWish(
        port=wanted.port,
        token_file=wanted.token_file,
        env_file=start.env_file,
        is_demo=start.demo is not None,
        port_option="--serve PORT",
    )
    async with AsyncExitStack() as stack:
        try:
            at = await stack.enter_async_context(wiring.served(settings, engine, hub, wish))
        except VegaError as error:
            engine.board.say(f"The API is not served. {error}")
        else:
            engine.board.say(f"The API is served at {at.url}. Its bearer token lies in {at.token_file}")
        yield
