"""What accompanies an engine: notices for people, and metrics of its runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from vega_terminal.metrics.after_run import metrics_after_run
from vega_terminal.notices.noticing import noticing
from vega_terminal.notices.ways import record_in

if TYPE_CHECKING:
    from vega_terminal.engine.engine import Engine
    from vega_terminal.notices.questions import WatchedPrompts
    from vega_terminal.notices.reminder import TradingDays
    from vega_terminal.settings.values import Settings


@asynccontextmanager
async def accompanied(
    settings: Settings, engine: Engine, prompts: WatchedPrompts | None = None, *, stays: bool = False
) -> AsyncIterator[None]:
    """Tell people and monitors of `engine` for the block; enter it before the engine is started.

    Args:
        settings: who is told, and where metrics go.
        engine: what is watched; it has to outlive the block.
        prompts: those that the engine asks with; None where nobody is ever asked.
        stays: whether the process is there in the morning, to remind of missing tokens.
    """
    days = _trading_days(settings) if stays else None
    async with (
        noticing(settings.notices, engine, prompts, is_trading_day=days, record=record_in(settings.data_dir)),
        metrics_after_run(settings.metrics_file, engine.board, engine.clock),
    ):
        yield


def _trading_days(settings: Settings) -> TradingDays:
    from vega_terminal.wiring.warmup import trading_days  # noqa: PLC0415 - only where somebody stays

    return trading_days(settings)
