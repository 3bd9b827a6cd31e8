"""From the command line to what the app needs: settings refused early, everything heavy loaded late."""

from __future__ import annotations

import asyncio
import importlib
import math
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vega_terminal import __version__
from vega_terminal.demo import demo_data_folder
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.simulator.names import DEFAULT_APPS
from vega_terminal.ui.backstage import EngineFactory, Running
from vega_terminal.ui.facade import AppInfo, BrokerKind, Opening
from vega_terminal.ui.late_screens import rarer_modules, screen_modules
from vega_terminal.ui.preference_file import load_preferences, preference_path

if TYPE_CHECKING:
    from vega_terminal.engine.ports import OperatorPrompts
    from vega_terminal.settings.values import Settings


def terminal_factory(demo: str | None, env_file: Path | None) -> tuple[AppInfo, EngineFactory]:
    """What the app shows from its first frame on, and the way to its engine.

    Args:
        demo: a scenario of the simulated broker; None for the operator's own settings.
        env_file: instead of `./.env`.

    Raises:
        SettingsError: with every problem at once; nothing was started.
    """
    if demo is not None:
        return _preferred(_demo_info()), partial(_engine, demo, env_file)
    from vega_terminal.settings.loader import load_settings  # noqa: PLC0415 - the demo needs none

    settings = load_settings(os.environ, env_file)
    return _preferred(_info(settings)), partial(_engine, None, env_file)


def _preferred(info: AppInfo) -> AppInfo:
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
async def _engine(
    demo: str | None, env_file: Path | None, prompts: OperatorPrompts, opening: Opening
) -> AsyncIterator[Running]:
    """Load the adapters beside the running screen, then open the engine."""
    wiring = await asyncio.to_thread(_load_the_rest)
    logs = importlib.import_module("vega_terminal.logs")
    settings_block: AbstractAsyncContextManager[Settings] = wiring.settings_of(demo, env_file, os.environ)
    async with settings_block as settings:
        logs.log_to(settings.data_dir / "logs", settings.log_level.value)
        async with wiring.running_engine(
            settings, prompts, opening, front_end="terminal", patience=math.inf
        ) as engine:
            logs.log_events(engine.board)
            document = importlib.import_module("vega_terminal.domain.document")
            backstage = wiring.Backstage(
                settings,
                Path(os.devnull) if demo is not None else env_file,
                lambda: document.status_document(engine.board.status, engine.board.now()),
                engine.clock,
            )
            loading = asyncio.create_task(asyncio.to_thread(_load, rarer_modules()))
            try:
                yield Running(engine, backstage)
            finally:
                await loading


def _load_the_rest() -> ModuleType:
    """Import what the first frame did not need; returns the composition root."""
    _load(screen_modules())
    return importlib.import_module("vega_terminal.wiring")


def _load(modules: Iterable[str]) -> None:
    for name in modules:
        importlib.import_module(name)
