"""`vega-auth serve`: the REST API over an engine of its own, until a signal ends it."""

from __future__ import annotations

import argparse
import asyncio
import math
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Final

from vega_terminal.cli.output import say
from vega_terminal.cli.settings import command_settings
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.engine.engine import Engine
from vega_terminal.engine.prompt_hub import PromptHub
from vega_terminal.logs import log_events
from vega_terminal.notices.questions import WatchedPrompts
from vega_terminal.settings.values import Settings
from vega_terminal.wiring import accompanied, running_engine

FRONT_END: Final = "rest"


async def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT, SIGTERM or SIGHUP.

    Raises:
        SettingsError, StorageError, PlaceError, TokenFileError, UsageError: nothing can be served.
    """
    serving = asyncio.create_task(_serve(options), name="serve")
    with _ended_by_signals(serving):
        await asyncio.wait({serving})
    if not serving.cancelled():
        serving.result()
    say("The API is no longer served.")
    return ExitCode.OK


async def _serve(options: argparse.Namespace) -> None:
    hub = PromptHub(SystemClock())
    async with command_settings(options) as settings, _engine(settings, hub) as engine:
        await engine.start()
        async with _api(options, settings, engine, hub):
            await _verify(engine)
            async with _warm(options, settings, engine):
                await asyncio.Event().wait()


@asynccontextmanager
async def _engine(settings: Settings, hub: PromptHub) -> AsyncIterator[Engine]:
    """The engine, for as long as it takes the database to be there; it asks whoever is attached."""
    waiting, prompts = _say_once("Waiting for the database. "), WatchedPrompts(hub)
    async with (
        running_engine(
            settings,
            prompts,
            lambda database: waiting(database.detail),
            front_end=FRONT_END,
            patience=math.inf,
        ) as engine,
        accompanied(settings, engine, prompts, stays=True),
    ):
        log_events(engine.board)
        yield engine


@asynccontextmanager
async def _api(
    options: argparse.Namespace, settings: Settings, engine: Engine, hub: PromptHub
) -> AsyncIterator[None]:
    """The API of this engine, and the line that tells where it is."""
    from vega_terminal.wiring.serving import ServeWish, served  # noqa: PLC0415 - FastAPI takes its time

    wish = ServeWish(
        host=options.host,
        port=options.port,
        token_file=options.token_file,
        env_file=options.env_file,
        is_demo=options.demo is not None,
    )
    async with served(settings, engine, hub, wish) as at:
        say(f"The API is served at {at.url} until Ctrl-C. Its bearer token lies in {at.token_file}")
        say(f"What happens is written to {settings.data_dir / 'logs' / 'vega.log'}")
        yield


@asynccontextmanager
async def _warm(options: argparse.Namespace, settings: Settings, engine: Engine) -> AsyncIterator[None]:
    """What others do, and the daily warm-up; a demo warms nothing up."""
    from vega_terminal.wiring.beside import following_others  # noqa: PLC0415 - after the API is there
    from vega_terminal.wiring.warmup import warming_up  # noqa: PLC0415 - after the API is there

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(following_others(engine))
        if options.demo is None:
            await stack.enter_async_context(warming_up(engine, settings, catches_up=True))
        yield


async def _verify(engine: Engine) -> None:
    """Say what is true at the start; what cannot be verified now does not keep anything from being served."""
    try:
        await engine.verify()
    except VegaError as error:
        say(f"The tokens could not be verified. {error}")


def _say_once(begin: str) -> Callable[[str], None]:
    """Says each sentence once."""
    said: set[str] = set()

    def once(sentence: str) -> None:
        if sentence not in said:
            said.add(sentence)
            say(begin + sentence)

    return once


@contextmanager
def _ended_by_signals(task: asyncio.Task[None]) -> Iterator[None]:
    """The first signal ends the task in order; further ones change nothing, the end has its own limits."""
    loop = asyncio.get_running_loop()
    ending: list[bool] = []

    def end() -> None:
        if not ending:
            ending.append(True)
            task.cancel()

    numbers = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is not signal.SIG_IGN  # nohup
    ]
    for number in numbers:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
