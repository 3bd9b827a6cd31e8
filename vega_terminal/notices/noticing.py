"""Notices beside an engine, for as long as a block lasts. Loads next to nothing until something happens."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from vega_terminal.notices.ways import any_way

if TYPE_CHECKING:
    from pathlib import Path

    from vega_terminal.notices.channel import Channel
    from vega_terminal.notices.questions import WatchedPrompts
    from vega_terminal.notices.reminder import TradingDays
    from vega_terminal.notices.standing import Key
    from vega_terminal.notices.watched_engine import WatchedEngine
    from vega_terminal.settings.values import NoticeSettings


@asynccontextmanager
async def noticing(
    settings: NoticeSettings,
    engine: WatchedEngine,
    prompts: WatchedPrompts | None = None,
    *,
    is_trading_day: TradingDays | None = None,
    record: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> AsyncIterator[None]:
    """Tell people what `engine` needs them for, and the monitor how runs end, until the block is left.

    Enter it before the engine is started, and leave it before the engine is closed: what is under way
    then is waited for, at most for the limit of a channel.

    Args:
        settings: who is told, and how.
        engine: what is watched.
        prompts: those that the engine asks with; None where nobody is ever asked.
        is_trading_day: on which days the reminder goes out; None where no reminder is wanted, because
            the process does not stay.
        record: the file in which processes keep what they told, so that the next one tells news only.
        environ: the environment; tells whether there is a desktop, and is passed on to the command.
    """
    if settings.dead_man is None and not any_way(settings, environ):
        yield
        return
    from vega_terminal.notices.lookout import Lookout  # noqa: PLC0415 - only where somebody is told

    told = await _told_before(record, engine)
    lookout = Lookout(settings, engine, lambda: _channels(settings, engine, environ), record, told)
    unwatch = engine.board.watch(lookout.heard)
    if prompts is not None:
        prompts.listener, prompts.stop_listener = lookout.asked, lookout.stopping
        lookout.attended = lambda: prompts.available
    lookout.start(is_trading_day)
    try:
        yield
    finally:
        if prompts is not None:
            prompts.listener = prompts.stop_listener = None
        unwatch()
        await lookout.close()


async def _told_before(record: Path | None, engine: WatchedEngine) -> frozenset[Key]:
    if record is None or not await asyncio.to_thread(record.exists):
        return frozenset()
    from vega_terminal.notices.standing import read_standing  # noqa: PLC0415 - there is something to read

    return await asyncio.to_thread(read_standing, record, engine.clock.now())


def _channels(
    settings: NoticeSettings, engine: WatchedEngine, environ: Mapping[str, str]
) -> Sequence[Channel]:
    from vega_terminal.notices.channels import channels_of  # noqa: PLC0415 - there is something to say

    return channels_of(settings, environ, engine.clock)
