"""From the command line to what the app needs: settings refused early, everything heavy loaded late."""

from __future__ import annotations

import asyncio
import importlib
import math
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vega_terminal import __version__
from vega_terminal.demo import demo_data_folder
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.front_ports import Backstage
from vega_terminal.simulator.names import DEFAULT_APPS
from vega_terminal.ui.backstage import EngineFactory, Running
from vega_terminal.ui.facade import AppInfo, BrokerKind, Opening
from vega_terminal.ui.late_screens import rarer_modules, screen_modules
from vega_terminal.ui.preference_file import load_preferences, preference_path
from vega_terminal.ui.serving import ServeToo, Start, asked_through, serving_beside

if TYPE_CHECKING:
    from vega_terminal.engine.engine import Engine
    from vega_terminal.engine.ports import OperatorPrompts
    from vega_terminal.engine.prompt_hub import PromptHub
    from vega_terminal.settings.values import Settings


def terminal_factory(
    demo: str | None, env_file: Path | None, serve: ServeToo | None = None
) -> tuple[AppInfo, EngineFactory]:
    """What the app shows from its first frame on, and the way to its engine.

    Args:
        demo: a scenario of the simulated broker; None for the operator's own settings.
        env_file: instead of `./.env`.
        serve: serves the API as well.

    Raises:
        SettingsError: with every problem at once; nothing was started.
    """
    start = Start(demo, env_file, serve)
    if demo is not None:
        return preferred(_demo_info()), partial(_engine, start)
    from vega_terminal.settings.loader import load_settings  # noqa: PLC0415 - the demo needs none

    settings = load_settings(os.environ, env_file)
    return preferred(_info(settings)), partial(_engine, start)


def preferred(info: AppInfo) -> AppInfo:
    """With what the operator's own file says; what is wrong with it is told on LOGIN."""
    preferences, problems = load_preferences(os.environ, preference_path())
    return replace(info, preferences=preferences, notices=(*info.notices, *problems))


def _demo_info() -> AppInfo:
    folder = str(demo_data_folder(os.environ))
    return AppInfo(BrokerKind.SIMULATED, "loopback", folder, (PRIMARY, *DEFAULT_APPS[1:]), __version__)


def _info(settings: Settings) -> AppInfo:
    simulated = settings.broker_on_loopback
    return AppInfo(
        broker=BrokerKind.SIMULATED if simulated else BrokerKind.LIVE,
        host=urlsplit(settings.api_base_url).netloc,
        data_folder=str(settings.data_dir),
        slots=settings.roster.names,
        version=__version__,
        notices=settings.warnings,
    )


@asynccontextmanager
async def _engine(start: Start, prompts: OperatorPrompts, opening: Opening) -> AsyncIterator[Running]:
    """Load the adapters beside the running screen, then open the engine."""
    wiring = await asyncio.to_thread(_load_wiring)
    logs = importlib.import_module("vega_terminal.logs")
    questions = importlib.import_module("vega_terminal.notices.questions")
    settings_block: AbstractAsyncContextManager[Settings] = wiring.settings_of(
        start.demo, start.env_file, os.environ
    )
    async with settings_block as settings, asked_through(start, prompts) as (hub, asked):
        logs.log_to(settings.data_dir / "logs", settings.log_level.value)
        watched = questions.WatchedPrompts(asked)
        async with wiring.running_engine(
            settings, watched, opening, front_end="terminal", patience=math.inf
        ) as engine:
            logs.log_events(engine.board)
            beside = partial(_beside, start, settings, engine, hub)
            async with rest_loaded(), wiring.accompanied(settings, engine, watched, stays=True):
                yield Running(engine, _backstage(wiring, start, settings, engine), beside=beside)


@asynccontextmanager
async def _beside(
    start: Start, settings: Settings, engine: Engine, hub: PromptHub | None
) -> AsyncIterator[None]:
    """What others do; the daily warm-up and the API, where they are wanted. A demo warms nothing up."""
    async with AsyncExitStack() as stack:
        others = await asyncio.to_thread(importlib.import_module, "vega_terminal.wiring.beside")
        await stack.enter_async_context(others.following_others(engine))
        if start.demo is None:
            warmup = await asyncio.to_thread(importlib.import_module, "vega_terminal.wiring.warmup")
            await stack.enter_async_context(warmup.warming_up(engine, settings, catches_up=False))
        if hub is not None:
            await stack.enter_async_context(serving_beside(start, settings, engine, hub))
        yield


def _backstage(wiring: ModuleType, start: Start, settings: Settings, engine: Engine) -> Backstage:
    document = importlib.import_module("vega_terminal.domain.document")
    backstage: Backstage = wiring.Backstage(
        settings,
        Path(os.devnull) if start.demo is not None else start.env_file,
        lambda: document.status_document(engine.board.status, engine.board.now()),
        engine.clock,
    )
    return backstage


def _load_wiring() -> ModuleType:
    """Import what the first frame did not need; returns the composition root."""
    load_the_rest()
    return importlib.import_module("vega_terminal.wiring")


def load_the_rest() -> None:
    """Import the screens that a digit calls. Blocks."""
    _load(screen_modules())


@asynccontextmanager
async def rest_loaded() -> AsyncIterator[None]:
    """The other screens and questions are loaded beside this block."""
    loading = asyncio.create_task(asyncio.to_thread(_load, rarer_modules()))
    try:
        yield
    finally:
        await loading


def _load(modules: Iterable[str]) -> None:
    for name in modules:
        importlib.import_module(name)
