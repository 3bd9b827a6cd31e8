"""`vega-terminal serve`: settings checked, page served, every terminal closed at the end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from vega_terminal.demo import demo_environment, simulated_broker
from vega_terminal.domain.errors import SettingsError, VegaError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.secret import Secret
from vega_terminal.loopback.place import Place, listen
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.startup import terminal_factory
from vega_terminal.ui.web.keys import Keys, OneTimeKeys, lasting_key
from vega_terminal.ui.web.process import Launch
from vega_terminal.ui.web.site import TOKEN_KEY, Site
from vega_terminal.ui.web.terminals import Terminals

_COMMAND: Final = (sys.executable, "-m", "vega_terminal.ui.web.child")
_SETTING_PREFIXES: Final = ("UPSTOX_", "VEGA_")


@dataclass(frozen=True, slots=True)
class ServeOrder:
    """What the command line asks for.

    Attributes:
        host: of loopback.
        port: 0 for a free one.
        demo: a scenario of the simulated broker, which all pages share; None for the operator's settings.
        env_file: a settings file instead of `./.env`.
        token_file: holds the token; None for one-time tokens.
    """

    host: str
    port: int
    demo: str | None = None
    env_file: Path | None = None
    token_file: Path | None = None


def serve(order: ServeOrder) -> int:
    """Serve until Ctrl-C or SIGTERM. Returns the exit code."""
    try:
        info, _ = terminal_factory(order.demo, order.env_file)
        _complain(*info.notices)
        asyncio.run(_serve(order, Path(info.data_folder)))
    except SettingsError as error:
        return _complain(*(str(problem) for problem in error.problems))
    except VegaError as error:
        return _complain(str(error))
    except KeyboardInterrupt:  # before anything was served
        return ExitCode.OK
    return ExitCode.OK


async def _serve(order: ServeOrder, data_folder: Path) -> None:
    place, listening = listen(order.host, order.port, "Choose another one with --port.")
    async with AsyncExitStack() as stack:
        stack.callback(listening.close)
        keys = await stack.enter_async_context(_keys(order, place, data_folder))
        launch = await stack.enter_async_context(_launch(order))
        terminals = Terminals(launch, _tell_last_words)
        runner = web.AppRunner(Site(place, keys, terminals).application(), access_log=None)
        stack.push_async_callback(runner.cleanup)
        stopping = _stop_on_signals(terminals)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        await keys.settle()
        _say("Ctrl-C ends it, with every terminal.")
        await stopping.wait()
        if terminals.count:
            _say(f"Closing every terminal ({terminals.count}). Ctrl-C again ends them at once.")


@asynccontextmanager
async def _keys(order: ServeOrder, place: Place, data_folder: Path) -> AsyncIterator[Keys]:
    """What opens the page, for as long as it is served."""
    if order.token_file is not None:
        key = await asyncio.to_thread(lasting_key, order.token_file)
        _say(
            f"VEGA Terminal is served at {place.origin}/?{TOKEN_KEY}=TOKEN",
            f"TOKEN lies in {order.token_file}",
        )
        yield key
        return
    path = data_folder / f"web-{place.port}.token"

    def announce(token: Secret) -> None:
        _say(
            f"VEGA Terminal, for the next page: {place.origin}/?{TOKEN_KEY}={token.reveal()}",
            f"The link opens one page. Its token lies in {path}",
        )

    keys = OneTimeKeys(path, announce)
    try:
        yield keys
    finally:
        with suppress(OSError):
            await keys.forget()


@asynccontextmanager
async def _launch(order: ServeOrder) -> AsyncIterator[Launch]:
    """How terminals are started; in the demo they share one simulated broker."""
    if order.demo is None:
        yield Launch(_COMMAND, os.environ, order.env_file)
        return
    async with simulated_broker(order.demo) as broker:
        environment = _without_settings(os.environ) | demo_environment(broker, os.environ)
        yield Launch(_COMMAND, environment, Path(os.devnull))


def _without_settings(environ: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in environ.items() if not key.startswith(_SETTING_PREFIXES)}


def _stop_on_signals(terminals: Terminals) -> asyncio.Event:
    """Set by the first signal; the next one does not wait for the terminals."""
    stopping = asyncio.Event()

    def stop() -> None:
        if stopping.is_set():
            terminals.kill_all()
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            loop.add_signal_handler(number, stop)
    return stopping


def _tell_last_words(code: int, lines: tuple[str, ...]) -> None:
    _complain(f"A terminal broke off (exit code {code}).", *(f"  {safe_text(line)}" for line in lines))


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _complain(*lines: str) -> int:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return ExitCode.FATAL
